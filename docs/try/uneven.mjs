// Round robin under load: sixteen clients at once, four workers, and how many requests each worker got; three times.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { ask, portOf } from './client.mjs';

if (cluster.isPrimary) {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  const workers = Array.from({ length: 4 }, () => cluster.fork());
  const [port] = await Promise.all(workers.map(portOf));
  console.log('400 requests on fresh connections, four workers:');
  for (let round = 1; round <= 3; round++) {
    const answers = new Map(workers.map(({ process: { pid } }) => [String(pid), 0]));
    let left = 400;
    const client = async () => {
      while (left-- > 0) {
        const { body } = await ask(port);
        answers.set(body, answers.get(body) + 1);
      }
    };
    await Promise.all(Array.from({ length: 16 }, client));
    console.log(`round ${round}: ${[...answers.values()].join(' + ')}`);
  }
  cluster.disconnect();
} else {
  createServer((_request, response) => response.end(`${process.pid}`)).listen(0, '127.0.0.1');
}
