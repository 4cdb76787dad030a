// specimen: wrong
// breaks: 4.4 4.6
// may break: 4.2 4.5 4.7
// `worker.kill()` for a gentle goodbye, as its place beside disconnect() suggests: it is a plain SIGTERM, and no planned exit.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  cluster.on('fork', (worker) => worker.on('error', () => {}));
  cluster.on('exit', (worker) => {
    if (worker.exitedAfterDisconnect) return;
    console.log(`worker ${worker.process.pid} crashed`);
    cluster.fork();
  });

  let restarting = false;
  process.on('SIGHUP', async () => {
    if (restarting) return;
    restarting = true;
    for (const old of Object.values(cluster.workers)) {
      await new Promise((resolve) => cluster.fork().once('listening', resolve));
      old.kill();
    }
    restarting = false;
  });
} else {
  createServer((req, res) => {
    const hello = () => res.end(`Hello from worker ${process.pid}\n`);
    const url = new URL(req.url ?? '/', 'http://localhost');
    if (url.pathname === '/slow') setTimeout(hello, Number(url.searchParams.get('ms')));
    else if (req.url === '/') hello();
    else res.writeHead(404).end();
  }).listen(process.env.PORT || 8000);
}
