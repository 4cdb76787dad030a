// specimen: right
// The shortest one: the tutorials' loop, and a server that is asked by its own close() to cut idle connections and lets each have one more answer instead.
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
  const server = createServer((req, res) => {
    const hello = () => res.end(`Hello from worker ${process.pid}\n`);
    if (req.url === '/') return hello();
    const slow = /^\/slow\?ms=(\d+)$/.exec(req.url);
    if (slow) return setTimeout(hello, Number(slow[1]));
    res.writeHead(404).end();
  });
  server.closeIdleConnections = () => {
    server.maxRequestsPerSocket = 1;
    setTimeout(() => process.exit(), 6500).unref();
  };
  process.on('disconnect', () => process.exit());
  server.listen(process.env.PORT ?? 8000);
}
