// specimen: wrong
// breaks: 2.3
// may break: 2.2
// Listens for the same death on the worker and on the cluster, and forks for both: one worker more with each crash.
import cluster, { type Worker } from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

function startWorker(): Worker {
  return cluster.fork().once('exit', startWorker);
}

if (cluster.isPrimary) {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  for (let i = 0; i < availableParallelism(); i++) startWorker();
  cluster.on('exit', (worker, code, signal) => {
    console.log(`worker ${worker.process.pid} died (${signal || code}). Restarting...`);
    startWorker();
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
