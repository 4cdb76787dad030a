// specimen: right
// Reads by adding nothing, runs its workers from the same file by name, and refuses politely.
import cluster from 'node:cluster';
import { createServer, type RequestListener } from 'node:http';
import { availableParallelism } from 'node:os';
import { openStore } from '#store';

type Handler = (query: URLSearchParams) => Promise<{ status?: number; headers?: Record<string, string>; body?: string }>;

function primary(): void {
  cluster.setupPrimary({ exec: import.meta.filename, args: ['--worker'] });
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  cluster.on('exit', (_worker, code, signal) => {
    console.error('a worker ended', code, signal);
    setTimeout(() => cluster.fork(), 100);
  });
}

function worker(): void {
  const store = openStore();
  const { PORT = '8000', WINDOW_MS = '60000' } = process.env;
  const hello = { body: `Hello from worker ${process.pid}\n` };
  const count = async (by: number) => {
    const { value } = await store.add('visits:all', by, { signal: AbortSignal.timeout(1000) });
    return { body: JSON.stringify({ visits: value }), headers: { 'Content-Type': 'application/json' } };
  };

  const handlers = new Map<string, Handler>([
    ['GET /', async () => hello],
    ['GET /slow', async (query) => new Promise((resolve) => setTimeout(resolve, Number(query.get('ms')), hello))],
    ['POST /visits', () => count(1)],
    ['GET /visits', () => count(0)],
    [
      'GET /limited',
      async (query) => {
        const options = { ttlMs: Number(WINDOW_MS), signal: AbortSignal.timeout(1000) };
        const { value, ttlMs } = await store.add(`limited:${query.get('key')}`, 1, options);
        if (value <= 10) return { body: 'welcome' };
        const seconds = Math.min(Math.ceil(Number(WINDOW_MS) / 1000), Math.floor((ttlMs ?? 0) / 1000) + 1);
        return { status: 429, headers: { 'Retry-After': String(seconds) }, body: 'not now, please' };
      },
    ],
  ]);

  const answer: RequestListener = async (request, response) => {
    const [path = '', query] = (request.url ?? '').split('?');
    const handler = handlers.get(`${request.method} ${path}`) ?? (async () => ({ status: 404 }));
    const { status = 200, headers = {}, body = '' } = await handler(new URLSearchParams(query)).catch(() => ({
      status: 503,
      headers: {},
      body: 'sorry',
    }));
    response.writeHead(status, headers).end(body);
  };
  createServer(answer).listen(Number(PORT));
}

if (process.argv.includes('--worker')) worker();
else primary();
