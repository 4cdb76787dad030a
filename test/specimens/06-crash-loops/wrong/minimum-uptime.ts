// specimen: wrong
// breaks: 6.3
// may break: 6.1
// As process managers do by default: a worker that dies young counts as an unstable restart, and after six of them nobody starts it again.
import cluster, { type Worker } from 'node:cluster';
import { createServer, type ServerResponse } from 'node:http';
import { availableParallelism } from 'node:os';

const MIN_UPTIME_MS = 4000;
const MAX_RESTARTS = 6;
const RESTART_DELAY_MS = 600;
const LISTEN_TIMEOUT_MS = 6000;

interface App {
  worker: Worker | null;
  unstable: number;
  status: 'launching' | 'online' | 'errored';
}

if (cluster.isPrimary) {
  const apps: App[] = Array.from({ length: availableParallelism() }, () => ({
    worker: null,
    unstable: 0,
    status: 'launching',
  }));

  const launch = (): Promise<Worker | null> => {
    const worker = cluster.fork();
    worker.on('error', () => {});
    return new Promise((resolve) => {
      const timeout = setTimeout(() => worker.process.kill('SIGKILL'), LISTEN_TIMEOUT_MS);
      worker.once('listening', () => {
        clearTimeout(timeout);
        resolve(worker);
      });
      worker.once('exit', () => {
        clearTimeout(timeout);
        resolve(null);
      });
    });
  };

  const run = async (app: App): Promise<void> => {
    for (;;) {
      const begun = Date.now();
      const worker = await launch();
      if (worker !== null) return adopt(app, worker);
      if (Date.now() - begun < MIN_UPTIME_MS) app.unstable += 1;
      if (app.unstable >= MAX_RESTARTS) {
        app.status = 'errored';
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, RESTART_DELAY_MS));
    }
  };

  const adopt = (app: App, worker: Worker): void => {
    const since = Date.now();
    app.worker = worker;
    app.status = 'online';
    worker.once('exit', () => {
      if (app.worker !== worker) return;
      app.worker = null;
      app.unstable = Date.now() - since < MIN_UPTIME_MS ? app.unstable + 1 : 0;
      void run(app);
    });
  };

  const reload = async (): Promise<void> => {
    for (const app of apps) {
      const next = await launch();
      if (next === null) return;
      const old = app.worker;
      adopt(app, next);
      old?.send('shutdown');
    }
  };

  process.on('SIGHUP', () => void reload());
  for (const app of apps) void run(app);
} else {
  let closing = false;
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === '/') hello(response);
    else if (pathname === '/slow') setTimeout(hello, Number(searchParams.get('ms')), response);
    else response.writeHead(404).end();
  });
  const hello = (response: ServerResponse): void => {
    if (closing) response.setHeader('Connection', 'close');
    response.end(`Hello from worker ${process.pid}\n`);
  };
  process.on('message', (message) => {
    if (message !== 'shutdown' || closing) return;
    closing = true;
    const cutIdle = server.closeIdleConnections.bind(server);
    server.closeIdleConnections = () => {};
    cluster.worker!.disconnect();
    setTimeout(cutIdle, 1200);
    setTimeout(() => process.exit(), 6000).unref();
  });
  process.on('disconnect', () => process.exit());
  server.listen(Number(process.env.PORT ?? 8000));
}
