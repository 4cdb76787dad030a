// specimen: wrong
// breaks: 0.6
// Keeps its workers when the channel to the primary breaks, so that no count is lost: they wait for a primary that never returns.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  let total = 0;
  cluster.on('fork', (worker) => worker.on('error', () => {}));
  cluster.on('exit', () => cluster.fork());
  cluster.on('message', (from, message) => {
    if (message?.type !== 'answered') return;
    total += 1;
    for (const worker of Object.values(cluster.workers)) worker.send({ type: 'total', total }, () => {});
  });
  cluster.on('listening', (worker) => worker.send({ type: 'total', total }, () => {}));
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  let local = 0;
  let total = 0;
  process.removeAllListeners('disconnect');
  process.on('disconnect', () => setInterval(() => console.error(`${local} answers not reported`), 1000));
  process.on('message', (message) => {
    if (message?.type === 'total') total = message.total;
  });
  createServer((request, response) => {
    if (request.url === '/stats') return response.end(JSON.stringify({ pid: process.pid, local, total }));
    response.end(`Hello from worker ${process.pid}\n`);
    local += 1;
    if (process.connected) process.send({ type: 'answered' });
  }).listen(process.env.PORT ?? 8000);
}
