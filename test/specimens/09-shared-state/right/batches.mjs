// specimen: right
// One addition for all visits that wait: the sum is shared out among them, each number once.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';
import { openStore } from '#store';

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  cluster.on('exit', () => setTimeout(() => cluster.fork(), 20));
} else {
  const store = openStore();
  const windowMs = Number(process.env.WINDOW_MS ?? 60_000);
  let waiting = [];
  let isAdding = false;

  const visit = () =>
    new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
      void addAll();
    });

  async function addAll() {
    if (isAdding) return;
    isAdding = true;
    while (waiting.length > 0) {
      const these = waiting;
      waiting = [];
      try {
        const { value } = await store.add('visits', these.length, { signal: AbortSignal.timeout(500) });
        these.forEach(({ resolve }, index) => resolve(value - these.length + 1 + index));
      } catch (error) {
        for (const { reject } of these) reject(error);
      }
    }
    isAdding = false;
  }

  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    try {
      if (pathname === '/') response.end(`Hello from worker ${process.pid}\n`);
      else if (pathname === '/slow')
        setTimeout(() => response.end(`Hello from worker ${process.pid}\n`), Number(searchParams.get('ms')));
      else if (pathname === '/visits' && request.method === 'POST')
        response.end(JSON.stringify({ visits: await visit() }));
      else if (pathname === '/visits')
        response.end(JSON.stringify({ visits: (await store.get('visits', { signal: AbortSignal.timeout(500) })) ?? 0 }));
      else if (pathname === '/limited') {
        const signal = AbortSignal.timeout(500);
        const { value, ttlMs } = await store.add(`window:${searchParams.get('key')}`, 1, { ttlMs: windowMs, signal });
        if (value > 10) response.writeHead(429, { 'retry-after': Math.max(1, Math.ceil(ttlMs / 1000)) });
        response.end();
      } else response.writeHead(404).end();
    } catch {
      response.writeHead(503).end();
    }
  });
  server.listen(process.env.PORT ?? 8000);
}
