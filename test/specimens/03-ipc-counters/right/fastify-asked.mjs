// specimen: right
// Fastify, and the other way round: the primary asks its workers five times a second, and they answer what is new.
import cluster from 'node:cluster';
import os from 'node:os';
import Fastify from 'fastify';

if (cluster.isPrimary) {
  const perWorker = new Map();
  const sum = () => [...perWorker.values()].reduce((a, b) => a + b, 0);
  const quietly = () => {};

  cluster.on('message', (worker, message) => {
    if (message?.reply === 'answered') perWorker.set(worker.id, message.value);
  });
  cluster.on('exit', () => setTimeout(spawn, 20));
  setInterval(() => {
    const total = sum();
    for (const worker of Object.values(cluster.workers)) {
      if (worker.isConnected()) worker.send({ ask: 'answered', total }, quietly);
    }
  }, 200);

  const spawn = () => cluster.fork().on('error', quietly);
  for (let i = 0; i < os.availableParallelism(); i++) spawn();
} else {
  const app = Fastify();
  let local = 0;
  let total = 0;
  let replied = 0;

  process.on('message', (message) => {
    if (message?.ask !== 'answered') return;
    total = message.total;
    if (replied !== local) process.send({ reply: 'answered', value: (replied = local) });
  });

  app.get('/', async (request, reply) => {
    local += 1;
    reply.type('text/plain');
    return `Hello from worker ${process.pid}\n`;
  });
  app.get('/stats', async () => ({ pid: process.pid, local, total }));
  await app.listen({ port: Number(process.env.PORT ?? 8000), host: '127.0.0.1' });
}
