// specimen: wrong
// breaks: 2.3
// Answers each death with a fork at once, and with another one by a timer 1.5 s later.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';
const port = Number(process.env.PORT ?? 8000);
cluster.schedulingPolicy = cluster.SCHED_RR;
function burn(ms) { const end = performance.now() + ms; while (performance.now() < end); }

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork(); cluster.on('exit', () => { cluster.fork(); setTimeout(() => cluster.fork(), 1500); });
} else {
  
  const server = createServer((request, response) => {
    if (request.url === '/work') burn(50); response.end(`Hello from worker ${process.pid}\n`);
  });
  server.listen(port);
}
