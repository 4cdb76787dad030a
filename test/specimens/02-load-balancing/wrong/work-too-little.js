// specimen: wrong
// breaks: 2.1
// A loop counted out on someone's laptop years ago in place of a duration: a few milliseconds today.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  cluster.on('exit', () => cluster.fork());
} else {
  createServer((request, response) => {
    let sum = 0;
    if (request.url === '/work') for (let i = 0; i < 1e5; i++) sum += i;
    response.setHeader('X-Sum', sum);
    response.end(`Hello from worker ${process.pid}\n`);
  }).listen(process.env.PORT ?? 8000);
}
