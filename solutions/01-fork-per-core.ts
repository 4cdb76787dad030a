// Lesson 1 · Fork per core: one worker for each core that the program may use, all of them on one port.
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
  // os.cpus() lists the machine's cores, also those that a container or `taskset` keeps from this program.
  const workers = availableParallelism();
  console.log(`primary ${process.pid} forks ${workers} workers`);
  for (let i = 0; i < workers; i++) cluster.fork();
}

function startWorker(): void {
  const server = createServer((request, response) => {
    if (request.method === 'GET' && request.url === '/') {
      response.end(`Hello from worker ${process.pid}\n`);
    } else {
      response.writeHead(404).end('Not found\n');
    }
  });

  // Said in the callback: before it the worker has only asked for the port.
  server.listen(port, () => console.log(`worker ${process.pid} is listening on port ${port}`));
}
