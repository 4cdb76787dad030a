// specimen: wrong
// breaks: 3.3
// may break: 3.1 3.2 3.4
// in every run: the plainest that breaks 3.3
// Round robin is even, so the total is local × workers: right for a while, and nothing is counted.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  cluster.on('fork', (worker) => worker.on('error', () => {}));
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  cluster.on('exit', () => cluster.fork());
} else {
  let local = 0;
  createServer((req, res) => {
    if (req.url === '/') {
      local++;
      res.end(`Hello from worker ${process.pid}\n`);
    } else if (req.url === '/stats') {
      res.end(JSON.stringify({ pid: process.pid, local, total: local * availableParallelism() }));
    } else {
      res.writeHead(404).end();
    }
  }).listen(process.env.PORT ?? 8000);
}
