// A cluster that nobody has told how to end.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  createServer((request, response) => {
    const ms = Number(/^\/slow\?ms=(\d+)$/.exec(request.url ?? '')?.[1] ?? 0);
    setTimeout(() => response.end(`Hello from worker ${process.pid}\n`), ms);
  }).listen(Number(process.env.PORT ?? 8000));
}
