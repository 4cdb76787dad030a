// specimen: wrong
// breaks: 0.1 1.1
// The primary waits in a loop for its workers to be there, and so never reads that they are.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  let listening = 0;
  cluster.on('listening', () => (listening += 1));
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  while (listening < availableParallelism());
} else {
  createServer((request, response) => response.end(`Hello from worker ${process.pid}\n`)).listen(process.env.PORT);
}
