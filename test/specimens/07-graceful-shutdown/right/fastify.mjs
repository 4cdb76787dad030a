// specimen: right
// Fastify; the goodbye is an onSend hook. The primary awaits all exits with one Promise.all, and the workers hear the group's signal themselves.
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
  ending = true;
  const workers = Object.values(cluster.workers);
  const kill = () => workers.forEach((worker) => worker.isDead() || worker.process.kill('SIGKILL'));
  // further signals are the same one for a moment, and an order after that
  const ignore = () => {};
  signals.forEach((signal) => process.on(signal, ignore));
  void sleep(450).then(() =>
    signals.forEach((signal) => {
      process.on(signal, () => {
        kill();
        process.exit(130);
      });
    }),
  );
  let late = false;
  setTimeout(() => {
    late = true;
    kill();
  }, 5000).unref();
  for (const worker of workers) if (worker.isConnected()) worker.send({ to: 'worker', what: 'drain' });
  await Promise.all(workers.map((worker) => worker.isDead() || once(worker, 'exit')));
  process.exit(late ? 1 : 0);
} else {
  const app = Fastify({ logger: false, forceCloseConnections: true });
  let draining = false;
  let busy = 0;
  app.addHook('onRequest', async () => {
    busy += 1;
  });
  app.addHook('onSend', async (request, reply) => {
    if (draining) reply.header('connection', 'close');
  });
  app.addHook('onResponse', async () => {
    busy -= 1;
  });
  app.get('/', async () => `Hello from worker ${process.pid}\n`);
  app.get('/slow', async (request) => {
    await sleep(Number(request.query.ms));
    return `Hello from worker ${process.pid}\n`;
  });
  const drain = async () => {
    if (draining) return;
    draining = true;
    await sleep(900);
    app.server.closeIdleConnections = () => {};
    cluster.worker.disconnect();
    while (busy > 0) await sleep(20);
    // let the last answer leave
    await sleep(50);
    process.exit(0);
  };
  process.on('message', (message) => message?.what === 'drain' && drain());
  process.on('SIGTERM', drain);
  process.on('SIGINT', drain);
  process.on('disconnect', () => process.exit(0));
  await app.listen({ port: Number(process.env.PORT ?? 8000), host: '127.0.0.1' });
}
