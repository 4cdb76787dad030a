// specimen: wrong
// breaks: 8.5
// The logger stands after the application, which answers everything, also what it does not know.
import cluster, { type Worker } from 'node:cluster';
import { createServer as createProbe } from 'node:net';
import { availableParallelism } from 'node:os';
import { app } from '#app';
import express, { type NextFunction, type Request, type Response } from 'express';

const PORT = parseInt(process.env.PORT || '8000', 10);

if (cluster.isPrimary) {
  const probe = createProbe();
  probe.once('error', (err: NodeJS.ErrnoException) => {
    process.stderr.write(`cannot start: port ${PORT}: ${err.code}\n`);
    process.exit(1);
  });
  probe.listen(PORT, () => probe.close(run));
} else {
  serve();
}

function run() {
  const workers: Worker[] = [];
  let stopping = false;

  const add = () => {
    if (stopping) return;
    const w = cluster.fork();
    workers.push(w);
    w.on('error', () => undefined);
  };
  cluster.on('exit', (w) => {
    workers.splice(workers.indexOf(w), 1);
    if (stopping) {
      if (workers.length === 0) process.exit(0);
    } else {
      setTimeout(add, 100);
    }
  });
  const stop = () => {
    if (stopping) return;
    stopping = true;
    for (const w of workers) w.process.kill('SIGTERM');
    setTimeout(() => process.exit(1), 8000).unref();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  for (let i = 0; i < availableParallelism(); i++) add();
}

function serve() {
  const outer = express();
  let stopping = false;
  const open = new Set<Response>();

  outer.use((req: Request, res: Response, next: NextFunction) => {
    open.add(res);
    if (stopping) res.set('Connection', 'close');
    res.on('close', () => {
      open.delete(res);
      endWhenDone();
    });
    next();
  });
  outer.use(app);
  outer.use((req, _res, next) => {
    console.log(`[${process.pid}] ${req.method} ${req.originalUrl}`);
    next();
  });

  const server = outer.listen(PORT);
  // close() would cut connections on which a request is just coming
  const closeIdle = server.closeIdleConnections.bind(server);
  server.closeIdleConnections = () => {};
  let graceOver = false;

  function endWhenDone() {
    if (graceOver && open.size === 0) setImmediate(() => process.exit(0));
  }

  const stop = () => {
    if (stopping) return;
    stopping = true;
    for (const res of open) if (!res.headersSent) res.set('Connection', 'close');
    setTimeout(() => {
      graceOver = true;
      cluster.worker!.disconnect();
      closeIdle();
      endWhenDone();
    }, 900);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('disconnect', () => process.exit(0));
}
