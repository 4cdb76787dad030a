// A restart that ends each old worker, and forks the next one when it is gone.
import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  process.on('SIGHUP', async () => {
    for (const old of Object.values(cluster.workers ?? {})) {
      old?.process.kill();
      if (old) await once(old, 'exit');
      await once(cluster.fork(), 'listening');
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
