// Lesson 1 · Fork per core: a web server with one worker, which is to become one worker for each core.
// Run it with `npx tsx lessons/01-fork-per-core/exercise.ts`, then `curl http://127.0.0.1:8000/`.
import cluster from 'node:cluster';
import { createServer } from 'node:http';

// The checker sets PORT to a port that it knows to be free; by hand you get 8000.
const port = Number(process.env.PORT ?? 8000);

// Every process of the program runs this file from its first line: the one that you start is the primary,
// and each cluster.fork() starts the file again, as a worker.
if (cluster.isPrimary) {
  startPrimary();
} else {
  startWorker();
}

function startPrimary(): void {
  console.log(`primary ${process.pid} is running`);

  // YOUR PART: one worker keeps one core busy, and the others idle.
  // Fork as many workers as there are cores that this program may use.
  cluster.fork();
}

/** Given, and right as it is: answers `GET /` with the pid of the process that handles the request. */
function startWorker(): void {
  const server = createServer((request, response) => {
    if (request.method === 'GET' && request.url === '/') {
      response.end(`Hello from worker ${process.pid}\n`);
    } else {
      response.writeHead(404).end('Not found\n');
    }
  });

  server.listen(port, () => console.log(`worker ${process.pid} is listening on port ${port}`));
}
