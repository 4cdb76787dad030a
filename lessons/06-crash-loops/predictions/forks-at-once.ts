// Every exit is answered with a fork, at once. (After 60 it stops, to spare your machine.)
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  cluster.on('exit', (worker) => {
    if (worker.id < 60) cluster.fork();
  });
} else {
  createServer((_request, response) => {
    response.end(`Hello from worker ${process.pid}\n`);
  }).listen(Number(process.env.PORT ?? 8000));
}
