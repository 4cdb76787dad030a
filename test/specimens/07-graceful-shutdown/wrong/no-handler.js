// specimen: wrong
// breaks: 7.1 7.2 7.4
// may break: 0.6
// Nobody thought of its end: the cluster of the second lesson, as it stands in most repositories.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  cluster.on('fork', (worker) => worker.on('error', () => {}));
  cluster.on('exit', (worker, code, signal) => {
    console.log(`worker ${worker.process.pid} died (${signal ?? code})`);
    cluster.fork();
  });
} else {
  createServer((req, res) => {
    const slow = /^\/slow\?ms=(\d+)$/.exec(req.url);
    setTimeout(() => res.end(`Hello from worker ${process.pid}\n`), slow ? Number(slow[1]) : 0);
  }).listen(process.env.PORT || 8000);
}
