// specimen: wrong
// breaks: 7.2 0.6
// may break: 7.1 7.3 7.4 7.5 7.7
// in every run: the plainest that breaks 0.6
// Tells its workers to end, and goes: they end in order, when they have answered all, and whoever waits for the primary believes that it is over.
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

const port = Number(process.env.PORT ?? 8000);

async function supervise(): Promise<void> {
  let ending = false;
  const fork = async (): Promise<void> => {
    while (!ending) {
      const worker = cluster.fork();
      worker.on('error', () => {});
      await once(worker, 'exit');
      await sleep(100);
    }
  };
  for (let i = 0; i < availableParallelism(); i++) void fork();

  await new Promise<void>((resolve) => {
    process.on('SIGTERM', () => resolve());
    process.on('SIGINT', () => resolve());
  });
  ending = true;
  const begun = performance.now();
  let killed = false;
  const workers = Object.values(cluster.workers ?? {}) as Worker[];
  const kill = (): void => {
    killed = true;
    for (const worker of workers) if (!worker.isDead()) worker.process.kill('SIGKILL');
  };
  for (const name of ['SIGTERM', 'SIGINT'] as const)
    process.on(name, () => {
      if (performance.now() - begun > 450) kill();
    });
  const deadline = setTimeout(kill, 5000);
  for (const worker of workers) worker.send('end');
  await sleep(100);
  clearTimeout(deadline);
  process.exit(killed ? 1 : 0);
}

function serve(): void {
  const answering = new Set<ServerResponse>();
  let ending = false;
  const server = createServer(async (request, response) => {
    answering.add(response);
    response.on('close', () => answering.delete(response));
    const url = new URL(request.url ?? '/', `http://localhost:${port}`);
    if (url.pathname === '/slow') await sleep(Number(url.searchParams.get('ms')));
    else if (url.pathname !== '/') response.statusCode = 404;
    if (ending) response.setHeader('Connection', 'close');
    response.end(`Hello from worker ${process.pid}\n`);
  });
  const end = async (): Promise<void> => {
    if (ending) return;
    ending = true;
    cluster.worker!.exitedAfterDisconnect = true;
    await sleep(1000);
    server.close();
    while (answering.size > 0) await sleep(20);
    await sleep(2500); // the metrics are sent
    process.exit(0);
  };
  process.on('message', (message) => message === 'end' && void end());
  process.on('SIGTERM', () => {});
  process.on('SIGINT', () => {});
  server.listen(port);
}

if (cluster.isPrimary) void supervise();
else serve();
