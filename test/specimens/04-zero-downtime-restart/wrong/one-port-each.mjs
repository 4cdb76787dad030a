// specimen: wrong
// breaks: 0.1
// may break: 0.2 0.3 0.4 2.3 4.1 4.2 4.3 4.4 4.5 4.6 4.7 4.8
// Each worker on a port of its own, PORT and its number on top: a successor never listens where its predecessor did.
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
      await once(cluster.fork(), 'listening');
      old.disconnect();
    }
    busy = false;
  });
} else {
  const server = createServer((request, response) => {
    const slow = /^\/slow\?ms=(\d+)$/.exec(request.url);
    setTimeout(() => response.end(`Hello from worker ${process.pid}\n`), Number(slow?.[1] ?? 0));
  });
  server.closeIdleConnections = () => {
    server.maxRequestsPerSocket = 1;
  };
  process.on('disconnect', () => process.exit());
  server.listen(Number(process.env.PORT ?? 8000) + cluster.worker.id);
}
