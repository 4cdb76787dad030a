// Workers report each request, the primary adds up. Its listeners are attached where the first workers are forked.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  let total = 0;
  for (let i = 0; i < availableParallelism(); i++) {
    const worker = cluster.fork();
    worker.on('message', () => {
      total++;
      for (const each of Object.values(cluster.workers)) each.send({ type: 'total', total }, () => {});
    });
  }
  cluster.on('exit', () => cluster.fork());
} else {
  let total = 0;
  process.on('message', (message) => (total = message.total));
  createServer((request, response) => {
    if (request.url === '/stats') return response.end(JSON.stringify({ pid: process.pid, total }));
    process.send({ type: 'report', answered: 1 });
    response.end(`Hello from worker ${process.pid}\n`);
  }).listen(Number(process.env.PORT), '127.0.0.1');
}
