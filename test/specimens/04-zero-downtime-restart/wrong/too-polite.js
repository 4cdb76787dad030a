// specimen: wrong
// breaks: 4.5
// may break: 0.6
// in every run: the plainest that breaks 4.5
// Waits until all clients have gone by themselves, and never tells them to: on busy connections the old workers serve on and on.
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
  const server = createServer((req, res) => {
    const hello = () => res.end(`Hello from worker ${process.pid}\n`);
    const url = new URL(req.url ?? '/', 'http://localhost');
    if (url.pathname === '/slow') setTimeout(hello, Number(url.searchParams.get('ms')));
    else if (req.url === '/') hello();
    else res.writeHead(404).end();
  });
  // Since Node 19 close() cuts idle connections, and loses requests with that. Not here.
  server.closeIdleConnections = () => {};
  server.listen(process.env.PORT ?? 8000);
}
