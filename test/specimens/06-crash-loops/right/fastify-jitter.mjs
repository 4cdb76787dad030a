// specimen: right
// Fastify, and a back-off with jitter as for many machines at once: each pause is a random one, up to a bound that doubles.
import cluster from 'node:cluster';
import os from 'node:os';
import Fastify from 'fastify';

const cap = 4000;
const base = 400;

if (cluster.isPrimary) {
  const wanted = os.availableParallelism();
  const fleet = new Map(); // worker -> 'booting' | 'up'
  let attempt = 0;
  let timer = null;
  let rollout = null;

  const jitter = () => {
    const bound = Math.min(cap, base * 2 ** attempt);
    return bound / 2 + Math.random() * (bound / 2);
  };

  const boot = (done = () => {}) => {
    const worker = cluster.fork();
    let up = 0;
    let isSettled = false;
    // once: the exit of a worker that has listened is not the end of its boot
    const settled = (it) => {
      if (!isSettled) done(it);
      isSettled = true;
    };
    fleet.set(worker, 'booting');
    worker.on('error', () => {});
    const guard = setTimeout(() => worker.process.kill('SIGKILL'), 6200);
    worker.on('listening', () => {
      clearTimeout(guard);
      up = Date.now();
      if (fleet.has(worker)) fleet.set(worker, 'up');
      settled(worker);
    });
    worker.on('exit', () => {
      clearTimeout(guard);
      const ours = fleet.delete(worker);
      if (ours && up > 0 && Date.now() - up > 4500) attempt = 0;
      else if (ours) attempt += 1;
      settled(null);
      if (ours) fill();
    });
  };

  const fill = () => {
    // what a restart is booting beside the old ones is no place that is filled
    if (timer !== null || rollout !== null || fleet.size >= wanted) return;
    timer = setTimeout(
      () => {
        timer = null;
        if (rollout === null && fleet.size < wanted) boot(() => fill());
        fill();
      },
      attempt === 0 ? 0 : jitter(),
    );
  };

  const next = () => {
    const old = rollout.shift();
    if (old === undefined) {
      rollout = null;
      fill();
    } else if (!fleet.has(old)) {
      next();
    } else {
      boot((worker) => {
        if (rollout === null) return;
        if (worker === null) {
          rollout = null;
          fill();
          return;
        }
        if (fleet.delete(old)) {
          old.send({ what: 'drain' });
          const kill = setTimeout(() => old.process.kill('SIGKILL'), 6500);
          old.on('exit', () => clearTimeout(kill));
        }
        next();
      });
    }
  };

  process.on('SIGHUP', () => {
    if (rollout !== null) return;
    rollout = [...fleet.keys()];
    next();
  });
  for (let i = 0; i < wanted; i++) boot();
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
    const cutIdle = app.server.closeIdleConnections.bind(app.server);
    app.server.closeIdleConnections = () => {};
    cluster.worker.disconnect();
    setTimeout(cutIdle, 1200);
  });
  process.on('disconnect', () => process.exit(0));
  await app.listen({ port: Number(process.env.PORT ?? 8000), host: '127.0.0.1' });
}
