// specimen: wrong
// breaks: 9.1
// may break: 9.4 9.5 9.6
// in every run: what tutorials teach
// Reads the number, adds one, and writes it back: what everybody writes first, and right with one client.
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
          const visits = ((await store.get('visits', { signal })) ?? 0) + 1;
          await store.set('visits', visits, { signal });
          return response.end(JSON.stringify({ visits }));
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
