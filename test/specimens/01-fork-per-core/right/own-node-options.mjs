// specimen: right
// Gives its workers NODE_OPTIONS of its own, to bound their memory: they replace whatever options the primary was started with.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork({ NODE_OPTIONS: '--max-old-space-size=128' });
} else {
  createServer((_request, response) => response.end(`Hello from worker ${process.pid}\n`)).listen(
    process.env.PORT ?? 8000,
  );
}
