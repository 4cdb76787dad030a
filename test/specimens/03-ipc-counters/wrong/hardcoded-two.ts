// specimen: wrong
// breaks: 0.3
// Two workers, whatever the machine has: written on a laptop in a hurry, and right in everything else.
import cluster from 'node:cluster';
import { createServer } from 'node:http';

const WORKERS = 2;

if (cluster.isPrimary) {
  let total = 0;
  const tell = (worker: { send(message: object, done: () => void): unknown } | undefined) =>
    worker?.send({ type: 'total', total }, () => {});
  let timer: NodeJS.Timeout | undefined;

  cluster.on('message', (_worker, message) => {
    if (message?.type !== 'count') return;
    total += message.count;
    timer ??= setTimeout(() => {
      timer = undefined;
      Object.values(cluster.workers ?? {}).forEach(tell);
    }, 100);
  });
  cluster.on('listening', tell);
  cluster.on('fork', (worker) => worker.on('error', () => {}));
  cluster.on('exit', () => cluster.fork());
  for (let i = 0; i < WORKERS; i++) cluster.fork();
} else {
  let local = 0;
  let total = 0;
  let fresh = 0;
  process.on('message', (message: { type?: string; total?: number } | null) => {
    if (message?.type === 'total') total = message.total ?? total;
  });
  const report = () => {
    process.send!({ type: 'count', count: fresh });
    fresh = 0;
  };
  createServer((req, res) => {
    if (req.url === '/') {
      local++;
      if (fresh++ === 0) setTimeout(report, 100);
      res.end(`Hello from worker ${process.pid}\n`);
    } else if (req.url === '/stats') {
      res.end(JSON.stringify({ pid: process.pid, local, total }));
    } else {
      res.writeHead(404).end();
    }
  }).listen(process.env.PORT ?? 8000);
}
