// specimen: wrong
// breaks: 2.4
// may break: 2.2 2.3
// Replaces the whole crew when one dies, to begin again from a clean state: what the others had in hand is lost too.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  const start = () => {
    for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  };
  cluster.on('exit', () => {
    const others = Object.values(cluster.workers);
    for (const worker of others) worker.process.kill('SIGKILL');
    if (others.length === 0) start();
  });
  start();
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
