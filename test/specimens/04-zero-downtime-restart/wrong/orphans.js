// specimen: wrong
// breaks: 0.6
// Right as long as the primary lives: a leaving worker serves its clients for four seconds more, also when the primary was killed meanwhile.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  const retired = new Set();
  const start = () => {
    const worker = cluster.fork();
    worker.on('error', () => {});
    worker.on('exit', () => retired.has(worker) || start());
    return new Promise((resolve) => worker.once('listening', resolve));
  };
  for (let i = 0; i < availableParallelism(); i++) start();

  let restarting = false;
  process.on('SIGHUP', async () => {
    if (restarting) return;
    restarting = true;
    for (const old of Object.values(cluster.workers)) {
      if (retired.has(old)) continue;
      await start();
      retired.add(old);
      old.disconnect();
    }
    restarting = false;
  });
} else {
  let closing = false;
  const server = createServer((req, res) => {
    const hello = () => {
      if (closing) res.setHeader('Connection', 'close');
      res.end(`Hello from worker ${process.pid}\n`);
    };
    const url = new URL(req.url ?? '/', 'http://localhost');
    if (url.pathname === '/slow') setTimeout(hello, Number(url.searchParams.get('ms')));
    else if (req.url === '/') hello();
    else res.writeHead(404).end();
  });
  const cutIdle = server.closeIdleConnections.bind(server);
  server.closeIdleConnections = () => {
    setTimeout(() => (closing = true), 4000);
    setTimeout(cutIdle, 4500);
    setTimeout(() => process.exit(), 6500).unref();
  };
  server.listen(process.env.PORT ?? 8000);
}
