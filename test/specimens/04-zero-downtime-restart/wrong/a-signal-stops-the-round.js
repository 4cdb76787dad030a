// specimen: wrong
// breaks: 4.7
// may break: 4.5
// A second signal ends the first round where it is, and starts none: some workers stay old.
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

  let round = null;
  process.on('SIGHUP', async () => {
    if (round) {
      round.abort();
      return;
    }
    round = new AbortController();
    const { signal } = round;
    for (const old of Object.values(cluster.workers).filter((worker) => !retired.has(worker))) {
      if (signal.aborted) break;
      await new Promise((resolve) => start().once('listening', resolve));
      retired.add(old);
      old.send('leave');
    }
    round = null;
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
