// specimen: wrong
// breaks: 1.1
// may break: 0.3
// "Nobody needs more than four": a constant in disguise, which shows on a larger machine only.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  for (let i = 0; i < Math.min(4, availableParallelism()); i++) cluster.fork();
} else {
  createServer((_request, response) => response.end(`Hello from worker ${process.pid}\n`)).listen(
    process.env.PORT ?? 8000,
  );
}
