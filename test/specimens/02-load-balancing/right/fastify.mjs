// specimen: right
// Fastify, and a primary that counts who is missing at each exit and forks by an async loop with a growing pause.
import cluster from 'node:cluster';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

if (cluster.isPrimary) {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  for (let i = 0; i < availableParallelism(); i++) keep();
} else {
  const { default: Fastify } = await import('fastify');
  const app = Fastify();
  const hello = async () => `Hello from worker ${process.pid}\n`;
  app.get('/', hello);
  app.get('/work', async () => {
    const end = performance.now() + 55;
    while (performance.now() < end) JSON.parse(JSON.stringify(process.versions));
    return hello();
  });
  await app.listen({ port: Number(process.env.PORT ?? 8000), host: '127.0.0.1' });
}

/** Keeps one place of the cluster filled for ever. */
async function keep() {
  for (let wait = 50; ; wait = Math.min(2 * wait, 800)) {
    const worker = cluster.fork();
    worker.once('listening', () => {
      wait = 25;
    });
    await once(worker, 'exit');
    await pause(wait);
  }
}
