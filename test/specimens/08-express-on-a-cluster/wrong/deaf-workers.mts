// specimen: wrong
// breaks: 7.3
// may break: 8.5
// Only the primary listens for the signal; Ctrl-C reaches the workers too, and ends them in the middle of their answers.
import cluster, { type Worker } from 'node:cluster';
import { createServer, type ServerResponse } from 'node:http';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

const port = Number(process.env.PORT ?? 8000);

if (process.argv[2] === 'serve') await serve();
else supervise();

function supervise(): void {
  cluster.setupPrimary({ exec: fileURLToPath(import.meta.url), args: ['serve'] });
  const crew = new Set<Worker>();
  /** Those whose place somebody else has been given already. */
  const succeeded = new WeakSet<Worker>();
  let over = false;

  function hire(): void {
    if (over) return;
    const worker = cluster.fork();
    crew.add(worker);
    let isReady = false;
    worker.on('listening', () => {
      isReady = true;
      if (over) worker.send('leave');
    });
    worker.on('message', (word) => {
      if (word === 'crashed' && !over) {
        succeeded.add(worker);
        hire();
      }
      if (word === 'taken') giveUp();
    });
    worker.on('exit', () => {
      crew.delete(worker);
      if (over && crew.size === 0) process.exit(0);
      if (!over && !succeeded.has(worker)) setTimeout(hire, isReady ? 0 : 1000);
    });
    worker.on('error', () => {});
  }

  function giveUp(): void {
    over = true;
    console.error(`Port ${port} is in use.`);
    for (const worker of crew) worker.process.kill('SIGKILL');
    process.exit(1);
  }

  function leave(): void {
    if (over) return;
    over = true;
    for (const worker of crew) worker.send('leave');
  }

  process.on('SIGTERM', leave);
  process.on('SIGINT', leave);
  for (let i = 0; i < availableParallelism(); i += 1) hire();
}

async function serve(): Promise<void> {
  const { app } = await import('#app');
  const answering = new Set<ServerResponse>();
  let leaving = false;
  let last = false;

  const server = createServer((request, response) => {
    const what = `${request.method}\t${request.url}`;
    answering.add(response);
    if (leaving) response.shouldKeepAlive = false;
    response.on('close', () => {
      answering.delete(response);
      console.info(`${process.pid}\t${what}\t${response.statusCode}`);
      finish();
    });
    app(request, response);
  });

  function finish(): void {
    if (last && answering.size === 0) server.closeAllConnections();
  }

  function leave(afterMs: number): void {
    if (leaving) return;
    leaving = true;
    for (const response of answering) response.shouldKeepAlive = false;
    setTimeout(() => {
      last = true;
      cluster.worker!.disconnect();
      finish();
    }, afterMs);
  }

  process.on('message', (word) => word === 'leave' && leave(1100));
  process.on('disconnect', () => process.exit());
  process.on('uncaughtException', (error) => {
    console.error(`worker ${process.pid}: ${error.message}`);
    process.send!('crashed');
    process.exitCode = 1;
    leave(200);
    setTimeout(() => process.exit(), 4000);
  });
  server.on('error', () => process.send!('taken'));
  server.listen(port);
}
