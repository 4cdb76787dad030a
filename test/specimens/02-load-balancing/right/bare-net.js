// specimen: right
// HTTP by hand on `node:net`: one answer for each connection, which the server then closes.
import cluster from 'node:cluster';
import net from 'node:net';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  cluster.on('exit', () => cluster.fork());
} else {
  net.createServer(serve).listen(process.env.PORT ?? 8000, '127.0.0.1');
}

function serve(socket) {
  let head = '';
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    head += chunk.toString('latin1');
    if (!head.includes('\r\n\r\n')) return;
    const path = head.split(' ', 2)[1];
    if (path === '/work') work(50);
    const body = `Hello from worker ${process.pid}\n`;
    socket.end(
      path === '/' || path === '/work'
        ? `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`
        : 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
    );
  });
}

function work(ms) {
  const begun = Date.now();
  let sum = 0;
  while (Date.now() - begun < ms) for (let i = 0; i < 10_000; i++) sum += i % 7;
  return sum;
}
