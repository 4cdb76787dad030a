// specimen: wrong
// breaks: 2.3
// Waits half a minute before each fork, out of fear of a crash loop.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  cluster.on('exit', () => setTimeout(() => cluster.fork(), 30_000));
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
