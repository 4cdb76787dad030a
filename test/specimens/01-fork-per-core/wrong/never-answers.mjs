// specimen: wrong
// breaks: 0.2
// may break: 1.2
// Writes the answer, and never ends it.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  createServer((request, response) => response.write(`Hello from worker ${process.pid}\n`)).listen(process.env.PORT);
}
