// specimen: wrong
// breaks: 1.1
// may break: 0.3
// Everything of this lesson right, and as many workers as the author's machine has cores.
import cluster from 'node:cluster';
import { createServer } from 'node:http';

if (cluster.isPrimary) {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  for (let i = 0; i < 2; i++) cluster.fork();
  cluster.on('exit', () => cluster.fork());
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
