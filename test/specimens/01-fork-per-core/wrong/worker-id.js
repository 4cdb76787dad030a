// specimen: wrong
// breaks: 1.3
// may break: 0.2 0.4 1.2 1.4
// Says the worker's number within the cluster where its pid is asked for.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  createServer((request, response) => {
    response.end(`Hello from worker ${cluster.worker.id}\n`);
  }).listen(process.env.PORT ?? 8000);
}
