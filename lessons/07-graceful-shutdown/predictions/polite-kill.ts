// A primary that waits a second for its workers, calls worker.kill() for those that are left, and exits.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  const workers = Array.from({ length: availableParallelism() }, () => cluster.fork());
  process.on('SIGTERM', () => {
    for (const worker of workers) worker.disconnect();
    setTimeout(() => {
      const left = workers.filter((worker) => !worker.isDead());
      for (const worker of left) worker.kill();
      process.exit(left.length === 0 ? 0 : 1);
    }, 1000);
  });
} else {
  createServer((_request, response) => {
    response.end(`Hello from worker ${process.pid}\n`);
  }).listen(Number(process.env.PORT ?? 8000));
}
