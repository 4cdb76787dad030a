// specimen: wrong
// breaks: 4.3
// may break: 4.4 4.5 4.6 4.7
// in every run: tutorials: the successor is online, and does not listen yet
// Takes 'online' for ready: the process runs, but it does not listen yet when the old one is told to go.
import cluster, { type Worker } from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

const retired = new Set<Worker>();

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) start();

  let restarting = false;
  process.on('SIGHUP', async () => {
    if (restarting) return;
    restarting = true;
    for (const old of Object.values(cluster.workers ?? {}) as Worker[]) {
      if (retired.has(old)) continue;
      const replacement = start();
      await new Promise((resolve) => replacement.once('online', resolve));
      retired.add(old);
      old.disconnect();
    }
    restarting = false;
  });
} else {
  const server = createServer((req, res) => {
    const hello = () => res.end(`Hello from worker ${process.pid}\n`);
    const url = new URL(req.url ?? '/', 'http://localhost');
    if (url.pathname === '/slow') setTimeout(hello, Number(url.searchParams.get('ms')));
    else if (req.url === '/') hello();
    else res.writeHead(404).end();
  });
  server.closeIdleConnections = () => {
    server.maxRequestsPerSocket = 1;
  };
  process.on('disconnect', () => process.exit());
  // Configuration, connections to databases: most programs do not listen at once.
  setTimeout(() => server.listen(process.env.PORT ?? 8000), 200);
}

function start(): Worker {
  const worker = cluster.fork();
  worker.on('error', () => {});
  worker.on('exit', () => {
    if (!retired.delete(worker)) start();
  });
  return worker;
}
