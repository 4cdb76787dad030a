// specimen: wrong
// breaks: 3.4
// may break: 3.1 3.3
// in every run: tutorials: the listener on the first workers only
// The listener is attached to the workers of the first loop only: what tutorials write, and what everybody copies.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  let total = 0;
  let timer: NodeJS.Timeout | null = null;

  const broadcast = () => {
    timer = null;
    for (const worker of Object.values(cluster.workers ?? {})) {
      if (worker?.isConnected()) worker.send({ type: 'total', total }, () => {});
    }
  };

  cluster.on('fork', (worker) => worker.on('error', () => {}));
  for (let i = 0; i < availableParallelism(); i++) {
    const worker = cluster.fork();
    worker.on('message', (message) => {
      if (message?.type !== 'count') return;
      total += message.count;
      timer ??= setTimeout(broadcast, 100);
    });
  }

  cluster.on('listening', (worker) => worker.send({ type: 'total', total }, () => {}));
  cluster.on('exit', () => cluster.fork());
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
