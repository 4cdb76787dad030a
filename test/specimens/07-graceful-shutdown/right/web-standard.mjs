// specimen: right
// The application is a function from a web `Request` to a `Response`; the cluster around it counts what is in hand and knows no route.
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

/** Serves the application on every core, until it is told to end. */
function serveOnCluster(application, port, { grace = 1000, deadline = 5000 } = {}) {
  if (cluster.isWorker) return serve(application, port, grace);
  let phase = 0; // 0 serves, 1 ends, 2 is killed
  const up = new Map();
  const fork = () => {
    if (phase > 0) return;
    const worker = cluster.fork();
    up.set(worker.id, worker);
    worker.on('error', () => {});
    worker.on('exit', () => {
      up.delete(worker.id);
      if (phase === 0) setTimeout(fork, 250);
      else if (up.size === 0) process.exit(phase === 2 ? 1 : 0);
    });
  };
  const kill = () => {
    phase = 2;
    for (const worker of up.values()) worker.process.kill('SIGKILL');
  };
  let begun = Infinity;
  const end = () => {
    if (phase === 0) {
      phase = 1;
      begun = performance.now();
      for (const worker of up.values()) worker.send('end');
      setTimeout(kill, deadline);
    } else if (performance.now() - begun > 400) kill();
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  for (let i = 0; i < availableParallelism(); i++) fork();
}

function serve(application, port, grace) {
  let ending = false;
  const pending = new Set();
  const server = createServer((incoming, outgoing) => {
    const done = respond(incoming, outgoing).finally(() => pending.delete(done));
    pending.add(done);
  });
  async function respond({ url, method }, outgoing) {
    const response = await application(new Request(`http://localhost:${port}${url}`, { method }));
    outgoing.statusCode = response.status;
    outgoing.setHeaders(response.headers);
    const body = await response.text();
    outgoing.shouldKeepAlive = !ending;
    await new Promise((resolve) => {
      outgoing.once('close', resolve);
      outgoing.end(body);
    });
  }
  process.on('message', async (message) => {
    if (message !== 'end' || ending) return;
    ending = true;
    await new Promise((resolve) => setTimeout(resolve, grace));
    server.close();
    server.unref();
    while (pending.size > 0) await Promise.all(pending);
    process.exit(0);
  });
  process.on('SIGTERM', () => {});
  process.on('SIGINT', () => {});
  process.on('disconnect', () => process.exit());
  server.listen(port);
}

serveOnCluster(fetch, process.env.PORT ?? 8000);
