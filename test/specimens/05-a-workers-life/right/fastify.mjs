// specimen: right
// Fastify, top-level await, and a hook that tells clients of a leaving worker to go.
import cluster from 'node:cluster';
import { availableParallelism } from 'node:os';
import Fastify from 'fastify';

if (cluster.isPrimary) {
  const rows = {};
  const publish = () => {
    const list = Object.values(rows);
    for (const w of Object.values(cluster.workers)) w.isConnected() && w.send(list, (error) => error && console.error(error.code));
  };
  const set = (w, more) => {
    if (rows[w.id].state === 'exited') return;
    Object.assign(rows[w.id], more);
    publish();
  };
  const start = () => {
    const w = cluster.fork();
    rows[w.id] = { id: w.id, pid: w.process.pid, state: 'forked', code: null, signal: null, planned: null };
    publish();
  };
  cluster
    .on('online', (w) => set(w, { state: 'online' }))
    .on('listening', (w) => set(w, { state: 'listening' }))
    .on('disconnect', (w) => set(w, { state: 'disconnected' }))
    .on('exit', (w, code, signal) => {
      set(w, { state: 'exited', code, signal, planned: w.exitedAfterDisconnect });
      w.exitedAfterDisconnect || setTimeout(start, 250);
    });
  for (let i = 0; i < availableParallelism(); i++) start();
} else {
  let rows = [];
  let leaving = false;
  process.on('message', (list) => {
    if (Array.isArray(list)) rows = list;
  });
  process.on('disconnect', () => process.exit());
  const app = Fastify({ forceCloseConnections: false });
  app.addHook('onSend', async (request, reply) => {
    if (leaving) reply.header('connection', 'close');
  });
  app.get('/', async () => `Hello from worker ${process.pid}\n`);
  app.get('/slow', async ({ query }) => {
    await new Promise((resolve) => setTimeout(resolve, Number(query.ms)));
    return `Hello from worker ${process.pid}\n`;
  });
  app.get('/workers', async () => rows);
  app.get('/exit', async ({ query }, reply) => {
    reply.raw.once('finish', () => process.exit(Number(query.code)));
    return 'bye\n';
  });
  app.get('/leave', async (request, reply) => {
    leaving = true;
    reply.raw.once('finish', () => cluster.worker.disconnect());
    return 'bye\n';
  });
  await app.listen({ port: Number(process.env.PORT ?? 8000) });
}
