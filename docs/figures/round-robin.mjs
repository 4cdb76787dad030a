// Three workers that answer with their pid: at once, after a pause that blocks nobody, or after work that blocks them.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  createServer((request, response) => {
    const url = new URL(request.url, 'http://localhost');
    const ms = Number(url.searchParams.get('ms'));
    const answer = () => response.end(`Hello from worker ${process.pid}\n`);
    if (url.pathname === '/slow') return setTimeout(answer, ms);
    if (url.pathname === '/work') burn(ms);
    answer();
  }).listen(Number(process.env.PORT), '127.0.0.1');
}

function burn(ms) {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
