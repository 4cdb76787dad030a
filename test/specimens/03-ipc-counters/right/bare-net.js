// specimen: right
// HTTP by hand on node:net, with keep-alive, and top-level await: somebody who benchmarks servers.
import cluster from 'node:cluster';
import net from 'node:net';
import os from 'node:os';

const BATCH_MS = 150;

if (cluster.isPrimary) {
  let total = 0;
  let timer = null;
  const broadcast = () => {
    timer = null;
    for (const worker of Object.values(cluster.workers))
      if (worker.isConnected()) worker.send(['total', total], ignore);
  };
  cluster.on('message', (_, message) => {
    if (!Array.isArray(message) || message[0] !== 'count') return;
    total += message[1];
    timer ??= setTimeout(broadcast, BATCH_MS);
  });
  cluster.on('exit', () => cluster.fork().on('error', ignore));
  cluster.on('listening', (worker) => worker.send(['total', total], ignore));
  for (let n = os.availableParallelism(); n--;) cluster.fork().on('error', ignore);
} else {
  let local = 0;
  let total = 0;
  let unsent = 0;
  process.on('message', (message) => {
    if (Array.isArray(message) && message[0] === 'total') total = message[1];
  });
  const flush = () => {
    process.send(['count', unsent]);
    unsent = 0;
  };

  const answer = (method, path) => {
    if (method === 'GET' && path === '/') {
      local++;
      if (unsent++ === 0) setTimeout(flush, BATCH_MS);
      return reply('200 OK', 'text/plain', `Hello from worker ${process.pid}\n`);
    }
    if (method === 'GET' && path === '/stats') {
      return reply('200 OK', 'application/json', JSON.stringify({ pid: process.pid, local, total }));
    }
    return reply('404 Not Found', 'text/plain', 'no such thing\n');
  };

  const server = net.createServer({ noDelay: true }, (socket) => {
    let text = '';
    socket.setEncoding('latin1');
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      text += chunk;
      for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
        const head = text.slice(0, end);
        text = text.slice(end + 4);
        const [method, path, version] = head.slice(0, head.indexOf('\r\n') >>> 0).split(' ');
        socket.write(answer(method, path));
        if (version === 'HTTP/1.0' || /^connection: *close/im.test(head)) return socket.end();
      }
    });
  });
  await new Promise((resolve) => server.listen(process.env.PORT ?? 8000, resolve));
  console.log('worker', process.pid, 'is listening');
}

function reply(status, type, body) {
  return `HTTP/1.1 ${status}\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

function ignore() {}
