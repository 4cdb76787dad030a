// specimen: right
// in every run: HTTP by hand
// HTTP by hand on `node:net`, with keep-alive and requests that arrive in pieces, by someone who wants to know what is below.
import cluster from 'node:cluster';
import net from 'node:net';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  net.createServer(serve).listen(process.env.PORT ?? 8000);
}

function serve(socket) {
  let pending = '';
  socket.setEncoding('latin1');
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    pending += chunk;
    for (let end; (end = pending.indexOf('\r\n\r\n')) !== -1;) {
      const head = pending.slice(0, end);
      pending = pending.slice(end + 4);
      answer(socket, head);
    }
  });
}

function answer(socket, head) {
  const [method, path] = head.split(' ');
  const found = method === 'GET' && path === '/';
  const body = found ? `Hello from worker ${process.pid}\n` : 'Not found\n';
  const last = /^connection: *close/im.test(head);
  socket.write(
    `HTTP/1.1 ${found ? '200 OK' : '404 Not Found'}\r\nContent-Type: text/plain\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: ${last ? 'close' : 'keep-alive'}\r\n\r\n${body}`,
  );
  if (last) socket.end();
}
