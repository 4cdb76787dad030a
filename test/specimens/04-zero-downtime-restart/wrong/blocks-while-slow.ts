// specimen: wrong
// breaks: 4.1
// may break: 0.6 2.3 4.2 4.3 4.4 4.5 4.6 4.7 4.8
// `/slow` is a loop: the worker does nothing else meanwhile.
import cluster, { type Worker } from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  const retired = new Set<Worker>();
  const start = (): Promise<void> => {
    const worker = cluster.fork();
    worker.on('error', () => {});
    worker.on('exit', () => {
      if (!retired.has(worker)) void start();
    });
    return new Promise((resolve) => worker.once('listening', () => resolve()));
  };
  for (let i = 0; i < availableParallelism(); i++) void start();

  let restarting = false;
  process.on('SIGHUP', async () => {
    if (restarting) return;
    restarting = true;
    for (const old of Object.values(cluster.workers ?? {}) as Worker[]) {
      if (retired.has(old)) continue;
      await start();
      retired.add(old);
      old.send('leave');
    }
    restarting = false;
  });
} else {
  let leaving = false;
  const server = createServer((req, res) => {
    const url = new URL(req.url ?? '/', 'http://localhost');
    if (url.pathname === '/slow') {
      const end = Date.now() + Number(url.searchParams.get('ms'));
      while (Date.now() < end);
    } else if (req.url !== '/') {
      res.writeHead(404).end();
      return;
    }
    if (leaving) res.setHeader('Connection', 'close');
    res.end(`Hello from worker ${process.pid}\n`);
  });
  process.on('message', (message) => {
    if (message !== 'leave') return;
    leaving = true;
    setTimeout(() => cluster.worker!.disconnect(), 1000);
  });
  process.on('disconnect', () => process.exit());
  server.listen(process.env.PORT ?? 8000);
}
