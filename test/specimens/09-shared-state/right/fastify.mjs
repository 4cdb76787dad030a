// specimen: right
// Fastify with a decorator for the store, and a hook that closes it.
import cluster from 'node:cluster';
import { availableParallelism } from 'node:os';
import fastify from 'fastify';
import { openStore } from '#store';

const { PORT = 8000, WINDOW_MS = 60000 } = process.env;

if (cluster.isPrimary) {
  const start = () => cluster.fork().once('exit', () => setTimeout(start, 100));
  for (let i = availableParallelism(); i > 0; i--) start();
} else {
  const app = fastify();
  app.decorate('store', openStore());
  app.addHook('onClose', () => app.store.close());
  app.setErrorHandler((error, request, reply) => {
    reply.code(503).send({ message: error.message });
  });
  const within = (ms) => ({ signal: AbortSignal.timeout(ms) });
  const hello = () => `Hello from worker ${process.pid}\n`;

  app.get('/', async () => hello());
  app.get('/slow', (request, reply) => {
    setTimeout(() => reply.send(hello()), request.query.ms);
  });
  app.post('/visits', async () => ({ visits: (await app.store.add('v', 1, within(700))).value }));
  app.get('/visits', async () => ({ visits: (await app.store.get('v', within(700))) ?? 0 }));
  app.get('/limited', async (request, reply) => {
    const { value, ttlMs } = await app.store.add(`k${request.query.key}`, 1, { ttlMs: +WINDOW_MS, ...within(700) });
    if (value > 10) reply.code(429).header('retry-after', Math.max(1, Math.ceil(ttlMs / 1000)));
    return '';
  });
  await app.listen({ port: Number(PORT), host: '0.0.0.0' });
}
