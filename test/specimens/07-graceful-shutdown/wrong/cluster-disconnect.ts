// specimen: wrong
// breaks: 7.2 7.4
// may break: 7.1 7.3 7.5 7.6 7.7 0.6
// The one line that the documentation seems to offer: cluster.disconnect(), which waits as long as any client stays.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  cluster.on('fork', (worker) => worker.on('error', () => {}));
  cluster.on('exit', (worker) => {
    if (!worker.exitedAfterDisconnect) cluster.fork();
  });
  const end = (): void => cluster.disconnect(() => process.exit(0));
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
} else {
  createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    const [path, ms] = (request.url ?? '').split('?ms=');
    const hello = () => response.end(`Hello from worker ${process.pid}\n`);
    if (path === '/slow') setTimeout(hello, Number(ms));
    else hello();
  }).listen(Number(process.env.PORT ?? 8000));
  process.on('SIGTERM', () => {});
  process.on('SIGINT', () => {});
}
