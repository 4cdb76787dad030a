// specimen: wrong
// breaks: 0.3
// may break: 1.1
// in every run: the plainest that breaks 0.3
// Forks one worker each 300 ms, so as not to boot them all at once, and counts with <= instead of <.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  for (let i = 0; i <= availableParallelism(); i++) setTimeout(() => cluster.fork(), 300 * i);
} else {
  createServer((_request, response) => response.end(`Hello from worker ${process.pid}\n`)).listen(
    process.env.PORT ?? 8000,
  );
}
