// A pause before each fork: 100 ms after a first death, and twice as long after each that follows.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  let pauseMs = 100;
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  cluster.on('exit', () => {
    setTimeout(() => cluster.fork(), pauseMs);
    pauseMs *= 2;
  });
} else {
  createServer((_request, response) => {
    response.end(`Hello from worker ${process.pid}\n`);
  }).listen(Number(process.env.PORT ?? 8000));
}
