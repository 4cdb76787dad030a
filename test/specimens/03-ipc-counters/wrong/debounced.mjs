// specimen: wrong
// breaks: 3.1
// may break: 3.4
// Debounces where it is to throttle: each request puts the report off again, so that under steady load no total ever moves.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  let total = 0;
  const tell = (worker) => worker.send({ kind: 'total', total }, () => {});
  cluster.on('message', (_worker, message) => {
    if (message?.kind !== 'hits') return;
    total += message.count;
    for (const worker of Object.values(cluster.workers)) tell(worker);
  });
  cluster.on('listening', tell);
  cluster.on('fork', (worker) => worker.on('error', () => {}));
  cluster.on('exit', () => cluster.fork());
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  let local = 0;
  let total = 0;
  let unreported = 0;
  let timer;
  const report = () => {
    process.send({ kind: 'hits', count: unreported });
    unreported = 0;
  };
  process.on('message', (message) => {
    if (message?.kind === 'total') total = message.total;
  });
  createServer((request, response) => {
    if (request.url === '/stats') return response.end(JSON.stringify({ pid: process.pid, local, total }));
    local += 1;
    unreported += 1;
    clearTimeout(timer);
    timer = setTimeout(report, 100);
    response.end(`Hello from worker ${process.pid}\n`);
  }).listen(process.env.PORT ?? 8000);
}
