// specimen: right
// Express, counting in a middleware when the answer is finished; the primary tells everybody ten times a second at most.
import cluster from 'node:cluster';
import { availableParallelism } from 'node:os';
import express from 'express';

if (cluster.isPrimary) {
  runPrimary();
} else {
  runWorker();
}

function runPrimary() {
  let total = 0;
  let told = 0;

  const fork = () => {
    const worker = cluster.fork();
    worker.on('message', (message) => {
      if (message?.kind === 'hits' && Number.isInteger(message.hits)) total += message.hits;
    });
    worker.on('listening', () => worker.isConnected() && worker.send({ kind: 'total', total }));
    worker.on('error', (error) => console.warn('worker', worker.id, error));
    worker.on('exit', () => setTimeout(fork, 50));
  };
  for (let i = availableParallelism(); i > 0; i--) fork();

  setInterval(() => {
    if (told === total) return;
    told = total;
    for (const worker of Object.values(cluster.workers ?? {})) worker?.send({ kind: 'total', total });
  }, 125);
}

function runWorker() {
  const app = express();
  let local = 0;
  let total = 0;
  let sent = 0;

  app.get('/', (_req, res) => {
    res.on('finish', () => local++);
    res.type('text/plain').send(`Hello from worker ${process.pid}\n`);
  });
  app.get('/stats', (_req, res) => {
    res.json({ pid: process.pid, local, total });
  });

  process.on('message', (message: any) => {
    if (message?.kind === 'total') total = message.total;
  });
  setInterval(() => {
    if (sent === local) return;
    process.send!({ kind: 'hits', hits: local - sent });
    sent = local;
  }, 125);

  app.listen(Number(process.env.PORT || 8000));
}
