// specimen: right
// Koa in ten lines: middleware that await one another and share a context, the answer written by the outermost one.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

const compose = (layers) => (context) => {
  const run = async (i) => layers[i]?.(context, () => run(i + 1));
  return run(0);
};

const timed = async (context, next) => {
  const begun = performance.now();
  await next();
  context.headers['x-response-time'] = `${(performance.now() - begun).toFixed(1)} ms`;
};

const hello = async (context, next) => {
  if (context.path !== '/') return next();
  context.status = 200;
  context.body = `Hello from worker ${process.pid}\n`;
};

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  const app = compose([timed, hello]);
  const server = createServer(async ({ url }, response) => {
    const context = { path: url, status: 404, headers: {}, body: 'Not found\n' };
    await app(context);
    response.writeHead(context.status, context.headers).end(context.body);
  });
  server.listen(process.env.PORT ?? 8000);
}
