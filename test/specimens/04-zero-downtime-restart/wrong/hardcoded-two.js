// specimen: wrong
// breaks: 0.3
// may break: 4.6 4.7
// Two workers, whatever the machine has; the restart is right.
import cluster from 'node:cluster';
import { createServer } from 'node:http';

if (cluster.isPrimary) {
  const retired = new Set();
  const start = () => {
    const worker = cluster.fork();
    worker.on('error', () => {});
    worker.on('exit', () => retired.has(worker) || start());
    return new Promise((resolve) => worker.once('listening', resolve));
  };
  start();
  start();

  let restarting = false;
  process.on('SIGHUP', async () => {
    if (restarting) return;
    restarting = true;
    for (const old of Object.values(cluster.workers)) {
      if (retired.has(old)) continue;
      await start();
      retired.add(old);
      old.send('leave');
    }
    restarting = false;
  });
} else {
  serve();
}

function serve() {
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
  process.on('message', (message) => {
    if (message !== 'leave' || leaving) return;
    leaving = true;
    setTimeout(() => cluster.worker.disconnect(), 1000);
    setTimeout(() => process.exit(), 6000).unref();
  });
  process.on('disconnect', () => process.exit());
  server.listen(process.env.PORT || 8000);
}
