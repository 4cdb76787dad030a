// specimen: wrong
// breaks: 9.5
// in every run: a cache that is right as long as it is the only one
// The primary loads the number when it starts, counts by itself, and lets every visit be added to the store as well.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';
import { openStore } from '#store';

const windowMs = Number(process.env.WINDOW_MS ?? 60_000);

if (cluster.isPrimary) {
  const store = openStore();
  let visits = (await store.get('visits')) ?? 0;
  cluster.on('message', (worker, { id, what }) => {
    if (what === 'visit') visits += 1;
    if (worker.isConnected()) worker.send({ id, value: visits }, () => {});
  });
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  cluster.on('exit', () => setTimeout(() => cluster.fork(), 100));
} else {
  const store = openStore();
  const pending = new Map();
  let asked = 0;
  process.on('message', ({ id, value }) => {
    pending.get(id)?.(value);
    pending.delete(id);
  });
  const ask = (what) =>
    new Promise((resolve) => {
      asked += 1;
      pending.set(asked, resolve);
      process.send({ id: asked, what });
    });
  createServer(async (request, response) => {
    const url = new URL(request.url, 'http://localhost');
    const key = url.searchParams.get('key');
    const signal = AbortSignal.timeout(1000);
    try {
      switch (`${request.method} ${url.pathname}`) {
        case 'GET /':
          return response.end(`Hello from worker ${process.pid}\n`);
        case 'GET /slow':
          return setTimeout(() => response.end(`Hello from worker ${process.pid}\n`), Number(url.searchParams.get('ms')));
        case 'POST /visits': {
          await store.add('visits', 1, { signal });
          return response.end(JSON.stringify({ visits: await ask('visit') }));
        }
        case 'GET /visits': {
          return response.end(JSON.stringify({ visits: await ask('how many') }));
        }
        case 'GET /limited': {
          const { value, ttlMs } = await store.add(`limited:${key}`, 1, { ttlMs: windowMs, signal });
          if (value > 10) response.writeHead(429, { 'Retry-After': Math.max(1, Math.ceil(ttlMs / 1000)) });
          return response.end();
        }
        default:
          return response.writeHead(404).end();
      }
    } catch {
      response.writeHead(503).end();
    }
  }).listen(process.env.PORT ?? 8000);
}
