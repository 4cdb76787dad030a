// Lesson 9 · Shared state: a counter and a limit that all workers share, and that outlive each of them.
// Run it with `npx tsx lessons/09-shared-state/exercise.ts`; the store is in store.ts beside it.
import cluster from 'node:cluster';
import { createServer, type ServerResponse } from 'node:http';
import { availableParallelism } from 'node:os';
import { openStore } from '#store';

const port = Number(process.env.PORT ?? 8000);
/** How long a window of `GET /limited` is. */
const windowMs = Number(process.env.WINDOW_MS ?? 60_000);
/** How many requests with the same key may pass in a window. */
const LIMIT = 10;

if (cluster.isPrimary) {
  console.log(`primary ${process.pid} is running`);
  for (let i = 0; i < availableParallelism(); i++) forkWorker();
} else {
  startWorker();
}

/** Given: forks a worker, and another one when it dies: at once, or a second later if it never came to listen. */
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
      // Given: answers after N ms, and the worker does other things meanwhile.
      case 'GET /slow':
        setTimeout(() => response.end(`Hello from worker ${process.pid}\n`), Number(searchParams.get('ms')));
        break;
      case 'POST /visits':
        void countVisit(response);
        break;
      case 'GET /visits':
        void tellVisits(response);
        break;
      case 'GET /limited':
        void limit(searchParams.get('key') ?? '', response);
        break;
      default:
        response.writeHead(404).end('Not found\n');
    }
  });

  // YOUR PART (1): right with one client at a time. With fifty of them, several workers read the same number before one of
  // them has written the next, and it is answered twice. Let no other worker come between.
  async function countVisit(response: ServerResponse): Promise<void> {
    const visits = ((await store.get('visits')) ?? 0) + 1;
    await store.set('visits', visits);
    sendJson(response, { visits });
  }

  async function tellVisits(response: ServerResponse): Promise<void> {
    sendJson(response, { visits: (await store.get('visits')) ?? 0 });
  }

  // YOUR PART (2): at most LIMIT requests with this key are to pass in windowMs, and a window begins with the first of them.
  // Here more can pass, refused requests prolong the window, and nobody is told when to come again: 429 wants Retry-After.
  async function limit(key: string, response: ServerResponse): Promise<void> {
    const count = ((await store.get(key)) ?? 0) + 1;
    await store.set(key, count, { ttlMs: windowMs });
    response.writeHead(count > LIMIT ? 429 : 200).end();
  }

  // YOUR PART (3): a store that is away lets all of these wait, for as long as it likes. Say so (503) within two seconds.

  server.listen(port, () => console.log(`worker ${process.pid} is listening on port ${port}`));
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify(value));
}
