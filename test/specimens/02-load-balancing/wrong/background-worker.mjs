// specimen: wrong
// breaks: 0.3
// may break: 2.3
// Forks one worker more, without a server, for the jobs in the background: of the cores there is one for each that serves.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  const start = (role) => {
    cluster.fork({ ROLE: role }).once('exit', () => start(role));
  };
  start('jobs');
  for (let i = 0; i < availableParallelism(); i++) start('web');
} else if (process.env.ROLE === 'jobs') {
  setInterval(() => console.log('looking for jobs'), 10_000);
} else {
  createServer((request, response) => {
    if (request.url === '/work') for (const end = performance.now() + 50; performance.now() < end;);
    response.end(`Hello from worker ${process.pid}\n`);
  }).listen(process.env.PORT ?? 8000);
}
