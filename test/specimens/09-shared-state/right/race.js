// specimen: right
// Promise.race against a timer, and no signal: what was asked may still be done, later, and nobody waits for it.
import cluster from 'node:cluster';
import http from 'node:http';
import os from 'node:os';
import { openStore } from '#store';

const windowMs = Number(process.env.WINDOW_MS ?? 60000);

if (cluster.isPrimary) {
  os.availableParallelism();
  while (Object.keys(cluster.workers).length < os.availableParallelism()) cluster.fork();
  cluster.on('exit', () => cluster.fork());
} else {
  const store = openStore();

  function orTooLate(promise) {
    promise.catch(() => {});
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error('too late')), 1000);
    });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
  }

  const routes = {
    'GET /': (res) => res.end(`Hello from worker ${process.pid}\n`),
    'GET /slow': (res, query) => setTimeout(routes['GET /'], Number(query.get('ms')), res),
    'POST /visits': async (res) => {
      const { value: visits } = await orTooLate(store.add('visits!', 1));
      res.end(JSON.stringify({ visits }));
    },
    'GET /visits': async (res) => {
      const visits = (await orTooLate(store.get('visits!'))) ?? 0;
      res.end(JSON.stringify({ visits }));
    },
    'GET /limited': async (res, query) => {
      const { value, ttlMs } = await orTooLate(store.add(`limited!${query.get('key')}`, 1, { ttlMs: windowMs }));
      if (value > 10) {
        res.statusCode = 429;
        res.setHeader('Retry-After', Math.max(1, Math.ceil(ttlMs / 1000)));
      }
      res.end();
    },
  };

  http
    .createServer(async (req, res) => {
      const [path, query] = req.url.split('?');
      const route = routes[`${req.method} ${path}`] ?? ((other) => other.writeHead(404).end());
      try {
        await route(res, new URLSearchParams(query));
      } catch (error) {
        console.error(error.message);
        res.writeHead(503).end();
      }
    })
    .listen(process.env.PORT ?? 8000);
}
