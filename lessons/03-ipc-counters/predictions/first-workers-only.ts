// A counter whose primary listens to the workers that it forks at the start, as most tutorials show it.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  let total = 0;
  for (let i = 0; i < availableParallelism(); i++) {
    cluster.fork().on('message', () => {
      total++;
      for (const worker of Object.values(cluster.workers ?? {})) worker?.send(total);
    });
  }
  cluster.on('exit', () => cluster.fork());
  cluster.on('fork', (worker) => worker.on('error', () => {}));
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
