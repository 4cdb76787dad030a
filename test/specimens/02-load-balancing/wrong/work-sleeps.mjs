// specimen: wrong
// breaks: 2.1
// Waits 50 ms on a timer where it should work: as slow for one client, and no load at all.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  cluster.on('exit', () => cluster.fork());
} else {
  createServer((request, response) => {
    const answer = () => response.end(`Hello from worker ${process.pid}\n`);
    if (request.url === '/work') setTimeout(answer, 50);
    else answer();
  }).listen(process.env.PORT ?? 8000);
}
