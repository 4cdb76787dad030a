// specimen: wrong
// breaks: 2.3
// may break: 3.1 3.3 3.4
// Counts as it should, and says goodbye to the dead without another word.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  let total = 0;
  let timer: NodeJS.Timeout | undefined;
  cluster.on('message', (_worker, message) => {
    if (message?.type !== 'count') return;
    total += message.count;
    timer ??= setTimeout(() => {
      timer = undefined;
      for (const worker of Object.values(cluster.workers ?? {})) worker?.send({ type: 'total', total });
    }, 100);
  });
  cluster.on('fork', (worker) => worker.on('error', () => {}));
  cluster.on('exit', (worker) => console.log(`worker ${worker.process.pid} died`));
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
