// specimen: wrong
// breaks: 0.4
// may break: 1.3 1.4
// Each worker forks a process of its own, with an empty environment, and sends it every socket; it answers in the worker's name.
import { fork } from 'node:child_process';
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { createServer as createTcpServer, Socket } from 'node:net';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

if (process.argv[2] === 'grandchild') {
  const http = createServer((request, response) => response.end(`Hello from worker ${process.ppid}\n`));
  process.on('message', (message, handle) => {
    if (handle) http.emit('connection', new Socket({ handle }));
  });
  process.on('disconnect', () => process.exit());
} else if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  const grandchild = fork(fileURLToPath(import.meta.url), ['grandchild'], { env: {} });
  createTcpServer({ pauseOnConnect: true }, (socket) => {
    grandchild.send('yours', socket._handle, {}, () => socket.destroy());
  }).listen(process.env.PORT ?? 8000);
}
