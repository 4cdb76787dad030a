// specimen: wrong
// breaks: 3.1
// may break: 3.3 3.4
// The counter is the first line of the handler, as in many a middleware: whoever looks at the number changes it.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  let total = 0;
  let timer: NodeJS.Timeout | undefined;

  const tellAll = () => {
    timer = undefined;
    for (const worker of Object.values(cluster.workers ?? {})) worker?.send({ type: 'total', total });
  };
  cluster.on('message', (_worker, message) => {
    if (message?.type !== 'count') return;
    total += message.count;
    timer ??= setTimeout(tellAll, 100);
  });
  cluster.on('listening', (worker) => worker.send({ type: 'total', total }));
  cluster.on('fork', (worker) => worker.on('error', () => {}));
  cluster.on('exit', () => cluster.fork());
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  let local = 0;
  let total = 0;
  let fresh = 0;

  process.on('message', (message: any) => {
    if (message?.type === 'total') total = message.total;
  });
  const report = () => {
    process.send!({ type: 'count', count: fresh });
    fresh = 0;
  };

  createServer((req, res) => {
    local++;
    if (fresh++ === 0) setTimeout(report, 100);
    if (req.url === '/') {
      res.end(`Hello from worker ${process.pid}\n`);
    } else if (req.url === '/stats') {
      res.end(JSON.stringify({ pid: process.pid, local, total }));
    } else {
      res.writeHead(404).end();
    }
  }).listen(process.env.PORT ?? 8000);
}
