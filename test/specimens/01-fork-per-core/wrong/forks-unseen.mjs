// specimen: wrong
// breaks: 0.4
// Each worker forks a helper of its own, with an empty environment, so that nothing preloaded reports from it.
import { fork } from 'node:child_process';
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

if (process.argv[2] === 'helper') {
  process.on('disconnect', () => process.exit());
} else if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  fork(fileURLToPath(import.meta.url), ['helper'], { env: {} });
  createServer((_request, response) => response.end(`Hello from worker ${process.pid}\n`)).listen(
    process.env.PORT ?? 8000,
  );
}
