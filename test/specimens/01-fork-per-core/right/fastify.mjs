// specimen: right
// Fastify with an asynchronous handler; the framework checks each server's address when it listens, also of all host names.
import cluster from 'node:cluster';
import { availableParallelism } from 'node:os';
import Fastify from 'fastify';

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  const app = Fastify({ logger: false });
  app.get('/', async (request, reply) => {
    reply.type('text/plain');
    return `Hello from worker ${process.pid}\n`;
  });
  await app.listen({ port: Number(process.env.PORT ?? 8000), host: '127.0.0.1' });
}
