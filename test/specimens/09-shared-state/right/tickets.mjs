// specimen: right
// in every run: a sliding window
// A sliding window of ten tickets for each key: whoever is the first at a ticket passes, and it is free again a window later.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';
import { openStore } from '#store';

const windowMs = Number(process.env.WINDOW_MS ?? 60_000);

async function take(store, key, signal) {
  let soonest = windowMs;
  for (let ticket = 0; ticket < 10; ticket++) {
    const { value, ttlMs } = await store.add(`ticket ${ticket} of ${key}`, 1, { ttlMs: windowMs, signal });
    if (value === 1) return null;
    soonest = Math.min(soonest, ttlMs);
  }
  return Math.max(1, Math.ceil(soonest / 1000));
}

if (cluster.isPrimary) {
  cluster.on('exit', () => cluster.fork());
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  const store = openStore();
  createServer(async (request, response) => {
    const url = new URL(request.url, 'http://localhost');
    const signal = AbortSignal.timeout(1500);
    try {
      switch (url.pathname) {
        case '/':
          return response.end(`Hello from worker ${process.pid}\n`);
        case '/slow':
          return setTimeout(() => response.end(`Hello from worker ${process.pid}\n`), +url.searchParams.get('ms'));
        case '/visits': {
          const visits =
            request.method === 'POST'
              ? (await store.add('all visits', 1, { signal })).value
              : await store.get('all visits', { signal });
          return response.end(JSON.stringify({ visits: visits ?? 0 }));
        }
        case '/limited': {
          const seconds = await take(store, url.searchParams.get('key'), signal);
          if (seconds !== null) response.writeHead(429, { 'Retry-After': seconds });
          return response.end(seconds === null ? 'yes' : 'no');
        }
        default:
          return response.writeHead(404).end();
      }
    } catch {
      response.writeHead(503).end();
    }
  }).listen(process.env.PORT ?? 8000);
}
