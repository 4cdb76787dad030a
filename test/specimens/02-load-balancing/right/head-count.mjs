// specimen: right
// Listens to no event: twice a second the primary counts its workers, and forks as many as are missing.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  const fill = () => {
    const alive = Object.values(cluster.workers).filter((worker) => !worker.isDead());
    for (let missing = availableParallelism() - alive.length; missing > 0; missing--) cluster.fork();
  };
  fill();
  setInterval(fill, 500);
} else {
  const burn = (ms) => {
    const end = performance.now() + ms;
    while (performance.now() < end);
  };
  createServer(({ method, url }, response) => {
    const route = `${method} ${url}`;
    if (route !== 'GET /' && route !== 'GET /work') return response.writeHead(404).end();
    if (route === 'GET /work') burn(50);
    response.end(`Hello from worker ${process.pid}\n`);
  }).listen(process.env.PORT ?? 8000);
}
