// specimen: right
// `for await (const _ of on(process, 'SIGHUP'))`: signals that come while one is served wait in the iterator, without a flag or a queue.
import cluster from 'node:cluster';
import { on } from 'node:events';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

const started = (worker) =>
  new Promise((resolve) => {
    worker.once('listening', () => resolve(true));
    worker.once('exit', () => resolve(false));
  });

if (cluster.isPrimary) {
  const crew = new Set();

  /** Forks until one listens, and again when that one crashes. */
  const hire = async () => {
    for (;;) {
      const worker = cluster.fork();
      worker.on('error', (error) => console.error(error.message));
      if (await started(worker)) {
        crew.add(worker);
        worker.once('exit', () => crew.delete(worker) && hire());
        return;
      }
      await pause(1000);
    }
  };

  await Promise.all(Array.from({ length: availableParallelism() }, hire));
  for await (const _ of on(process, 'SIGHUP')) {
    for (const worker of [...crew]) {
      if (!crew.delete(worker)) continue;
      await hire();
      worker.send('leave');
      worker.disconnect();
      setTimeout(() => worker.isDead() || worker.process.kill('SIGKILL'), 6000).unref();
    }
  }
} else {
  const server = createServer(async (request, response) => {
    const [path, ms = '0'] = request.url.split('?ms=');
    if (path !== '/' && path !== '/slow') return response.writeHead(404).end();
    if (path === '/slow') await pause(Number(ms));
    response.end(`Hello from worker ${process.pid}\n`);
  });
  const cutIdle = server.closeIdleConnections.bind(server);
  server.closeIdleConnections = () => {};

  process.on('message', async (message) => {
    if (message !== 'leave') return;
    server.maxRequestsPerSocket = 1; // each connection has one more answer, with `Connection: close`
    await pause(2000);
    cutIdle();
  });
  process.on('disconnect', () => process.exit());
  server.listen({ port: process.env.PORT ?? 8000, host: '127.0.0.1' });
}
