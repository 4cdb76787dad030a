// specimen: wrong
// breaks: 1.5
// may break: 0.1 0.4 1.1 1.2 2.1 2.2 2.3 2.4
// A port for each worker, PORT and those after it, for the load balancer in front: here nothing is in front.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

const first = Number(process.env.PORT ?? 8000);

if (cluster.isPrimary) {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  const start = (offset: number): void => {
    cluster.fork({ OFFSET: offset }).once('exit', () => start(offset));
  };
  for (let offset = 0; offset < availableParallelism(); offset++) start(offset);
} else {
  createServer((request, response) => {
    if (request.url === '/work') for (const end = performance.now() + 50; performance.now() < end;);
    response.end(`Hello from worker ${process.pid}\n`);
  }).listen(first + Number(process.env.OFFSET));
}
