// Round robin under load: sixteen clients at once, four workers, and how many requests each worker got.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { ask, portOf } from './client.mjs';

if (cluster.isPrimary) {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  const workers = Array.from({ length: 4 }, () => cluster.fork());
  const [port] = await Promise.all(workers.map(portOf));
  const answers = new Map();
  let left = 400;
  async function client() {
    while (left-- > 0) {
      const { body } = await ask(port);
      answers.set(body, (answers.get(body) ?? 0) + 1);
    }
  }
  await Promise.all(Array.from({ length: 16 }, client));
  console.log(`400 requests on fresh connections, four workers: ${[...answers.values()].join(' + ')}`);
  cluster.disconnect();
} else {
  createServer((_request, response) => response.end(`${process.pid}`)).listen(0, '127.0.0.1');
}
