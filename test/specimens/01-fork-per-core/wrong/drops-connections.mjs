// specimen: wrong
// breaks: 0.2
// Cuts every fifth connection of a worker without an answer, like a home-made limiter that was never taken out.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  let seen = 0;
  createServer((request, response) => {
    seen += 1;
    if (seen % 5 === 0) request.socket.destroy();
    else response.end(`Hello from worker ${process.pid}\n`);
  }).listen(process.env.PORT ?? 8000);
}
