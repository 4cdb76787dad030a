// Replaces workers that die: at once, or, where BACKOFF is set, after pauses that double. A restart on SIGHUP is given up
// where a replacement dies.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  const trials = new Set();
  let pauseMs = 0;
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();

  cluster.on('exit', (worker) => {
    if (worker.exitedAfterDisconnect || trials.delete(worker)) return;
    if (process.env.BACKOFF) pauseMs = Math.max(100, 2 * pauseMs);
    setTimeout(() => cluster.fork(), pauseMs);
  });

  process.on('SIGHUP', async () => {
    for (const old of Object.values(cluster.workers)) {
      const worker = cluster.fork();
      trials.add(worker);
      const listens = await new Promise((resolve) => {
        worker.once('listening', () => resolve(true));
        worker.once('exit', () => resolve(false));
      });
      trials.delete(worker);
      if (!listens) return;
      old.disconnect();
    }
  });
} else {
  createServer((request, response) => response.end(`Hello from worker ${process.pid}\n`)).listen(
    Number(process.env.PORT),
    '127.0.0.1',
  );
}
