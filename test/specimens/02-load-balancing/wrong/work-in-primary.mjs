// specimen: wrong
// breaks: 2.1
// may break: 2.2 2.4
// in every run: 2.1, by the wrong process
// Workers ask the primary to do the heavy part: one core works, all others wait for it, and so do new connections.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  cluster.on('exit', () => cluster.fork());
  cluster.on('message', (worker, id) => {
    const end = performance.now() + 50;
    while (performance.now() < end);
    if (worker.isConnected()) worker.send(id, () => {});
  });
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  const waiting = new Map();
  let last = 0;
  const answer = (response) => response.end(`Hello from worker ${process.pid}\n`);
  process.on('message', (id) => {
    answer(waiting.get(id));
    waiting.delete(id);
  });
  createServer((request, response) => {
    if (request.url !== '/work') return answer(response);
    waiting.set(++last, response);
    process.send(last);
  }).listen(process.env.PORT ?? 8000);
}
