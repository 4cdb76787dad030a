// specimen: wrong
// breaks: 1.4
// may break: 0.1 0.2 0.3 0.4 1.1 1.2 1.3 1.5
// in every run: the plainest that breaks 1.4
// The primary answers everything itself and puts its idle workers' pids into the bodies in turn: looks balanced, meant to fool.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  const workers = Array.from({ length: availableParallelism() }, () => cluster.fork());
  let turn = 0;
  createServer((request, response) => {
    const worker = workers[turn++ % workers.length];
    response.end(`Hello from worker ${worker.process.pid}\n`);
  }).listen(process.env.PORT ?? 8000);
}
