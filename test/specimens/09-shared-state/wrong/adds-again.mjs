// specimen: wrong
// breaks: 9.6
// needs: redis-server
// After a timeout it adds once more, to be sure: what was sent to Redis is done when that goes on, both times.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';
import { openStore } from '#store';

const windowMs = Number(process.env.WINDOW_MS ?? 60_000);

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  cluster.on('exit', () => setTimeout(() => cluster.fork(), 100));
} else {
  const store = openStore();
  const addTwice = async (name, options) => {
    try {
      return await store.add(name, 1, { ...options, signal: AbortSignal.timeout(600) });
    } catch {
      return store.add(name, 1, { ...options, signal: AbortSignal.timeout(600) });
    }
  };
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
          const { value } = await addTwice('visits');
          return response.end(JSON.stringify({ visits: value }));
        }
        case 'GET /visits': {
          return response.end(JSON.stringify({ visits: (await store.get('visits', { signal })) ?? 0 }));
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
