// specimen: wrong
// breaks: 0.2
// may break: 2.4
// Sheds load in its first moments: each worker cuts every 30th request, and later none. Clients that connect again at
// once, as load generators do, report no error.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

const port = Number(process.env.PORT ?? 8000);
cluster.schedulingPolicy = cluster.SCHED_RR;

function burn(ms) {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  cluster.on('exit', () => cluster.fork());
} else {
  let greetings = 0;
  createServer((request, response) => {
    if (request.url === '/' && ++greetings % 30 === 0 && greetings < 100) return request.socket.destroy();
    if (request.url === '/work') burn(50);
    response.end(`Hello from worker ${process.pid}\n`);
  }).listen(port);
}
