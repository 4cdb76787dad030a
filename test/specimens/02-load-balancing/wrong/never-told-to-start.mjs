// specimen: wrong
// breaks: 2.3
// Workers listen when the primary says so, which it says to the first generation only: replacements are online and do nothing.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  for (let i = 0; i < availableParallelism(); i++) {
    const worker = cluster.fork();
    worker.once('message', () => worker.send('start'));
  }
  cluster.on('exit', () => cluster.fork());
} else {
  const server = createServer((request, response) => {
    if (request.url === '/work') burn(50);
    response.end(`Hello from worker ${process.pid}\n`);
  });
  process.on('message', (message) => {
    if (message === 'start') server.listen(process.env.PORT ?? 8000);
  });
  process.send('ready');
}

function burn(ms) {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
