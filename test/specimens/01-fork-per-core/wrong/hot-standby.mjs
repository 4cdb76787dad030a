// specimen: wrong
// breaks: 1.1
// may break: 0.1 0.3 1.2 1.5
// All workers listen for a moment, then all but the first close their server and wait as a reserve.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  const server = createServer((request, response) => response.end(`Hello from worker ${process.pid}\n`));
  server.listen(process.env.PORT ?? 8000, () => {
    // Not at once: the cluster tells of a server that listens after this callback, and only where it still does.
    if (cluster.worker.id > 1) setImmediate(() => server.close());
  });
}
