// specimen: wrong
// breaks: 1.2 1.3
// may break: 0.2 0.4 1.4 2.1 2.2 2.3 2.4
// The primary makes the text once and hands it to its workers, so that it stands in one place: with the primary's own pid.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  const hello = `Hello from worker ${process.pid}\n`;
  const start = () => cluster.fork({ HELLO: hello });
  for (let i = 0; i < availableParallelism(); i++) start();
  cluster.on('exit', start);
} else {
  createServer((request, response) => {
    if (request.url === '/work') for (const end = performance.now() + 50; performance.now() < end;);
    response.end(process.env.HELLO);
  }).listen(process.env.PORT ?? 8000);
}
