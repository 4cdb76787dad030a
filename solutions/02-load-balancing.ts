// Lesson 2 · Load balancing: connections dealt in turn to one worker for each core, and each worker that dies replaced.
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
  // Before the first fork, which freezes it: on Windows, and wherever NODE_CLUSTER_SCHED_POLICY says `none`,
  // it would be left to the operating system to choose a worker.
  cluster.schedulingPolicy = cluster.SCHED_RR;

  for (let i = 0; i < availableParallelism(); i++) forkWorker();
  replaceTheDead();
}

function forkWorker(): void {
  const worker = cluster.fork();
  // The cluster writes to a worker on its own account, such as the answer to its listen(). Where the worker has just
  // died that write fails, and an 'error' that nobody listens for would end the primary. Its 'exit' follows.
  worker.on('error', (error) => console.error(`worker ${worker.id} cannot be reached: ${error.message}`));
}

function replaceTheDead(): void {
  // The first replacement comes at once. Where workers die before one of them has come to listen, the next one waits
  // longer each time: a program that cannot start must not keep all cores busy with trying.
  let backoffMs = 0;
  cluster.on('listening', () => {
    backoffMs = 0;
  });

  // 'exit' is the one event that every death brings; 'disconnect' may fail to come after a SIGKILL.
  cluster.on('exit', (worker, code, signal) => {
    console.log(`worker ${worker.process.pid} died (${signal ?? code}), the next one starts in ${backoffMs} ms`);
    setTimeout(forkWorker, backoffMs);
    backoffMs = Math.min(Math.max(100, 2 * backoffMs), 1000);
  });
}

function startWorker(): void {
  const server = createServer((request, response) => {
    switch (`${request.method} ${request.url}`) {
      case 'GET /':
        greet(response);
        break;
      case 'GET /work':
        burn(50);
        greet(response);
        break;
      default:
        response.writeHead(404).end('Not found\n');
    }
  });

  server.listen(port, () => console.log(`worker ${process.pid} is listening on port ${port}`));
}

function greet(response: ServerResponse): void {
  response.end(`Hello from worker ${process.pid}\n`);
}

/** Keeps this thread computing for `ms` milliseconds. */
function burn(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end) Math.sqrt(Math.random());
}
