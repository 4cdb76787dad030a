// specimen: wrong
// breaks: 4.4
// Says goodbye as it should, and exits after half a second, whoever still waits for a slow answer.
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
    setTimeout(() => process.exit(), 500);
  });
  process.on('disconnect', () => process.exit());
  server.listen(process.env.PORT || 8000);
}
