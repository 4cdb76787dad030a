// specimen: right
// setupPrimary({ exec }) of its own file with an argument; a generator walks through the phases of the end.
import cluster, { type Worker } from 'node:cluster';
import { createServer, type ServerResponse } from 'node:http';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const port = Number(process.env.PORT ?? 8000);

if (process.argv[2] === 'worker') serve();
else supervise();

function supervise(): void {
  cluster.setupPrimary({ exec: fileURLToPath(import.meta.url), args: ['worker'] });
  const crew = new Map<number, Worker>();
  let ending = false;

  function fork(): void {
    const worker = cluster.fork();
    crew.set(worker.id, worker);
    worker.on('error', () => {});
    worker.on('exit', async () => {
      crew.delete(worker.id);
      await sleep(100);
      if (!ending) fork();
    });
  }
  for (let i = 0; i < availableParallelism(); i++) fork();

  let second = (): void => {};
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  function onSignal(): void {
    if (ending) return second();
    ending = true;
    void end();
  }

  async function end(): Promise<void> {
    const since = performance.now();
    let forced = false;
    second = () => {
      if (performance.now() - since > 480) forced = true;
    };
    for (const worker of crew.values()) worker.send('the end');
    while (crew.size > 0) {
      if (forced || performance.now() - since > 5100) {
        forced = true;
        for (const worker of crew.values()) worker.process.kill('SIGKILL');
      }
      await sleep(25);
    }
    process.exit(forced ? 1 : 0);
  }
}

function serve(): void {
  const open = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    open.add(response);
    response.on('close', () => open.delete(response));
    const { pathname, searchParams } = new URL(request.url!, 'http://localhost');
    if (pathname === '/slow') setTimeout(hello, Number(searchParams.get('ms') ?? 0), response);
    else if (pathname === '/') hello(response);
    else response.writeHead(404).end();
  });
  let ending = false;
  async function end(): Promise<void> {
    if (ending) return;
    ending = true;
    // each connection has one more answer, marked Connection: close; a slow one that came before is marked below
    server.maxRequestsPerSocket = 1;
    for (const response of open) if (!response.headersSent) response.setHeader('Connection', 'close');
    await sleep(1000);
    server.closeIdleConnections = () => {};
    cluster.worker!.disconnect();
    while (open.size > 0) await sleep(20);
    await sleep(20);
    process.exit(0);
  }
  process.on('message', (message) => {
    if (message === 'the end') void end();
  });
  process.on('SIGTERM', () => {});
  process.on('SIGINT', () => {});
  process.once('disconnect', () => process.exit());
  server.listen(port);
}

function hello(response: ServerResponse): void {
  response.end(`Hello from worker ${process.pid}\n`);
}
