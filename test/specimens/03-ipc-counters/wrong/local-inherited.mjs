// specimen: wrong
// breaks: 3.1
// A replacement goes on with the local count of the worker that it replaces; local is what this process itself has answered.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  const counts = new Map();
  let total = 0;
  let timer;
  const tell = (worker) => worker.send({ kind: 'total', total }, () => {});
  const tellAll = () => {
    timer = undefined;
    for (const worker of Object.values(cluster.workers)) tell(worker);
  };
  cluster.on('message', (worker, message) => {
    if (message?.kind !== 'hit') return;
    total += 1;
    counts.set(worker.id, (counts.get(worker.id) ?? 0) + 1);
    timer ??= setTimeout(tellAll, 80);
  });
  cluster.on('listening', tell);
  cluster.on('fork', (worker) => {
    counts.set(worker.id, counts.get(worker.id) ?? 0);
    worker.on('error', () => {});
  });
  cluster.on('exit', (worker) => {
    const heir = cluster.fork({ LOCAL: counts.get(worker.id) });
    counts.set(heir.id, counts.get(worker.id));
  });
  for (let i = 0; i < availableParallelism(); i++) cluster.fork({ LOCAL: 0 });
} else {
  let local = Number(process.env.LOCAL);
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
