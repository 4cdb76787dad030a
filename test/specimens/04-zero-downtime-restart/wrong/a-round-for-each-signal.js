// specimen: wrong
// breaks: 4.7
// may break: 4.6
// in every run: the plainest that breaks 4.7
// Does not know that it is restarting already: two rounds at the same time, and in the end twice as many workers.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  const retired = new Set();
  const start = () => {
    const worker = cluster.fork();
    worker.on('error', () => {});
    worker.on('exit', () => retired.has(worker) || start());
    return worker;
  };
  for (let i = 0; i < availableParallelism(); i++) start();

  process.on('SIGHUP', async () => {
    for (const old of Object.values(cluster.workers)) {
      await new Promise((resolve) => start().once('listening', resolve));
      retired.add(old);
      if (old.isConnected()) old.send('leave');
    }
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
