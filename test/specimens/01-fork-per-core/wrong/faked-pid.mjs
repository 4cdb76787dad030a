// specimen: wrong
// breaks: 1.3
// may break: 0.2 0.4 1.2
// in every run: the plainest that breaks 1.3
// One worker for each core that really serves, but each answer names the next pid of the whole crew, so that it looks fair to any client.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  const workers = Array.from({ length: availableParallelism() }, () => cluster.fork());
  const pids = workers.map((worker) => worker.process.pid);
  cluster.on('listening', (worker) => worker.send(pids));
} else {
  let pids = [process.pid];
  let turn = cluster.worker.id;
  process.on('message', (message) => {
    pids = message;
  });
  createServer((request, response) => {
    response.end(`Hello from worker ${pids[turn++ % pids.length]}\n`);
  }).listen(process.env.PORT ?? 8000);
}
