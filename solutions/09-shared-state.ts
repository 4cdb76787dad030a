// Lesson 9 · Shared state: what the program remembers is in a store, which counts atomically, and is not waited for too long.
import cluster from 'node:cluster';
import { createServer, type ServerResponse } from 'node:http';
import { availableParallelism } from 'node:os';
import { openStore } from '#store';

const port = Number(process.env.PORT ?? 8000);
/** How long a window of `GET /limited` is. */
const windowMs = Number(process.env.WINDOW_MS ?? 60_000);
/** How many requests with the same key may pass in a window. */
const LIMIT = 10;
/** How long the store is waited for. A client that gets no answer would rather be told so. */
const DEADLINE_MS = 1000;

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) forkWorker();
} else {
  startWorker();
}

/** Forks a worker, and another one when it dies: at once, or a second later if it never came to listen. */
function forkWorker(): void {
  const worker = cluster.fork();
  let backoffMs = 1000;
  worker.once('listening', () => {
    backoffMs = 0;
  });
  worker.once('exit', () => setTimeout(forkWorker, backoffMs));
}

function startWorker(): void {
  const store = openStore();

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    switch (`${request.method} ${pathname}`) {
      case 'GET /':
        response.end(`Hello from worker ${process.pid}\n`);
        break;
      case 'GET /slow':
        setTimeout(() => response.end(`Hello from worker ${process.pid}\n`), Number(searchParams.get('ms')));
        break;
      case 'POST /visits':
        void withStore(response, (signal) => countVisit(response, signal));
        break;
      case 'GET /visits':
        void withStore(response, (signal) => tellVisits(response, signal));
        break;
      case 'GET /limited':
        void withStore(response, (signal) => limit(searchParams.get('key') ?? '', response, signal));
        break;
      default:
        response.writeHead(404).end('Not found\n');
    }
  });

  // The store gives the sum that this very addition made. To read, add and write would be three steps, and another
  // worker's could come between them.
  async function countVisit(response: ServerResponse, signal: AbortSignal): Promise<void> {
    const { value } = await store.add('visits', 1, { signal });
    sendJson(response, { visits: value });
  }

  async function tellVisits(response: ServerResponse, signal: AbortSignal): Promise<void> {
    sendJson(response, { visits: (await store.get('visits', { signal })) ?? 0 });
  }

  /**
   * One number for each key, which the store forgets when its window is over: the next request begins a new one. Refused
   * requests count on, and that prolongs nothing.
   */
  async function limit(key: string, response: ServerResponse, signal: AbortSignal): Promise<void> {
    // clients choose their keys, and one of them may be called `visits`
    const { value, ttlMs } = await store.add(`limited:${key}`, 1, { ttlMs: windowMs, signal });
    if (value > LIMIT) {
      // in whole seconds, rounded up: whoever comes a little early is refused again
      const seconds = Math.max(1, Math.ceil((ttlMs ?? windowMs) / 1000));
      response.writeHead(429, { 'Retry-After': seconds });
    }
    response.end();
  }

  server.listen(port, () => console.log(`worker ${process.pid} is listening on port ${port}`));
}

/** What uses the store has a deadline; where that is over, or the store fails, the client is told that it is away. */
async function withStore(response: ServerResponse, use: (signal: AbortSignal) => Promise<void>): Promise<void> {
  try {
    await use(AbortSignal.timeout(DEADLINE_MS));
  } catch {
    response.writeHead(503, { 'Retry-After': 1 }).end('The store does not answer\n');
  }
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify(value));
}
