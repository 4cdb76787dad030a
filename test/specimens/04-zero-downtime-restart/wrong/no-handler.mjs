// specimen: wrong
// breaks: 4.2
// may break: 0.6 4.3 4.4 4.5 4.6 4.7 4.8
// in every run: the plainest that breaks 4.2
// Nothing listens for SIGHUP, and its default ends the primary, and with it everybody.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  cluster.on('fork', (worker) => worker.on('error', () => {}));
  cluster.on('exit', () => cluster.fork());
} else {
  createServer((req, res) => {
    const hello = () => res.end(`Hello from worker ${process.pid}\n`);
    const url = new URL(req.url ?? '/', 'http://localhost');
    if (url.pathname === '/slow') setTimeout(hello, Number(url.searchParams.get('ms')));
    else if (req.url === '/') hello();
    else res.writeHead(404).end();
  }).listen(process.env.PORT || 8000);
}
