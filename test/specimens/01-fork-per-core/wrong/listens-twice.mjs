// specimen: wrong
// breaks: 1.1
// may break: 0.1 0.3 1.2
// Guards `listen()` with `if (!server.listening)`, though it is asynchronous: the last worker is told twice to start, asks for
// the port twice, and dies of EADDRINUSE.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  let ready = 0;
  cluster.on('message', (worker) => {
    worker.send('start');
    ready += 1;
    if (ready === availableParallelism()) {
      // Whoever has missed it.
      for (const each of Object.values(cluster.workers)) each.send('start');
    }
  });
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  const server = createServer((request, response) => response.end(`Hello from worker ${process.pid}\n`));
  process.on('message', () => {
    if (!server.listening) server.listen(process.env.PORT ?? 8000);
  });
  process.send('ready');
}
