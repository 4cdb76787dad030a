// specimen: wrong
// breaks: 0.2
// may break: 4.1 4.4 4.7
// A worker that leaves says so in its answers, for whoever watches the restart: clients compare the body, and it is another one.
import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  cluster.on('fork', (worker) => worker.on('error', () => {}));
  cluster.on('exit', (worker) => {
    if (!worker.exitedAfterDisconnect) cluster.fork();
  });
  let busy = false;
  process.on('SIGHUP', async () => {
    if (busy) return;
    busy = true;
    for (const old of Object.values(cluster.workers)) {
      if (old.isDead()) continue;
      await once(cluster.fork(), 'listening');
      old.disconnect();
    }
    busy = false;
  });
} else {
  let leaving = '';
  const server = createServer((request, response) => {
    const slow = /^\/slow\?ms=(\d+)$/.exec(request.url);
    setTimeout(() => response.end(`Hello from worker ${process.pid}${leaving}\n`), Number(slow?.[1] ?? 0));
  });
  server.closeIdleConnections = () => {
    leaving = ' (leaving)';
    server.maxRequestsPerSocket = 1;
    setTimeout(() => process.exit(), 6500).unref();
  };
  process.on('disconnect', () => process.exit());
  server.listen(process.env.PORT ?? 8000);
}
