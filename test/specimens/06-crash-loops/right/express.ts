// specimen: right
// Express. The restart tries a failed replacement once more before it gives up; crashes are answered with a doubling back-off of their own.
import cluster, { type Worker } from 'node:cluster';
import { availableParallelism } from 'node:os';
import express from 'express';

const active = new Set<Worker>();
let strikes = 0;

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) hire();
  let restarting = false;
  process.on('SIGHUP', async () => {
    if (restarting) return;
    restarting = true;
    try {
      await replaceAll();
      console.log('restarted');
    } catch (error) {
      console.error(String(error));
    } finally {
      restarting = false;
    }
  });
} else {
  serve();
}

/** One that is to be there: if it dies, another one follows. */
async function hire(): Promise<void> {
  const worker = await start();
  if (worker) return employ(worker);
  strikes += 1;
  retryLater();
}

function retryLater(): void {
  setTimeout(hire, strikes === 0 ? 0 : Math.min(3500, 150 * 2 ** strikes));
}

function employ(worker: Worker): void {
  active.add(worker);
  const forgive = setTimeout(() => (strikes = 0), 4000);
  worker.once('exit', () => {
    clearTimeout(forgive);
    if (!active.delete(worker)) return;
    retryLater();
    strikes += 1;
  });
}

async function replaceAll(): Promise<void> {
  for (const old of [...active]) {
    if (!active.has(old)) continue;
    const next = (await start()) ?? (await start());
    if (!next) throw new Error('two replacements failed; the workers of before stay');
    // it may have crashed meanwhile: then its place has been seen to
    if (!active.delete(old)) {
      next.kill('SIGKILL');
      continue;
    }
    employ(next);
    old.send({ type: 'retire' });
  }
}

function start(): Promise<Worker | null> {
  return new Promise((resolve) => {
    const worker = cluster.fork();
    worker.on('error', () => {});
    const timer = setTimeout(() => worker.kill('SIGKILL'), 6000);
    worker.once('listening', () => {
      clearTimeout(timer);
      resolve(worker);
    });
    worker.once('exit', () => {
      clearTimeout(timer);
      resolve(null);
    });
  });
}

function serve(): void {
  const app = express();
  let retiring = false;
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
