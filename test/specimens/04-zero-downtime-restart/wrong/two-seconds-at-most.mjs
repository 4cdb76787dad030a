// specimen: wrong
// breaks: 4.1
// in every run: the plainest that breaks 4.1
// Cuts what /slow is asked for to two seconds, where up to 3000 ms may be asked for.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  const retired = new Set();
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  cluster.on('fork', (worker) => worker.on('error', () => {}));
  cluster.on('exit', (worker) => {
    if (!retired.delete(worker.id)) cluster.fork();
  });

  const listening = (worker) => new Promise((resolve) => worker.once('listening', resolve));
  let restarting = false;
  const restart = async () => {
    if (restarting) return;
    restarting = true;
    for (const worker of Object.values(cluster.workers)) {
      if (retired.has(worker.id)) continue;
      await listening(cluster.fork());
      retired.add(worker.id);
      worker.send('leave', () => {});
    }
    restarting = false;
  };
  process.on('SIGHUP', restart);
} else {
  let leaving = false;
  const server = createServer((request, response) => {
    const url = new URL(request.url, 'http://localhost');
    const answer = () => {
      if (leaving) response.setHeader('Connection', 'close');
      response.end(`Hello from worker ${process.pid}\n`);
    };
    if (url.pathname === '/slow') setTimeout(answer, Math.min(2000, Number(url.searchParams.get('ms'))));
    else answer();
  });
  process.on('disconnect', () => process.exit());
  process.on('message', (message) => {
    if (message !== 'leave' || leaving) return;
    leaving = true;
    setTimeout(() => cluster.worker.disconnect(), 700);
  });
  server.listen(process.env.PORT ?? 8000);
}
