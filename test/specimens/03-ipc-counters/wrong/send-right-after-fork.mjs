// specimen: wrong
// breaks: 3.1
// may break: 3.3 3.4
// Sends a new worker the total right after `fork()`. The worker connects to its database first and listens to
// messages then: nobody has heard it.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

if (cluster.isPrimary) {
  let total = 0;
  let timer = null;
  const fork = () => {
    const worker = cluster.fork();
    worker.on('error', () => {});
    worker.on('exit', fork);
    worker.send({ type: 'total', total });
  };
  cluster.on('message', (worker, message) => {
    if (message?.type !== 'report') return;
    total += message.answered;
    timer ??= setTimeout(() => {
      timer = null;
      for (const each of Object.values(cluster.workers)) each.send({ type: 'total', total });
    }, 100);
  });
  for (let i = 0; i < availableParallelism(); i++) fork();
} else {
  await pause(300); // connects to its database
  let local = 0;
  let total = 0;
  let fresh = 0;
  process.on('message', (message) => {
    if (message?.type === 'total') total = message.total;
  });
  setInterval(() => {
    if (fresh > 0) process.send({ type: 'report', answered: fresh });
    fresh = 0;
  }, 100);
  createServer((req, res) => {
    if (req.url === '/') {
      local++;
      fresh++;
      res.end(`Hello from worker ${process.pid}\n`);
    } else if (req.url === '/stats') {
      res.end(JSON.stringify({ pid: process.pid, local, total }));
    } else {
      res.writeHead(404).end();
    }
  }).listen(process.env.PORT ?? 8000);
}
