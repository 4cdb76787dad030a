// specimen: wrong
// breaks: 0.4
// may break: 1.3 1.4
// Workers take every connection and give it away at once, through the primary, to one process behind them that answers
// them all, in the name of the worker that each came from.
import { fork } from 'node:child_process';
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { createServer as createTcpServer, Socket } from 'node:net';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

if (process.argv[2] === 'behind') {
  const http = createServer((request, response) => response.end(`Hello from worker ${request.socket.from}\n`));
  process.on('message', (from, handle) => {
    if (handle) http.emit('connection', Object.assign(new Socket({ handle }), { from }));
  });
  process.on('disconnect', () => process.exit());
} else if (cluster.isPrimary) {
  const behind = fork(fileURLToPath(import.meta.url), ['behind']);
  cluster.on('message', (worker, message, handle) => {
    if (handle) behind.send(worker.process.pid, handle, () => handle.close());
  });
  behind.once('spawn', () => {
    for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  });
} else {
  createTcpServer({ pauseOnConnect: true }, (socket) => {
    setImmediate(() => process.send('take it', socket._handle, {}, () => socket.destroy()));
  }).listen(process.env.PORT ?? 8000);
}
