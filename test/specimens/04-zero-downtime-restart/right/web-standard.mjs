// specimen: right
// The application is a function from a web `Request` to a `Response`, as in Hono or Deno, and the cluster a module around it.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

async function fetch(request) {
  const { pathname, searchParams } = new URL(request.url);
  switch (pathname) {
    case '/slow':
      await new Promise((resolve) => setTimeout(resolve, Number(searchParams.get('ms'))));
    // falls through
    case '/':
      return new Response(`Hello from worker ${process.pid}\n`);
    default:
      return new Response(null, { status: 404 });
  }
}

/** Serves the application on every core. SIGHUP replaces the workers, one after the other. */
function serveOnCluster(application, port) {
  if (cluster.isWorker) return serve(application, port);

  const state = new Map();
  const fork = (whenUp) => {
    const worker = cluster.fork();
    state.set(worker.id, 'up');
    worker.on('error', () => {});
    worker.on('listening', () => {
      whenUp?.();
      whenUp = undefined;
    });
    worker.on('exit', () => {
      const crashed = state.get(worker.id) === 'up';
      state.delete(worker.id);
      if (crashed) setTimeout(fork, 250, whenUp);
    });
  };

  let queue = null;
  const next = () => {
    const id = queue.find((each) => state.get(each) === 'up');
    if (id === undefined) {
      queue = null;
      return;
    }
    state.set(id, 'leaving');
    fork(() => {
      cluster.workers[id]?.send('leave');
      next();
    });
  };

  process.on('SIGHUP', () => {
    if (queue !== null) return;
    queue = [...state.keys()];
    next();
  });
  for (let i = 0; i < availableParallelism(); i++) fork();
}

function serve(application, port) {
  let leaving = false;
  const server = createServer(async ({ url, method }, outgoing) => {
    const response = await application(new Request(`http://localhost:${port}${url}`, { method }));
    outgoing.statusCode = response.status;
    outgoing.setHeaders(response.headers);
    const body = await response.text();
    outgoing.shouldKeepAlive = !leaving;
    outgoing.end(body);
  });
  process.on('message', (message) => {
    if (message !== 'leave' || leaving) return;
    leaving = true;
    const cutIdle = server.closeIdleConnections;
    server.closeIdleConnections = () => setTimeout(() => cutIdle.call(server), 1000);
    cluster.worker.disconnect();
    setTimeout(() => process.exit(), 6000).unref();
  });
  process.on('disconnect', () => process.exit());
  server.listen(port);
}

serveOnCluster(fetch, process.env.PORT ?? 8000);
