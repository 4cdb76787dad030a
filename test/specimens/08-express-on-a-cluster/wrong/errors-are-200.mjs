// specimen: wrong
// breaks: 8.2
// in every run: the client is told that all is well.
// Tells errors in the body, with status 200, as some APIs do.
import cluster from 'node:cluster';
import os from 'node:os';
import Fastify from 'fastify';

const port = Number(process.env.PORT || 8000);

if (cluster.isPrimary) {
  let ending = false;
  const fork = () => {
    if (ending) return;
    const worker = cluster.fork();
    worker.on('error', () => {});
    worker.on('exit', (code) => {
      if (code === 3) {
        console.error(`fastify could not listen on port ${port}, since it is taken`);
        process.exit(1);
      }
      if (!ending) setTimeout(fork, 500);
      else if (Object.keys(cluster.workers).length === 0) process.exit(0);
    });
  };
  const end = () => {
    ending = true;
    for (const worker of Object.values(cluster.workers)) worker.process.kill('SIGTERM');
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  for (let i = 0; i < os.availableParallelism(); i++) fork();
} else {
  const fastify = Fastify({ forceCloseConnections: false });
  let ending = false;
  let inHand = 0;
  let noMore = false;

  fastify.addHook('onRequest', async () => void inHand++);
  fastify.addHook('onSend', async (_request, reply, payload) => {
    if (ending) reply.header('Connection', 'close');
    return payload;
  });
  fastify.addHook('onResponse', async (request) => {
    inHand--;
    process.stdout.write(`${request.method} ${request.raw.url} by ${process.pid}\n`);
    finish();
  });
  fastify.setErrorHandler((error, _request, reply) => {
    reply.code(error.statusCode ?? 200).send({ error: error.message });
  });

  const hello = () => `Hello from worker ${process.pid}\n`;
  fastify.get('/', async () => hello());
  fastify.get('/slow', (request, reply) => {
    setTimeout(() => reply.send(hello()), Number(request.query.ms));
  });
  fastify.get('/items/:id', async (request) => ({ name: `item ${request.params.id}`, id: request.params.id }));
  fastify.post('/items', async (request, reply) => reply.code(201).send({ created: request.body }));
  fastify.get('/boom', () => {
    throw new Error('boom');
  });
  fastify.get('/reject', async () => Promise.reject(new Error('reject')));
  fastify.get('/crash', async () => {
    setTimeout(() => {
      throw new Error('crash');
    }, 15);
    return 'going down\n';
  });

  function finish() {
    if (noMore && inHand === 0) fastify.server.closeAllConnections();
  }
  function end() {
    if (ending) return;
    ending = true;
    setTimeout(() => {
      noMore = true;
      cluster.worker.disconnect();
      finish();
    }, 1000);
  }
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  process.on('disconnect', () => process.exit());
  try {
    await fastify.listen({ port });
  } catch (error) {
    process.exit(error.code === 'EADDRINUSE' ? 3 : 4);
  }
}
