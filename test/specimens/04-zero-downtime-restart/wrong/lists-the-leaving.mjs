// specimen: wrong
// breaks: 4.7
// may break: 4.2
// Each round replaces whoever is in `cluster.workers`; the leaving ones of the round before are in it still, and are replaced again.
import cluster from 'node:cluster';
import { createServer, Server } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  const retired = new WeakSet();
  const start = (up) => {
    const worker = cluster.fork();
    worker.on('error', () => {});
    worker.once('listening', () => up?.());
    worker.once('exit', () => retired.has(worker) || start(up));
  };
  for (let i = 0; i < availableParallelism(); i++) start();

  const restart = async () => {
    for (const old of Object.values(cluster.workers)) {
      if (old.isDead()) continue;
      await new Promise(start);
      retired.add(old);
      old.send('leave');
    }
  };
  let last = Promise.resolve();
  process.on('SIGHUP', () => (last = last.then(restart)));
} else {
  let leaving = false;
  const server = createServer((req, res) => {
    const hello = () => {
      if (leaving) res.setHeader('Connection', 'close');
      res.end(`Hello from worker ${process.pid}\n`);
    };
    const url = new URL(req.url ?? '/', 'http://localhost');
    if (url.pathname === '/slow') setTimeout(hello, Number(url.searchParams.get('ms')));
    else if (req.url === '/') hello();
    else res.writeHead(404).end();
  });
  server.closeIdleConnections = () => {};
  process.on('message', (message) => {
    if (message !== 'leave' || leaving) return;
    leaving = true;
    cluster.worker.disconnect();
    setTimeout(() => Server.prototype.closeIdleConnections.call(server), 1000);
  });
  process.on('disconnect', () => process.exit());
  server.listen(process.env.PORT ?? 8000);
}
