// specimen: wrong
// breaks: 2.2
// may break: 1.2 2.1 2.3
// in every run: the plainest that breaks 2.2
// Sets the policy when all workers are forked, where it is ignored without a word.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  cluster.on('exit', () => cluster.fork());
  cluster.schedulingPolicy = cluster.SCHED_RR;
} else {
  createServer((request, response) => {
    if (request.url === '/work') burn(50);
    response.end(`Hello from worker ${process.pid}\n`);
  }).listen(process.env.PORT ?? 8000);
}

function burn(ms) {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
