// Lesson 2 · Load balancing: one worker for each core, which are to share the work evenly and to survive a crash.
// Run it with `npx tsx lessons/02-load-balancing/exercise.ts`, then `curl http://127.0.0.1:8000/`.
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
  // YOUR PART (1): who deals the connections to the workers? Left alone it depends on the platform and on the
  // environment. Say that it is to be round robin, here and everywhere.

  for (let i = 0; i < availableParallelism(); i++) cluster.fork();

  cluster.on('exit', (worker, code, signal) => {
    console.log(`worker ${worker.process.pid} died (${signal ?? code})`);
    // YOUR PART (3): from now on one worker is missing. Put another in its place.
  });
}

function startWorker(): void {
  const server = createServer((request, response) => {
    switch (`${request.method} ${request.url}`) {
      case 'GET /':
        response.end(`Hello from worker ${process.pid}\n`);
        break;
      // YOUR PART (2): `GET /work` answers like `GET /`, after 50 ms of work, which burn(50) does.
      default:
        response.writeHead(404).end('Not found\n');
    }
  });

  server.listen(port, () => console.log(`worker ${process.pid} is listening on port ${port}`));
}

/**
 * Given: keeps this thread computing for `ms` milliseconds, as rendering a page or resizing an image would.
 * Until it returns, this worker does nothing else: no other request, no timer, no message.
 */
export function burn(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end) Math.sqrt(Math.random());
}
