// specimen: wrong
// breaks: 1.5
// may break: 0.1 0.4 1.1 1.2
// in every run: the plainest that breaks 1.5
// Each worker listens on a port of its own, PORT and the ones after it, by someone who believes that a port cannot be shared.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  const port = Number(process.env.PORT ?? 8000) + cluster.worker.id - 1;
  createServer((request, response) => response.end(`Hello from worker ${process.pid}\n`)).listen(port);
}
