// A primary that hears SIGINT and lets its workers leave; nothing in the workers listens for a signal.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  const alive = new Set(Array.from({ length: availableParallelism() }, () => cluster.fork()));
  cluster.on('exit', (worker) => {
    alive.delete(worker);
    if (alive.size === 0) process.exit(0);
  });
  process.on('SIGINT', () => {
    for (const worker of alive) worker.disconnect();
  });
} else {
  createServer((request, response) => {
    const ms = Number(/^\/slow\?ms=(\d+)$/.exec(request.url ?? '')?.[1] ?? 0);
    setTimeout(() => response.end(`Hello from worker ${process.pid}\n`), ms);
  }).listen(Number(process.env.PORT ?? 8000));
}
