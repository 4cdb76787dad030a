// specimen: wrong
// breaks: 1.1
// may break: 0.1 0.3
// Starts one worker, and another each time that one reports fifty requests: scaling with the load, by someone who saves memory.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  cluster.on('message', (_worker, message) => {
    const alive = Object.keys(cluster.workers ?? {}).length;
    if (message === 'busy' && alive < availableParallelism()) cluster.fork();
  });
  cluster.fork();
} else {
  let answered = 0;
  createServer((_request, response) => {
    response.end(`Hello from worker ${process.pid}\n`);
    if (++answered % 50 === 0) process.send?.('busy');
  }).listen(Number(process.env.PORT ?? 8000));
}
