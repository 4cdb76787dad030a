// specimen: wrong
// breaks: 4.4
// may break: 4.7
// Tells nobody that it goes, lives on for four seconds, and then closes every connection that is idle at that moment.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  const retired = new Set();
  const start = () =>
    new Promise((resolve) => {
      const worker = cluster.fork();
      worker.on('error', () => {});
      worker.on('exit', () => {
        if (!retired.delete(worker.id)) void start();
      });
      worker.once('listening', () => resolve(worker));
    });
  for (let i = 0; i < availableParallelism(); i++) void start();

  let restarting = false;
  process.on('SIGHUP', async () => {
    if (restarting) return;
    restarting = true;
    const old = Object.values(cluster.workers).filter(({ id }) => !retired.has(id));
    for (const worker of old) {
      await start();
      retired.add(worker.id);
      worker.send('leave');
    }
    restarting = false;
  });
} else {
  let leaving = false;
  const server = createServer((req, res) => {
    const url = new URL(req.url ?? '/', 'http://localhost');
    const answer = () => {
      if (leaving) res.setHeader('Connection', 'close');
      res.end(`Hello from worker ${process.pid}\n`);
    };
    if (url.pathname === '/slow') setTimeout(answer, Number(url.searchParams.get('ms')));
    else if (url.pathname === '/') answer();
    else res.writeHead(404).end();
  });
  process.on('message', (message) => {
    if (message !== 'leave') return;
    setTimeout(() => {
      leaving = true;
      cluster.worker.disconnect();
    }, 4000);
  });
  process.on('disconnect', () => process.exit());
  server.listen(process.env.PORT ?? 8000);
}
