// specimen: right
// Fastify with a hook for the goodbye; the restart is written with async generators, and an old worker's exit is told by exitedAfterDisconnect.
import cluster from 'node:cluster';
import os from 'node:os';
import Fastify from 'fastify';

const grace = 900;

if (cluster.isPrimary) {
  const dismissed = new WeakSet();
  const boot = (whenUp) => {
    const worker = cluster.fork();
    worker.on('error', (error) => console.error(error.message));
    worker.once('listening', () => whenUp?.());
    worker.once('exit', () => {
      if (worker.exitedAfterDisconnect || dismissed.has(worker)) return;
      setTimeout(boot, 250, whenUp);
    });
  };
  for (let i = 0; i < os.availableParallelism(); i++) boot();

  let due = 0;

  async function* replacements() {
    const round = Object.values(cluster.workers).filter((worker) => !dismissed.has(worker));
    for (const worker of round) {
      if (worker.isDead()) continue;
      dismissed.add(worker);
      await new Promise(boot);
      yield worker;
    }
  }

  process.on('SIGHUP', async () => {
    if (++due > 1) return;
    for (; due > 0; due = Math.min(due - 1, 1)) {
      for await (const worker of replacements()) {
        worker.send({ to: 'worker', what: 'drain' });
        const kill = setTimeout(() => worker.kill('SIGKILL'), 6500);
        worker.once('exit', () => clearTimeout(kill));
      }
    }
  });
} else {
  const app = Fastify({ logger: false });
  let draining = false;
  app.addHook('onSend', async (request, reply) => {
    if (draining) reply.header('connection', 'close');
  });
  app.get('/', async () => `Hello from worker ${process.pid}\n`);
  app.get('/slow', async (request) => {
    await new Promise((resolve) => setTimeout(resolve, Number(request.query.ms)));
    return `Hello from worker ${process.pid}\n`;
  });
  process.on('message', (message) => {
    if (message?.what !== 'drain' || draining) return;
    draining = true;
    setTimeout(() => {
      // disconnect() closes the server, which is not to cut those who have just come.
      app.server.closeIdleConnections = () => {};
      cluster.worker.disconnect();
    }, grace);
  });
  process.on('disconnect', () => process.exit(0));
  await app.listen({ port: Number(process.env.PORT ?? 8000), host: '127.0.0.1' });
}
