// SIGHUP replaces the workers, one after the other: by disconnect() alone, or, where GOODBYE is set, with a goodbye.
import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  process.on('SIGHUP', async () => {
    for (const old of Object.values(cluster.workers)) {
      await once(cluster.fork(), 'listening');
      if (process.env.GOODBYE) old.send('leave');
      else old.disconnect();
    }
  });
} else {
  let leaving = false;
  const server = createServer((request, response) => {
    const ms = Number(new URL(request.url, 'http://localhost').searchParams.get('ms'));
    setTimeout(() => {
      if (leaving) response.setHeader('Connection', 'close');
      response.end(`Hello from worker ${process.pid}\n`);
    }, ms);
  }).listen(Number(process.env.PORT), '127.0.0.1');
  process.on('message', () => {
    leaving = true;
    const cutIdle = server.closeIdleConnections.bind(server);
    server.closeIdleConnections = () => {};
    cluster.worker.disconnect();
    setTimeout(cutIdle, 300);
  });
}
