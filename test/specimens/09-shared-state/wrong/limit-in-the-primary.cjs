// specimen: wrong
// breaks: 9.3 9.5
// Visits in the store, but the limit in the primary, which is one and therefore right; until it ends.
'use strict';
const cluster = require('node:cluster');
const http = require('node:http');
const { availableParallelism } = require('node:os');
const { openStore } = require('#store');

const WINDOW = Number(process.env.WINDOW_MS ?? 60000);

if (cluster.isPrimary) {
  const windows = new Map();
  cluster.on('message', (worker, { id, key }) => {
    const now = Date.now();
    let window = windows.get(key);
    if (!window || window.end <= now) windows.set(key, (window = { end: now + WINDOW, count: 0 }));
    window.count += 1;
    if (worker.isConnected()) worker.send({ id, ok: window.count <= 10, left: window.end - now }, () => {});
  });
  cluster.on('exit', () => setTimeout(() => cluster.fork(), 100));
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  const store = openStore();
  const answers = new Map();
  let id = 0;
  process.on('message', (message) => answers.get(message.id)?.(message));
  const mayPass = (key) =>
    new Promise((resolve) => {
      answers.set(++id, resolve);
      process.send({ id, key });
    });
  // with a look at the store, so that an outage is told here, too
  const isThere = () => store.add('there', 0, { signal: AbortSignal.timeout(1000) });

  http
    .createServer(async (req, res) => {
      const url = new URL(req.url, 'http://localhost');
      const signal = AbortSignal.timeout(1000);
      try {
        if (url.pathname === '/') res.end(`Hello from worker ${process.pid}\n`);
        else if (url.pathname === '/slow')
          setTimeout(() => res.end(`Hello from worker ${process.pid}\n`), Number(url.searchParams.get('ms')));
        else if (url.pathname === '/visits' && req.method === 'POST')
          res.end(JSON.stringify({ visits: (await store.add('visits', 1, { signal })).value }));
        else if (url.pathname === '/visits')
          res.end(JSON.stringify({ visits: (await store.get('visits', { signal })) ?? 0 }));
        else if (url.pathname === '/limited') {
          await isThere();
          const { ok, left } = await mayPass(url.searchParams.get('key'));
          if (!ok) res.writeHead(429, { 'Retry-After': Math.max(1, Math.ceil(left / 1000)) });
          res.end();
        } else res.writeHead(404).end();
      } catch {
        res.writeHead(503).end();
      }
    })
    .listen(process.env.PORT ?? 8000);
}
