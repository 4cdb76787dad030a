// specimen: wrong
// breaks: 1.1
// may break: 0.3
// Keeps one core free for the primary, which hardly needs any: a wide-spread habit, and one core idle.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  const workers = Math.max(1, availableParallelism() - 1);
  for (let i = 0; i < workers; i++) cluster.fork();
} else {
  createServer((_request, response) => response.end(`Hello from worker ${process.pid}\n`)).listen(
    Number(process.env.PORT ?? 8000),
  );
}
