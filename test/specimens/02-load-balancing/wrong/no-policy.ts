// specimen: wrong
// breaks: 2.2
// may break: 1.2 2.1 2.3
// Leaves the scheduling policy to the platform: round robin on Linux and macOS, and not on Windows.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  cluster.on('exit', () => cluster.fork());
} else {
  createServer((request, response) => {
    if (request.url === '/work') burn(50);
    response.end(`Hello from worker ${process.pid}\n`);
  }).listen(Number(process.env.PORT ?? 8000));
}

function burn(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
