// specimen: wrong
// breaks: 2.3
// Attaches the listener to the first workers and not to their replacements, so that the second death stays without one.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  for (let i = 0; i < availableParallelism(); i++) {
    const worker = cluster.fork();
    worker.on('exit', () => {
      console.log(`worker ${worker.process.pid} died, forking another`);
      cluster.fork();
    });
  }
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
