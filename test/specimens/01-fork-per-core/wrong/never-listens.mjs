// specimen: wrong
// breaks: 0.1 1.1
// Waits for a configuration that nobody sends, and would listen then.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  process.once('message', ({ port }) => {
    createServer((request, response) => response.end(`Hello from worker ${process.pid}\n`)).listen(port);
  });
}
