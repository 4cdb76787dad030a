// specimen: wrong
// breaks: 9.2
// in every run: what tutorials teach
// A limit that reads the count, compares, and writes it: fourteen of a hundred pass.
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
          const { value } = await store.add('visits', 1, { signal });
          return response.end(JSON.stringify({ visits: value }));
        }
        case 'GET /visits': {
          return response.end(JSON.stringify({ visits: (await store.get('visits', { signal })) ?? 0 }));
        }
        case 'GET /limited': {
          const count = (await store.get(`limited:${key}`, { signal })) ?? 0;
          if (count >= 10) return response.writeHead(429, { 'Retry-After': 1 }).end();
          await store.set(`limited:${key}`, count + 1, { ttlMs: windowMs, signal });
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
