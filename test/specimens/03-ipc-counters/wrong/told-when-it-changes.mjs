// specimen: wrong
// breaks: 3.1
// may break: 3.3 3.4
// Tells the total only when it changes: a replacement that boots while nobody asks says 0 until somebody does.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  let total = 0;
  let timer;
  const tellAll = () => {
    timer = undefined;
    for (const worker of Object.values(cluster.workers)) worker.send({ kind: 'total', total }, () => {});
  };
  cluster.on('message', (_worker, message) => {
    if (message?.kind !== 'hit') return;
    total += 1;
    timer ??= setTimeout(tellAll, 80);
  });
  cluster.on('fork', (worker) => worker.on('error', () => {}));
  cluster.on('exit', () => cluster.fork());
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  let local = 0;
  let total = 0;
  process.on('message', (message) => {
    if (message?.kind === 'total') total = message.total;
  });
  createServer((request, response) => {
    if (request.url === '/stats') return response.end(JSON.stringify({ pid: process.pid, local, total }));
    local += 1;
    process.send({ kind: 'hit' });
    response.end(`Hello from worker ${process.pid}\n`);
  }).listen(process.env.PORT ?? 8000);
}
