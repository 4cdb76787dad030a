// specimen: wrong
// breaks: 7.5
// A second Ctrl-C is taken for a slip of the finger: a second SIGTERM ends everything at once, a second SIGINT nothing.
import cluster from 'node:cluster';
import http from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  const crew = new Set();
  let since = 0;
  let first = '';
  let code = 0;

  const start = () => {
    if (since) return;
    const worker = cluster.fork();
    crew.add(worker);
    worker.on('error', () => {});
    worker.on('exit', () => {
      crew.delete(worker);
      if (!since) setTimeout(start, 200);
      else if (crew.size === 0) process.exit(code);
    });
  };
  const killAll = () => {
    code = 1;
    for (const worker of crew) worker.process.kill('SIGKILL');
  };
  const stop = (signal) => {
    if (since) {
      if (signal === 'SIGINT' && first === 'SIGINT') return;
      killAll();
      process.exit(code);
    }
    since = Date.now();
    first = signal;
    for (const worker of crew) worker.send('leave');
    setTimeout(killAll, 5000);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  for (let i = 0; i < availableParallelism(); i++) start();
} else {
  let leaving = false;
  let over = false;
  let inHand = 0;
  const server = http.createServer((req, res) => {
    inHand++;
    res.on('close', () => {
      inHand--;
      if (over && inHand === 0) server.closeAllConnections();
    });
    const hello = () => {
      if (leaving) res.setHeader('Connection', 'close');
      res.end(`Hello from worker ${process.pid}\n`);
    };
    const { pathname, searchParams } = new URL(req.url, 'http://localhost');
    if (pathname === '/slow') setTimeout(hello, Number(searchParams.get('ms')));
    else if (pathname === '/') hello();
    else res.writeHead(404).end();
  });
  process.on('message', (message) => {
    if (message !== 'leave' || leaving) return;
    leaving = true;
    setTimeout(() => {
      over = true;
      cluster.worker.disconnect();
      if (inHand === 0) server.closeAllConnections();
    }, 1000);
  });
  process.on('SIGTERM', () => {});
  process.on('SIGINT', () => {});
  process.on('disconnect', () => process.exit());
  server.listen(process.env.PORT || 8000);
}
