// specimen: wrong
// breaks: 3.1 3.3
// may break: 3.2 3.4
// in every run: beginners: a variable is shared by all workers
// A variable at the top of the file, taken for one that all processes share: the first program of everybody who knows threads.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

let total = 0;

if (cluster.isPrimary) {
  cluster.on('fork', (worker) => worker.on('error', () => {}));
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  cluster.on('exit', () => cluster.fork());
} else {
  let local = 0;
  createServer((req, res) => {
    if (req.url === '/') {
      local++;
      total++;
      res.end(`Hello from worker ${process.pid}\n`);
    } else if (req.url === '/stats') {
      res.end(JSON.stringify({ pid: process.pid, local, total }));
    } else {
      res.writeHead(404).end();
    }
  }).listen(process.env.PORT ?? 8000);
}
