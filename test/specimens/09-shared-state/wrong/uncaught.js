// specimen: wrong
// breaks: 9.4
// may break: 9.6
// The deadline rejects, and nobody catches it: an unhandled rejection ends the worker.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';
import { openStore } from '#store';

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  cluster.on('exit', () => setTimeout(() => cluster.fork(), 100));
} else {
  const store = openStore();
  const ttlMs = Number(process.env.WINDOW_MS ?? 60000);
  const app = {
    '/': async (req, res) => res.end(`Hello from worker ${process.pid}\n`),
    '/slow': async (req, res, query) => setTimeout(() => app['/'](req, res), Number(query.get('ms'))),
    '/visits': async (req, res) => {
      const signal = AbortSignal.timeout(1000);
      const visits =
        req.method === 'POST' ? (await store.add('visits', 1, { signal })).value : await store.get('visits', { signal });
      res.end(JSON.stringify({ visits: visits ?? 0 }));
    },
    '/limited': async (req, res, query) => {
      const signal = AbortSignal.timeout(1000);
      const hit = await store.add(`limited ${query.get('key')}`, 1, { ttlMs, signal });
      if (hit.value > 10) res.writeHead(429, { 'Retry-After': Math.max(1, Math.ceil(hit.ttlMs / 1000)) });
      res.end();
    },
  };
  createServer((req, res) => {
    const [path, query] = req.url.split('?');
    const handler = app[path];
    if (handler) handler(req, res, new URLSearchParams(query));
    else res.writeHead(404).end();
  }).listen(process.env.PORT ?? 8000);
}
