// specimen: wrong
// breaks: 0.4
// may break: 1.3 1.4
// Workers take every connection and hand it to the primary, which answers in their name and closes it at once.
import cluster from 'node:cluster';
import { createServer } from 'node:net';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  cluster.on('message', (worker, message, socket) => {
    if (!socket) return;
    const body = `Hello from worker ${worker.process.pid}\n`;
    socket.once('data', () => {
      socket.end(`HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    });
    socket.on('error', () => {});
    socket.resume();
  });
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  createServer({ pauseOnConnect: true }, (socket) => process.send('answer this', socket)).listen(
    process.env.PORT ?? 8000,
  );
}
