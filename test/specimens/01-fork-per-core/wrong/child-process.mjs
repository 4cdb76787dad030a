// specimen: wrong
// breaks: 0.6 1.4
// may break: 0.1 0.3 0.4 1.1 1.2 1.3 1.5
// The example of Node's child_process documentation: the server is sent to children that no cluster knows.
import { fork } from 'node:child_process';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

if (process.argv[2] !== 'child') {
  const server = createServer();
  server.listen(process.env.PORT ?? 8000, () => {
    for (let i = 0; i < availableParallelism(); i++) {
      fork(fileURLToPath(import.meta.url), ['child']).send('server', server);
    }
    server.close();
  });
} else {
  const http = createHttpServer((request, response) => response.end(`Hello from worker ${process.pid}\n`));
  process.on('message', (message, server) => {
    if (message === 'server') server.on('connection', (socket) => http.emit('connection', socket));
  });
}
