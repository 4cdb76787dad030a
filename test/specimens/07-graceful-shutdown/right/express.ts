// specimen: right
// Express with a middleware that counts and says goodbye; workers are told by SIGUSR2, and exit when nothing is in hand.
import cluster, { type Worker } from 'node:cluster';
import { availableParallelism } from 'node:os';
import express from 'express';

if (cluster.isPrimary) supervise();
else serve();

function supervise() {
  const workers = new Set<Worker>();
  const state = { ending: false, again: false, failed: false };

  const start = () => {
    if (state.ending) return;
    const worker = cluster.fork();
    workers.add(worker);
    worker.on('error', () => {});
    worker.on('exit', () => {
      workers.delete(worker);
      if (!state.ending) setTimeout(start, 200);
      else if (workers.size === 0) process.exit(state.failed ? 1 : 0);
    });
  };

  const killAll = () => {
    state.failed = true;
    workers.forEach((worker) => worker.process.kill('SIGKILL'));
  };

  const end = () => {
    if (state.again) return killAll();
    if (state.ending) return;
    state.ending = true;
    workers.forEach((worker) => worker.process.kill('SIGUSR2'));
    setTimeout(() => (state.again = true), 300);
    setTimeout(killAll, 5200);
  };

  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  for (let i = 0; i < availableParallelism(); i++) start();
}

function serve() {
  const app = express();
  let leaving = false;
  let closing = false;
  let inHand = 0;

  app.use((_req, res, next) => {
    inHand++;
    res.on('close', () => {
      inHand--;
      if (closing && inHand === 0) process.exit(0);
    });
    const { writeHead } = res;
    res.writeHead = function (this: typeof res, ...args: Parameters<typeof writeHead>) {
      if (leaving) this.setHeader('Connection', 'close');
      return writeHead.apply(this, args);
    } as typeof writeHead;
    next();
  });
  app.get('/', (_req, res) => {
    res.send(`Hello from worker ${process.pid}\n`);
  });
  app.get('/slow', (req, res) => {
    setTimeout(() => res.send(`Hello from worker ${process.pid}\n`), Number(req.query.ms));
  });
  const server = app.listen(Number(process.env.PORT ?? 8000));

  process.on('SIGUSR2', () => {
    if (leaving) return;
    leaving = true;
    setTimeout(() => {
      server.close();
      closing = true;
      if (inHand === 0) process.exit(0);
    }, 1200);
  });
  process.on('SIGTERM', () => {});
  process.on('SIGINT', () => {});
  process.on('disconnect', () => process.exit(0));
}
