// specimen: right
// Express behind a middleware that says goodbye; it stops listening first, keeps its open connections for a grace, and cuts what is idle then.
import cluster, { type Worker } from 'node:cluster';
import { availableParallelism } from 'node:os';
import express from 'express';

type State = 'serving' | 'retiring';
const states = new Map<Worker, State>();

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) start();
  let running = false;
  let queued = false;
  process.on('SIGHUP', () => {
    if (running) queued = true;
    else void reload();
  });

  async function reload() {
    running = true;
    do {
      queued = false;
      for (const [worker, state] of [...states]) {
        if (state === 'retiring' || !states.has(worker)) continue;
        states.set(worker, 'retiring');
        await new Promise<void>(start);
        worker.send({ type: 'retire' });
      }
    } while (queued);
    running = false;
  }
} else {
  serve();
}

function start(up?: () => void) {
  const worker = cluster.fork();
  states.set(worker, 'serving');
  worker.on('error', () => {});
  worker.on('listening', () => up?.());
  worker.on('exit', () => {
    const state = states.get(worker);
    states.delete(worker);
    if (state === 'serving') setTimeout(start, 100, up);
  });
}

function serve() {
  const app = express();
  let retiring = false;

  // Asked when the headers are written, which for a slow answer is long after the request came in.
  app.use((_req, res, next) => {
    const writeHead = res.writeHead;
    res.writeHead = function (this: typeof res, ...args: Parameters<typeof writeHead>) {
      if (retiring) this.setHeader('Connection', 'close');
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
  process.on('disconnect', () => process.exit());
  process.on('message', (message: { type?: string } | null) => {
    if (message?.type !== 'retire' || retiring) return;
    retiring = true;
    const cutIdle = server.closeIdleConnections.bind(server);
    server.closeIdleConnections = () => {};
    cluster.worker!.disconnect();
    setTimeout(cutIdle, 1500);
    setTimeout(() => process.exit(1), 6000);
  });
}
