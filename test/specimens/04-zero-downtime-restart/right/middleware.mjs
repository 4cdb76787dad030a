// specimen: right
// Middleware by hand: the outermost layer says goodbye for a worker that leaves, and those below it know of no cluster.
import cluster from 'node:cluster';
import { createServer, Server } from 'node:http';
import { availableParallelism } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

const retired = new WeakSet();
let leaving = false;

const farewell = async (context, next) => {
  await next();
  // Looked at when the answer is ready: a slow one was asked for long before.
  if (leaving) context.headers.connection = 'close';
};

const slow = async (context, next) => {
  if (context.url.pathname !== '/slow') return next();
  await pause(Number(context.url.searchParams.get('ms')));
  context.url.pathname = '/';
  await next();
};

const hello = async (context) => {
  if (context.url.pathname !== '/') return;
  context.status = 200;
  context.body = `Hello from worker ${process.pid}\n`;
};

if (cluster.isPrimary) supervise();
else serve([farewell, slow, hello]);

function supervise() {
  for (let i = 0; i < availableParallelism(); i++) fork();
  let again = 0;
  process.on('SIGHUP', async () => {
    if (++again > 1) return;
    while (again > 0) {
      const begun = again;
      for (const worker of Object.values(cluster.workers)) await replace(worker);
      again = again > begun ? 1 : 0;
    }
  });
}

function fork(ready = () => {}) {
  const worker = cluster.fork();
  worker.on('error', (error) => console.error(error.message));
  worker.on('listening', () => ready());
  worker.on('exit', () => retired.has(worker) || setTimeout(fork, 100, ready));
  return worker;
}

async function replace(worker) {
  if (retired.has(worker) || worker.isDead()) return;
  retired.add(worker); // whatever becomes of it from here on, its successor is under way
  await new Promise(fork);
  worker.send({ leave: true });
  setTimeout(() => worker.isDead() || worker.process.kill('SIGKILL'), 6500).unref();
}

function serve(layers) {
  const run = async (context, i = 0) => layers[i]?.(context, () => run(context, i + 1));
  const server = createServer(async (request, response) => {
    const context = { url: new URL(request.url, 'http://localhost'), status: 404, headers: {}, body: '' };
    await run(context);
    response.writeHead(context.status, context.headers).end(context.body);
  });

  process.on('message', async (message) => {
    if (message?.leave !== true || leaving) return;
    leaving = true;
    server.closeIdleConnections = () => {}; // not when the server closes, but in a while
    cluster.worker.disconnect();
    await pause(1200);
    Server.prototype.closeIdleConnections.call(server);
  });
  process.on('disconnect', () => process.exit());
  server.listen(process.env.PORT ?? 8000);
}
