// Lesson 3 · IPC counters: a cluster whose workers count for themselves, and which is to learn one total.
// Run it with `npx tsx lessons/03-ipc-counters/exercise.ts`, then `curl http://127.0.0.1:8000/stats`.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

const port = Number(process.env.PORT ?? 8000);

if (cluster.isPrimary) {
  startPrimary();
} else {
  startWorker();
}

function startPrimary(): void {
  // YOUR PART (2): hear the reports of all workers, also of those that are forked later, and add them up.
  // YOUR PART (3): tell every worker the total. The one you write to may be dying: that must not end the primary.

  for (let i = 0; i < availableParallelism(); i++) forkWorker();
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
  /** What this worker process has answered. */
  let local = 0;
  /** What all workers together have answered. YOUR PART (4): take it from the messages of the primary. */
  const total = 0;

  const server = createServer((request, response) => {
    switch (`${request.method} ${request.url}`) {
      case 'GET /':
        local++;
        // YOUR PART (1): report it to the primary. Not each request by itself, if you can: messages cost, too.
        response.end(`Hello from worker ${process.pid}\n`);
        break;
      case 'GET /stats':
        response.setHeader('Content-Type', 'application/json');
        response.end(JSON.stringify({ pid: process.pid, local, total }));
        break;
      default:
        response.writeHead(404).end('Not found\n');
    }
  });

  server.listen(port, () => console.log(`worker ${process.pid} is listening on port ${port}`));
}
