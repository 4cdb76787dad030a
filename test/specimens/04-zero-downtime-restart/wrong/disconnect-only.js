// specimen: wrong
// breaks: 4.4
// may break: 4.5
// in every run: tutorials: worker.disconnect() as the whole restart
// worker.disconnect() as the whole restart: what nearly every tutorial shows.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  cluster.on('fork', (worker) => worker.on('error', () => {}));
  cluster.on('exit', (worker) => {
    if (!worker.exitedAfterDisconnect) cluster.fork();
  });

  let restarting = false;
  process.on('SIGHUP', async () => {
    if (restarting) return;
    restarting = true;
    for (const old of Object.values(cluster.workers)) {
      await new Promise((resolve) => cluster.fork().once('listening', resolve));
      old.disconnect();
    }
    restarting = false;
    console.log('all workers restarted');
  });
} else {
  createServer((req, res) => {
    const hello = () => res.end(`Hello from worker ${process.pid}\n`);
    const url = new URL(req.url ?? '/', 'http://localhost');
    if (url.pathname === '/slow') setTimeout(hello, Number(url.searchParams.get('ms')));
    else if (req.url === '/') hello();
    else res.writeHead(404).end();
  }).listen(process.env.PORT || 8000);

  // Or else the workers that it leaves behind would outlive the primary.
  process.on('disconnect', () => process.exit());
}
