// specimen: right
// A little router with `use`, `get` and `next`, as one writes it to see how Express does it; each crash makes the next fork a little later.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

function router() {
  const layers = [];
  const app = (request, response) => {
    let i = 0;
    const next = () => {
      const layer = layers[i++];
      if (layer === undefined) response.writeHead(404).end();
      else if (layer.path === undefined || layer.path === request.url) layer.handle(request, response, next);
      else next();
    };
    next();
  };
  app.use = (handle) => layers.push({ handle });
  app.get = (path, ...handles) => handles.forEach((handle) => layers.push({ path, handle }));
  return app;
}

const burn = (ms) => (_request, _response, next) => {
  const end = performance.now() + ms;
  while (performance.now() < end);
  next();
};

const hello = (_request, response) => response.end(`Hello from worker ${process.pid}\n`);

if (cluster.isPrimary) {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  let crashes = 0;
  cluster.on('exit', () => setTimeout(() => cluster.fork(), Math.min(1000, 100 * crashes++)));
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  const app = router();
  app.use((_request, response, next) => {
    response.setHeader('content-type', 'text/plain');
    next();
  });
  app.get('/', hello);
  app.get('/work', burn(50), hello);
  createServer(app).listen(process.env.PORT ?? 8000);
}
