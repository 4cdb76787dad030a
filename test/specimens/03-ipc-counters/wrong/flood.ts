// specimen: wrong
// breaks: 3.6
// The primary tells everybody the total every five milliseconds, whether it changed or not: always fresh, at any price.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  let total = 0;
  cluster.on('message', (_worker, message) => {
    if (message?.type === 'count') total += message.count;
  });
  cluster.on('fork', (worker) => worker.on('error', () => {}));
  cluster.on('exit', () => cluster.fork());
  setInterval(() => {
    for (const worker of Object.values(cluster.workers ?? {})) worker?.send({ type: 'total', total });
  }, 5);
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
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
