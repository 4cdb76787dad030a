// GET / is answered at once, and GET /slow after three seconds, in which the worker only waits.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  cluster.on('exit', () => cluster.fork());
  cluster.on('fork', (worker) => worker.on('error', () => {}));
} else {
  createServer((request, response) => {
    setTimeout(() => response.end(`Hello from worker ${process.pid}\n`), request.url === '/slow' ? 3000 : 0);
  }).listen(Number(process.env.PORT ?? 8000));
}
