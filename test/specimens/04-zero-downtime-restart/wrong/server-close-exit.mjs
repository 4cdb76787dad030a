// specimen: wrong
// breaks: 4.4
// may break: 4.5
// in every run: tutorials: server.close(() => process.exit(0))
// `server.close(() => process.exit(0))` when told to go: connections that were handed over and not yet taken up hang, busy ones are reset.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  const retired = new Set();
  const start = () => {
    const worker = cluster.fork();
    worker.on('error', () => {});
    worker.on('exit', () => retired.delete(worker) || start());
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
      old.send('shutdown');
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
  process.on('message', (message) => {
    if (message !== 'shutdown') return;
    server.close(() => process.exit(0));
    setTimeout(() => process.exit(1), 5000);
  });
  server.listen(process.env.PORT ?? 8000);
}
