// Lesson 4 · Zero-downtime restart: a cluster that is to replace all of its workers without a client noticing.
// Run it with `npx tsx lessons/04-zero-downtime-restart/exercise.ts`, then `kill -HUP <pid of the primary>`.
import cluster from 'node:cluster';
import { createServer, type ServerResponse } from 'node:http';
import { availableParallelism } from 'node:os';

const port = Number(process.env.PORT ?? 8000);

if (cluster.isPrimary) {
  startPrimary();
} else {
  startWorker();
}

function startPrimary(): void {
  console.log(`primary ${process.pid} is running`);
  for (let i = 0; i < availableParallelism(); i++) forkWorker();

  // Where nothing listens for SIGHUP, it ends the process.
  process.on('SIGHUP', () => {
    console.log('SIGHUP: nothing is done about it yet');
    // YOUR PART (1): replace every worker, one after the other. Fork the new one, wait until it is listening, and only
    // then tell an old one to go. A second SIGHUP may come before you are done.
  });
}

/** Given: forks a worker, and another one when it dies: at once, or a second later if it never came to listen. */
function forkWorker(): void {
  const worker = cluster.fork();
  let backoffMs = 1000;
  worker.once('listening', () => {
    backoffMs = 0;
  });
  // YOUR PART (2): an old worker that goes because you told it to is not to be replaced once more.
  worker.once('exit', () => setTimeout(forkWorker, backoffMs));
}

function startWorker(): void {
  const server = createServer((request, response) => {
    const [path, query] = (request.url ?? '').split('?');
    switch (`${request.method} ${path}`) {
      case 'GET /':
        answer(response);
        break;
      // Given: `GET /slow?ms=N` answers after N ms, and the worker does other things meanwhile.
      case 'GET /slow':
        setTimeout(answer, Number(new URLSearchParams(query).get('ms')), response);
        break;
      default:
        response.writeHead(404).end('Not found\n');
    }
  });

  // YOUR PART (3): when the primary says that this worker is to go, its clients have to learn it first. Those that keep
  // their connection busy go when an answer says so; those that wait for a slow answer have to get it.

  function answer(response: ServerResponse): void {
    response.end(`Hello from worker ${process.pid}\n`);
  }

  server.listen(port, () => console.log(`worker ${process.pid} is listening on port ${port}`));
}
