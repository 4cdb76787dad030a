// specimen: wrong
// breaks: 2.1
// Moves the work to a worker thread: good advice for a real program, and not what the worker process is asked for here.
import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';
import { Worker, isMainThread } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';

if (!isMainThread) {
  const end = performance.now() + 50;
  while (performance.now() < end);
} else if (cluster.isPrimary) {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  cluster.on('exit', () => cluster.fork());
} else {
  createServer(async (request, response) => {
    if (request.url === '/work') await once(new Worker(fileURLToPath(import.meta.url)), 'exit');
    response.end(`Hello from worker ${process.pid}\n`);
  }).listen(process.env.PORT ?? 8000);
}
