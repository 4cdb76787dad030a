// A counter without batches: a message up for each request, and at each of those the total down to every worker.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  let total = 0;
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  cluster.on('exit', () => cluster.fork());
  cluster.on('message', () => {
    total++;
    for (const worker of Object.values(cluster.workers ?? {})) worker?.send(total);
  });
} else {
  let total = 0;
  process.on('message', (message) => (total = Number(message)));
  createServer((request, response) => {
    if (request.url === '/stats') {
      response.end(JSON.stringify({ pid: process.pid, total }));
    } else {
      process.send?.('answered one');
      response.end(`Hello from worker ${process.pid}\n`);
    }
  }).listen(Number(process.env.PORT ?? 8000));
}
