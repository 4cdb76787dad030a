// On SIGHUP: fork, wait for 'listening', then let an old one go.
import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  process.on('SIGHUP', async () => {
    for (const old of Object.values(cluster.workers ?? {})) {
      const replacement = cluster.fork();
      await once(replacement, 'listening');
      old?.disconnect();
    }
  });
} else {
  createServer((_request, response) => {
    response.end(`Hello from worker ${process.pid}\n`);
  }).listen(Number(process.env.PORT ?? 8000));
}
