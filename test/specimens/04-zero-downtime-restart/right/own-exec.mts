// specimen: right
// setupPrimary({ exec }) of its own file, each worker asked to leave with a message and disconnected by the primary after a grace; signals queue up.
import cluster, { type Worker } from 'node:cluster';
import { createServer, type ServerResponse } from 'node:http';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const graceMs = 1000;
const leaving = new WeakSet<Worker>();

if (cluster.isPrimary) {
  cluster.setupPrimary({ exec: fileURLToPath(import.meta.url), args: [] });
  await Promise.all(Array.from({ length: availableParallelism() }, () => fork()));

  let last: Promise<void> = Promise.resolve();
  let waiting = 0;
  process.on('SIGHUP', () => {
    if (waiting === 2) return; // one at work and one behind it
    waiting++;
    last = last.then(rollOver).finally(() => waiting--);
  });
} else {
  serve();
}

/** Resolves when the worker, or the one that had to take its place, is listening. */
function fork(): Promise<Worker> {
  return new Promise((resolve) => {
    const worker = cluster.fork();
    worker.on('error', (error) => console.error('worker', worker.id, error.message));
    worker.on('listening', () => resolve(worker));
    worker.on('exit', async (code, signal) => {
      if (worker.exitedAfterDisconnect || leaving.has(worker)) return;
      console.error(`worker ${worker.id} died: ${signal ?? code}`);
      await sleep(200);
      resolve(await fork());
    });
  });
}

async function rollOver(): Promise<void> {
  const round = Object.values(cluster.workers ?? {}).filter((worker) => worker && !leaving.has(worker));
  for (const worker of round as Worker[]) {
    if (worker.isDead()) continue;
    leaving.add(worker);
    await fork();
    void dismiss(worker);
  }
}

async function dismiss(worker: Worker): Promise<void> {
  worker.send('please leave');
  await sleep(graceMs);
  if (worker.isConnected()) worker.disconnect();
  await sleep(5000);
  if (!worker.isDead()) worker.process.kill('SIGKILL');
}

function serve(): void {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://localhost');
    if (pathname === '/slow') setTimeout(hello, Number(searchParams.get('ms') ?? 0), response);
    else if (pathname === '/') hello(response);
    else response.writeHead(404).end();
  });
  process.on('message', (message) => {
    if (message !== 'please leave') return;
    server.maxRequestsPerSocket = 1;
    // disconnect() leaves alone who has just come, and those who may be about to ask.
    server.closeIdleConnections = () => {};
  });
  process.once('disconnect', () => process.exit());
  server.listen(process.env.PORT ?? 8000);
}

function hello(response: ServerResponse): void {
  response.end(`Hello from worker ${process.pid}\n`);
}
