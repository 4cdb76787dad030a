// Replaces workers whose exit says that something went wrong: by a code other than 0, or by a signal.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  cluster.on('exit', (_worker, code) => {
    if (code !== 0) cluster.fork();
  });
} else {
  createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === '/exit') response.on('finish', () => process.exit(Number(searchParams.get('code'))));
    response.end(`Hello from worker ${process.pid}\n`);
  }).listen(Number(process.env.PORT ?? 8000));
}
