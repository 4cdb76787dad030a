// A restart as most tutorials show it: fork, wait until the new worker listens, disconnect the old one.
import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  process.on('SIGHUP', async () => {
    for (const old of Object.values(cluster.workers ?? {})) {
      await once(cluster.fork(), 'listening');
      old?.disconnect();
    }
  });
} else {
  serve();
}

function serve(): void {
  createServer((request, response) => {
    const ms = Number(/^\/slow\?ms=(\d+)$/.exec(request.url ?? '')?.[1] ?? 0);
    setTimeout(() => response.end(`Hello from worker ${process.pid}\n`), ms);
  }).listen(Number(process.env.PORT ?? 8000));
}
