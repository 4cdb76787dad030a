// specimen: right
// Express, with the work cut into slices of 5 ms, so that the worker answers other requests in between.
import cluster from 'node:cluster';
import { availableParallelism } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import express from 'express';

const PORT = Number(process.env.PORT ?? 8000);

if (cluster.isPrimary) {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  for (let i = 0; i < availableParallelism(); i += 1) cluster.fork();
  cluster.on('exit', (worker, code, signal) => {
    console.warn(`worker ${worker.process.pid} is gone (${signal || code}), forking another`);
    cluster.fork();
  });
} else {
  const app = express();
  app.get('/', (_request, response) => {
    response.send(`Hello from worker ${process.pid}\n`);
  });
  app.get('/work', async (_request, response) => {
    for (let slice = 0; slice < 10; slice += 1) {
      burn(5);
      await nextTurn();
    }
    response.send(`Hello from worker ${process.pid}\n`);
  });
  app.listen(PORT);
}

function burn(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
