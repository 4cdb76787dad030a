// specimen: right
// One `for await` over all exits of the cluster; what has to be forked is a list of times, and a timer for the next of them.
import cluster from 'node:cluster';
import { on } from 'node:events';
import { createServer, Server } from 'node:http';
import { availableParallelism } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

if (cluster.isPrimary) await primary();
else worker();

async function primary() {
  const info = new Map(); // id -> { born, up, role: 'place' | 'trial' | 'retired' }
  let broken = 0;
  let trial = null;

  function fork(role) {
    const worker = cluster.fork();
    const each = { worker, up: null, role };
    info.set(worker.id, each);
    worker.on('error', () => {});
    each.deadline = setTimeout(() => worker.process.kill('SIGKILL'), 5700);
    return each;
  }

  cluster.on('listening', ({ id }) => {
    const each = info.get(id);
    clearTimeout(each.deadline);
    each.up = performance.now();
    if (each.role === 'trial') trial?.(true);
  });

  process.on('SIGHUP', async () => {
    if (trial !== null) return;
    for (const old of [...info.values()].filter(({ role, up }) => role === 'place' && up !== null)) {
      const came = await new Promise((resolve) => {
        trial = resolve;
        fork('trial');
      });
      const next = [...info.values()].find(({ role }) => role === 'trial');
      if (!came || next === undefined) break;
      next.role = old.role === 'place' && info.has(old.worker.id) ? 'place' : 'retired';
      const goes = next.role === 'place' ? old : next;
      goes.role = 'retired';
      goes.worker.send('leave');
      goes.worker.disconnect();
      setTimeout(() => goes.worker.isDead() || goes.worker.process.kill('SIGKILL'), 5500);
    }
    trial = null;
  });

  for (let i = 0; i < availableParallelism(); i++) fork('place');

  for await (const [{ id }] of on(cluster, 'exit')) {
    const { role, up, deadline } = info.get(id);
    clearTimeout(deadline);
    info.delete(id);
    if (role === 'trial') trial?.(false);
    if (role !== 'place') continue;
    broken = up !== null && performance.now() - up > 2000 ? 0 : broken + 1;
    // 0, then 0.5 s, 1 s, 1.5 s … 3.5 s at most
    pause(Math.min(broken * 500, 3500)).then(() => fork('place'));
  }
}

function worker() {
  let leaving = false;
  const server = createServer(async (request, response) => {
    const [path, ms] = request.url.split('?ms=');
    if (path !== '/' && path !== '/slow') return response.writeHead(404).end();
    if (path === '/slow') await pause(Number(ms));
    if (leaving) response.setHeader('Connection', 'close');
    response.end(`Hello from worker ${process.pid}\n`);
  });
  server.closeIdleConnections = () => {};
  process.on('message', async (message) => {
    if (message !== 'leave') return;
    leaving = true;
    await pause(1200);
    Server.prototype.closeIdleConnections.call(server);
  });
  process.on('disconnect', () => process.exit());
  server.listen({ port: process.env.PORT ?? 8000, host: '127.0.0.1' });
}
