// specimen: right
// A breaker: after a failure the store is left alone for a second, and everybody is told at once.
import cluster from 'node:cluster';
import { createServer, type ServerResponse } from 'node:http';
import { availableParallelism } from 'node:os';
import { openStore } from '#store';

const WINDOW = parseInt(process.env.WINDOW_MS ?? '60000', 10);

class Breaker {
  private openUntil = 0;

  async call<T>(use: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (Date.now() < this.openUntil) throw new Error('circuit is open');
    try {
      return await use(AbortSignal.timeout(600));
    } catch (error) {
      this.openUntil = Date.now() + 1000;
      throw error;
    }
  }
}

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); ++i) cluster.fork();
  cluster.on('exit', () => setTimeout(() => cluster.fork(), 300));
} else {
  const store = openStore();
  const breaker = new Breaker();
  const json = (response: ServerResponse, status: number, body: unknown, headers = {}) =>
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body));

  createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const key = url.searchParams.get('key') ?? '';
    const away = () => json(response, 503, { error: 'store' }, { 'Retry-After': '1' });
    const hello = `Hello from worker ${process.pid}\n`;
    if (url.pathname === '/') response.end(hello);
    else if (url.pathname === '/slow') setTimeout(() => response.end(hello), Number(url.searchParams.get('ms')));
    else if (url.pathname === '/visits' && request.method === 'POST')
      breaker.call((signal) => store.add('n', 1, { signal })).then(({ value }) => json(response, 200, { visits: value }), away);
    else if (url.pathname === '/visits')
      breaker.call((signal) => store.get('n', { signal })).then((n) => json(response, 200, { visits: n ?? 0 }), away);
    else if (url.pathname === '/limited')
      breaker
        .call((signal) => store.add(`n of ${key}`, 1, { signal, ttlMs: WINDOW }))
        .then(({ value, ttlMs }) => {
          if (value <= 10) return json(response, 200, { left: 10 - value });
          return json(response, 429, { left: 0 }, { 'Retry-After': `${Math.max(1, Math.ceil((ttlMs ?? 0) / 1000))}` });
        }, away);
    else response.writeHead(404).end();
  }).listen(Number(process.env.PORT ?? 8000));
}
