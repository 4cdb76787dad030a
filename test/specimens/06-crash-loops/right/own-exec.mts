// specimen: right
// setupPrimary({ exec }) of its own file; the restart is a transaction: it throws when a replacement does not come, and the pauses follow Fibonacci.
import cluster, { type Worker } from 'node:cluster';
import { createServer, type ServerResponse } from 'node:http';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

class BootFailed extends Error {}

const leaving = new WeakSet<Worker>();

if (cluster.isPrimary) {
  cluster.setupPrimary({ exec: fileURLToPath(import.meta.url), args: [] });
  for (let i = 0; i < availableParallelism(); i++) void keepOne();
  let last = Promise.resolve();
  process.on('SIGHUP', () => {
    last = last.then(rollOver).catch((error: Error) => console.error('rollout stopped:', error.message));
  });
} else {
  serve();
}

/** Resolves with a worker that listens, or throws within six seconds. */
async function bring(): Promise<Worker> {
  const worker = cluster.fork();
  worker.on('error', (error) => console.error('worker', worker.id, error.message));
  const deadline = new AbortController();
  try {
    return await Promise.race([
      new Promise<Worker>((resolve) => worker.once('listening', () => resolve(worker))),
      new Promise<never>((_, reject) => worker.once('exit', () => reject(new BootFailed(`worker ${worker.id} died`)))),
      sleep(6000, null, { signal: deadline.signal }).then(() => {
        worker.process.kill('SIGKILL');
        throw new BootFailed(`worker ${worker.id} hung`);
      }),
    ]);
  } finally {
    deadline.abort();
  }
}

/** Goes on until there is one, and once more when that one crashes. */
async function keepOne(): Promise<void> {
  let [pause, next] = [200, 300];
  for (;;) {
    try {
      watch(await bring());
      return;
    } catch {
      await sleep(pause);
      [pause, next] = [next, Math.min(pause + next, 4000)];
    }
  }
}

function watch(worker: Worker): void {
  const since = Date.now();
  worker.once('exit', async () => {
    if (leaving.has(worker)) return;
    // one that lived for a moment only may be the next step of a crash loop
    if (Date.now() - since < 3000) await sleep(700);
    void keepOne();
  });
}

async function rollOver(): Promise<void> {
  const round = Object.values(cluster.workers ?? {}).filter((worker) => worker && !leaving.has(worker)) as Worker[];
  for (const worker of round) {
    if (worker.isDead()) continue;
    const next = await bring();
    watch(next);
    leaving.add(worker);
    void dismiss(worker);
  }
}

async function dismiss(worker: Worker): Promise<void> {
  worker.send('please leave');
  await sleep(1000);
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
    server.closeIdleConnections = () => {};
  });
  process.once('disconnect', () => process.exit());
  server.listen(process.env.PORT ?? 8000);
}

function hello(response: ServerResponse): void {
  response.end(`Hello from worker ${process.pid}\n`);
}
