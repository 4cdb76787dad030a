// specimen: wrong
// breaks: 4.1
// may break: 0.2 2.3 7.1 7.2 7.3 7.4 7.5 7.6 7.7 0.6
// `/slow` is a loop: the worker does nothing else meanwhile, and does not hear that it is to leave.
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
  await Promise.all(workers.map((worker) => worker.isDead() || once(worker, 'exit')));
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
    const until = performance.now() + Number(url.searchParams.get('ms') ?? 0);
    if (url.pathname === '/slow') while (performance.now() < until);
    else if (url.pathname !== '/') response.statusCode = 404;
    if (ending) response.setHeader('Connection', 'close');
    response.end(`Hello from worker ${process.pid}\n`);
  });
  const end = async (): Promise<void> => {
    if (ending) return;
    ending = true;
    await sleep(1000);
    cluster.worker!.disconnect();
    while (answering.size > 0) await sleep(20);
    await sleep(20);
    process.exit(0);
  };
  process.on('message', (message) => message === 'end' && void end());
  process.on('SIGTERM', () => {});
  process.on('SIGINT', () => {});
  process.on('disconnect', () => process.exit(0));
  server.listen(port);
}

if (cluster.isPrimary) void supervise();
else serve();
