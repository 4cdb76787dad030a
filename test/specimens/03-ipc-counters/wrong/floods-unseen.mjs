// specimen: wrong
// breaks: 3.6
// Tells everybody the total every five milliseconds, past `send`: by the function that Node keeps for itself.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  let total = 0;
  cluster.on('message', (_worker, message) => {
    if (message?.type === 'count') total += 1;
  });
  cluster.on('fork', (worker) => {
    worker.on('error', () => {});
    worker.process.on('error', () => {});
  });
  cluster.on('exit', () => cluster.fork());
  setInterval(() => {
    for (const { process: child } of Object.values(cluster.workers))
      if (child.connected) child._send({ type: 'total', total }, null, {}, () => {});
  }, 5);
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  let local = 0;
  let total = 0;
  process.on('message', (message) => {
    if (message?.type === 'total') total = message.total;
  });
  createServer((req, res) => {
    if (req.url === '/') {
      local++;
      process.send({ type: 'count' });
      res.end(`Hello from worker ${process.pid}\n`);
    } else if (req.url === '/stats') {
      res.end(JSON.stringify({ pid: process.pid, local, total }));
    } else {
      res.writeHead(404).end();
    }
  }).listen(process.env.PORT ?? 8000);
}
