// specimen: right
// Top-level await and diagnostics_channel: the log hears of requests without standing in their way.
import cluster from 'node:cluster';
import diagnostics from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

const port = Number(process.env.PORT ?? 8000);

if (cluster.isPrimary) {
  const first = Array.from({ length: availableParallelism() }, () => cluster.fork());
  for (const worker of first) worker.on('error', () => {});
  // either all of the first generation come to listen, or one of them does not, and then there is no point in going on
  const died = Promise.race(first.map(async (worker) => (await once(worker, 'exit'))[0]));
  const listening = Promise.all(first.map((worker) => once(worker, 'listening')));
  const code = await Promise.race([died, listening.then(() => 'all')]);
  if (code === 48) {
    console.error(`EADDRINUSE: ${port}`);
    for (const worker of first) worker.process.kill('SIGKILL');
    process.exit(1);
  }
  let ending = false;
  const fork = () => !ending && cluster.fork().on('error', () => {});
  cluster.on('exit', () => {
    if (!ending) return void setTimeout(fork, 300);
    if (Object.values(cluster.workers).every((worker) => worker.isDead())) process.exit(0);
  });
  for (const name of ['SIGINT', 'SIGTERM'])
    process.on(name, () => {
      if (ending) return;
      ending = true;
      for (const worker of Object.values(cluster.workers)) worker.send({ bye: true });
    });
} else {
  const { app } = await import('#app');
  const server = createServer(app);
  const requests = new Map();
  let ending = false;

  diagnostics.subscribe('http.server.request.start', ({ request, response }) => {
    requests.set(response, `${request.method} ${request.url}`);
    if (ending) response.setHeader('Connection', 'close');
    response.once('close', () => {
      console.log(`pid=${process.pid} ${requests.get(response)} status=${response.statusCode}`);
      requests.delete(response);
    });
  });

  const end = async () => {
    if (ending) return;
    ending = true;
    for (const response of requests.keys()) if (!response.headersSent) response.setHeader('Connection', 'close');
    await new Promise((resolve) => setTimeout(resolve, 1000));
    cluster.worker.disconnect();
    while (requests.size > 0) await new Promise((resolve) => setTimeout(resolve, 15));
    server.closeAllConnections();
  };
  process.on('message', (message) => message?.bye && end());
  process.on('SIGTERM', () => {}).on('SIGINT', () => {});
  process.on('disconnect', () => process.exit());
  server.once('error', (error) => process.exit(error.code === 'EADDRINUSE' ? 48 : 1));
  server.listen(port);
  await once(server, 'listening');
}
