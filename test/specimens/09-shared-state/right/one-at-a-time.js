// specimen: right
// A queue in each worker, one operation after the other; the deadline runs from the request on, also in the queue.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';
import { openStore } from '#store';

if (cluster.isPrimary) for (let i = 0; i < availableParallelism(); i++) keepOne();
else serve();

function keepOne() {
  cluster.fork().on('exit', () => setTimeout(keepOne, 150));
}

function serve() {
  const store = openStore();
  let last = Promise.resolve();

  function inTurn(operation) {
    const signal = AbortSignal.timeout(1000);
    const mine = last.then(() => {
      signal.throwIfAborted();
      return operation(signal);
    });
    last = mine.catch(() => {});
    return mine;
  }

  createServer(async (req, res) => {
    const url = new URL(req.url, 'http://localhost');
    const hello = () => res.end(`Hello from worker ${process.pid}\n`);
    if (url.pathname === '/') return hello();
    if (url.pathname === '/slow') return setTimeout(hello, Number(url.searchParams.get('ms')));
    try {
      if (url.pathname === '/visits') {
        const n = await inTurn(async (signal) =>
          req.method === 'POST' ? (await store.add('visits', 1, { signal })).value : store.get('visits', { signal }),
        );
        return res.end(JSON.stringify({ visits: n ?? 0 }));
      }
      if (url.pathname === '/limited') {
        const ttlMs = Number(process.env.WINDOW_MS ?? 60000);
        const hit = await inTurn((signal) => store.add('l/' + url.searchParams.get('key'), 1, { ttlMs, signal }));
        if (hit.value > 10) res.writeHead(429, { 'Retry-After': Math.max(1, Math.ceil(hit.ttlMs / 1000)) });
        return res.end();
      }
      res.writeHead(404).end();
    } catch {
      res.writeHead(503).end();
    }
  }).listen(process.env.PORT ?? 8000);
}
