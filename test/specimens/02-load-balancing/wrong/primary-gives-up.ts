// specimen: wrong
// breaks: 2.3
// may break: 2.2 2.4
// Ends the whole program when a worker dies and leaves the restart to Docker: "let it crash", one level too high.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  cluster.on('exit', (worker) => {
    console.error(`worker ${worker.process.pid} died, giving up`);
    process.exit(1);
  });
} else {
  createServer((request, response) => {
    if (request.url === '/work') burn(50);
    response.end(`Hello from worker ${process.pid}\n`);
  }).listen(Number(process.env.PORT ?? 8000));
}

function burn(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
