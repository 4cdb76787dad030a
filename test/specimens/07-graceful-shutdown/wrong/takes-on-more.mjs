// specimen: wrong
// breaks: 7.2
// may break: 7.3
// Fastify. A worker ends when it has been asked nothing for half a second; but it goes on taking connections, so under load that never comes.
import cluster from 'node:cluster';
import { once } from 'node:events';
import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import Fastify from 'fastify';

if (cluster.isPrimary) {
  let ending = false;
  const boot = () => {
    const worker = cluster.fork();
    worker.on('error', (error) => console.error(error.message));
    worker.once('exit', () => ending || setTimeout(() => ending || boot(), 250));
  };
  for (let i = 0; i < os.availableParallelism(); i++) boot();
  const signals = ['SIGTERM', 'SIGINT'];
  await Promise.race(signals.map((signal) => once(process, signal)));
  const since = Date.now();
  ending = true;
  let late = false;
  const workers = Object.values(cluster.workers);
  const kill = () => {
    late = true;
    for (const worker of workers) if (!worker.isDead()) worker.process.kill('SIGKILL');
  };
  for (const signal of signals) process.on(signal, () => Date.now() - since > 450 && kill());
  setTimeout(kill, 5000);
  for (const worker of workers) worker.send('drain');
  await Promise.all(workers.map((worker) => worker.isDead() || once(worker, 'exit')));
  process.exit(late ? 1 : 0);
} else {
  const app = Fastify();
  let draining = false;
  let busy = 0;
  let asked = 0;
  app.addHook('onRequest', async () => {
    busy++;
    asked = Date.now();
  });
  app.addHook('onResponse', async () => void busy--);
  app.addHook('onSend', async (request, reply) => {
    if (draining) reply.header('connection', 'close');
  });
  app.get('/', async () => `Hello from worker ${process.pid}\n`);
  app.get('/slow', async (request) => {
    await sleep(Number(request.query.ms));
    return `Hello from worker ${process.pid}\n`;
  });
  process.on('message', async (message) => {
    if (message !== 'drain' || draining) return;
    draining = true;
    await sleep(900);
    while (busy > 0 || Date.now() - asked < 500) await sleep(50);
    await sleep(50);
    process.exit(0);
  });
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => {});
  process.on('disconnect', () => process.exit(0));
  await app.listen({ port: Number(process.env.PORT ?? 8000), host: '127.0.0.1' });
}
