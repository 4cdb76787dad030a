// specimen: wrong
// breaks: 1.1
// may break: 0.1 0.3 0.4 1.2 1.3 1.4 1.5
// The primary listens and sends each socket to a worker, as libraries for sticky sessions do.
import cluster from 'node:cluster';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  const workers = Array.from({ length: availableParallelism() }, () => cluster.fork());
  let turn = 0;
  createServer({ pauseOnConnect: true }, (socket) => {
    workers[turn++ % workers.length].send('connection', socket);
  }).listen(process.env.PORT ?? 8000);
} else {
  const server = createHttpServer((request, response) => response.end(`Hello from worker ${process.pid}\n`));
  process.on('message', (message, socket) => {
    if (message !== 'connection' || !socket) return;
    server.emit('connection', socket);
    socket.resume();
  });
}
