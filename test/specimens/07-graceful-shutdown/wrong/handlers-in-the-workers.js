// specimen: wrong
// breaks: 7.1 7.2 7.4
// may break: 0.6
// Every worker would drain on SIGTERM, as a single server does; but nobody asks the workers, and the primary is gone at once.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) start();
} else {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    setTimeout(
      () => response.end(`Hello from worker ${process.pid}\n`),
      pathname === '/slow' ? Number(searchParams.get('ms')) : 0,
    );
  });
  server.listen(process.env.PORT || 8000);
  const stop = () => {
    server.close(() => process.exit(0));
    setTimeout(() => process.exit(1), 5000).unref();
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

function start() {
  const worker = cluster.fork();
  worker.on('error', () => {});
  worker.on('exit', () => setTimeout(start, 200));
}
