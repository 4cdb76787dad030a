// Lesson 5 · A worker's life: a cluster that is to know of each of its workers what has become of it.
// Run it with `npx tsx lessons/05-a-workers-life/exercise.ts`, then ask for /workers a few times.
import cluster from 'node:cluster';
import { createServer, type ServerResponse } from 'node:http';
import { availableParallelism } from 'node:os';

const port = Number(process.env.PORT ?? 8000);

/** What the register tells of one worker. */
interface Entry {
  readonly id: number;
  readonly pid: number | undefined;
  state: 'forked' | 'online' | 'listening' | 'disconnected' | 'exited';
  code: number | null;
  signal: string | null;
  /** Whether it went of its own accord; null until it has exited. */
  planned: boolean | null;
}

// YOUR PART (1): all workers ever forked, in order of id. The cluster tells five things of a worker: that it is forked,
// online, listening, disconnected, and that it has exited. In the primary, write each of them down when it comes.
// YOUR PART (2): it is a worker that is asked for the register, and this array is another one in each process. Let every
// worker know what the primary knows.
const register: Entry[] = [];

if (cluster.isPrimary) {
  startPrimary();
} else {
  startWorker();
}

function startPrimary(): void {
  for (let i = 0; i < availableParallelism(); i++) forkWorker();
}

/** Given: forks a worker, and another one when it dies: at once, or a second later if it never came to listen. */
function forkWorker(): void {
  const worker = cluster.fork();
  let backoffMs = 1000;
  worker.once('listening', () => {
    backoffMs = 0;
  });
  // YOUR PART (3): a worker that leaves because it was asked to is not to be replaced.
  worker.once('exit', () => setTimeout(forkWorker, backoffMs));
  // A message to a worker that has just died fails, and an 'error' that nobody listens for would end the primary.
  worker.on('error', () => {});
}

function startWorker(): void {
  const server = createServer((request, response) => {
    const [path, query] = (request.url ?? '').split('?');
    const asked = new URLSearchParams(query);
    switch (`${request.method} ${path}`) {
      case 'GET /':
        hello(response);
        break;
      // Given: `GET /slow?ms=N` answers after N ms, and the worker does other things meanwhile.
      case 'GET /slow':
        setTimeout(hello, Number(asked.get('ms')), response);
        break;
      case 'GET /workers':
        response.setHeader('Content-Type', 'application/json');
        response.end(JSON.stringify(register));
        break;
      // YOUR PART (4): GET /exit?code=N answers, and then this worker exits with code N.
      // YOUR PART (5): GET /leave answers, and then this worker leaves with cluster.worker.disconnect(). What it has in
      // hand is answered first. If its primary dies meanwhile, it ends as well.
      default:
        response.writeHead(404).end('Not found\n');
    }
  });

  function hello(response: ServerResponse): void {
    response.end(`Hello from worker ${process.pid}\n`);
  }

  server.listen(port, () => console.log(`worker ${process.pid} is listening on port ${port}`));
}
