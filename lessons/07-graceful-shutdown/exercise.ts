// Lesson 7 · Graceful shutdown: a cluster that is to end when it is told to, but not before every request has its answer.
// Run it with `npx tsx lessons/07-graceful-shutdown/exercise.ts`, then `kill <pid of the primary>`, or press Ctrl-C.
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

  // YOUR PART (1): without a listener SIGTERM and SIGINT end the process, and its workers with it. Tell the workers to
  // leave instead; when the last one has gone, exit with code 0. One that has not gone after 5 s is killed, and then the
  // code is 1. A second signal, half a second or more after the first, ends everything at once.
}

/** Given: forks a worker, and another one when it dies: at once, or a second later if it never came to listen. */
function forkWorker(): void {
  const worker = cluster.fork();
  let backoffMs = 1000;
  worker.once('listening', () => {
    backoffMs = 0;
  });
  // YOUR PART (2): when all is to end, nobody is forked any more.
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

  // YOUR PART (3): a worker that is to leave answers what it has in hand, tells its clients to go, and ends, also where
  // some of them only keep a connection. A terminal and a container send their signal to the workers as well. And when
  // the primary is dead, nobody is left who would tell or end this worker.

  function answer(response: ServerResponse): void {
    response.end(`Hello from worker ${process.pid}\n`);
  }

  server.listen(port, () => console.log(`worker ${process.pid} is listening on port ${port}`));
}
