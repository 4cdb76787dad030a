// specimen: wrong
// breaks: 3.4
// may break: 3.1 3.3
// in every run: the plainest that breaks 3.4
// The total is the sum over the workers that live: who dies takes along what it had counted, and the total goes back.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  const counts = new Map<number, number>();
  let dirty: NodeJS.Timeout | undefined;
  const changed = () => {
    dirty ??= setTimeout(() => {
      dirty = undefined;
      const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
      for (const worker of Object.values(cluster.workers ?? {})) worker?.send({ type: 'total', total });
    }, 100);
  };
  cluster.on('message', (worker, message) => {
    if (message?.type !== 'count') return;
    counts.set(worker.id, message.count);
    changed();
  });
  cluster.on('exit', (worker) => {
    counts.delete(worker.id);
    cluster.fork();
  });
  cluster.on('listening', changed);
  cluster.on('fork', (worker) => worker.on('error', () => {}));
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  let local = 0;
  let total = 0;
  let timer: NodeJS.Timeout | undefined;
  process.on('message', (message: { type?: string; total?: number } | null) => {
    if (message?.type === 'total') total = message.total ?? 0;
  });
  createServer((req, res) => {
    if (req.url === '/') {
      local++;
      timer ??= setTimeout(() => {
        timer = undefined;
        process.send!({ type: 'count', count: local });
      }, 100);
      res.end(`Hello from worker ${process.pid}\n`);
    } else if (req.url === '/stats') {
      res.end(JSON.stringify({ pid: process.pid, local, total }));
    } else {
      res.writeHead(404).end();
    }
  }).listen(process.env.PORT ?? 8000);
}
