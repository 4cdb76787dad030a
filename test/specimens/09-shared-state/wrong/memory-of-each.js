// specimen: wrong
// breaks: 9.1 9.2
// may break: 9.4
// in every run: what the lesson is about
// Counts in each worker by itself: the program that was right with one process.
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
  let visits = 0;
  const hits = new Map();
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
          visits += 1;
          return response.end(JSON.stringify({ visits }));
        }
        case 'GET /visits': {
          return response.end(JSON.stringify({ visits }));
        }
        case 'GET /limited': {
          const count = (hits.get(key) ?? 0) + 1;
          hits.set(key, count);
          if (count === 1) setTimeout(() => hits.delete(key), windowMs);
          if (count > 10) response.writeHead(429, { 'Retry-After': Math.max(1, Math.ceil(windowMs / 1000)) });
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
