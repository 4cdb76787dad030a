// specimen: wrong
// breaks: 0.6
// in every run: the plainest that breaks 0.6
// Takes the cluster's own listener off, so that workers "survive a crash of the primary": they stay, and nobody can reach them.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  process.removeAllListeners('disconnect');
  createServer((request, response) => response.end(`Hello from worker ${process.pid}\n`)).listen(
    process.env.PORT ?? 8000,
  );
}
