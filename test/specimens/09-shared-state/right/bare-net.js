// specimen: right
// No node:http at all: a server of node:net that speaks just enough HTTP, one request a connection.
import cluster from 'node:cluster';
import net from 'node:net';
import { availableParallelism } from 'node:os';
import { openStore } from '#store';

const windowMs = Number(process.env.WINDOW_MS ?? 60000);

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  cluster.on('exit', () => cluster.fork());
} else {
  const store = openStore();

  const reply = (socket, status, body = '', more = '') =>
    socket.end(
      `HTTP/1.1 ${status} Whatever\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n${more}\r\n${body}`,
    );

  const handle = async (socket, method, target) => {
    const { pathname, searchParams } = new URL(target, 'http://localhost');
    const signal = AbortSignal.timeout(900);
    const hello = `Hello from worker ${process.pid}\n`;
    switch (`${method} ${pathname}`) {
      case 'GET /':
        return reply(socket, 200, hello);
      case 'GET /slow':
        return setTimeout(() => reply(socket, 200, hello), Number(searchParams.get('ms')));
      case 'POST /visits': {
        const { value } = await store.add('#visits', 1, { signal });
        return reply(socket, 200, JSON.stringify({ visits: value }));
      }
      case 'GET /visits':
        return reply(socket, 200, JSON.stringify({ visits: (await store.get('#visits', { signal })) ?? 0 }));
      case 'GET /limited': {
        const { value, ttlMs } = await store.add(`@${searchParams.get('key')}`, 1, { ttlMs: windowMs, signal });
        if (value <= 10) return reply(socket, 200);
        return reply(socket, 429, '', `Retry-After: ${Math.max(1, Math.ceil(ttlMs / 1000))}\r\n`);
      }
      default:
        return reply(socket, 404);
    }
  };

  net
    .createServer((socket) => {
      let head = '';
      socket.on('error', () => {});
      socket.on('data', (bytes) => {
        head += bytes.toString('latin1');
        if (!head.includes('\r\n\r\n')) return;
        const [method, target] = head.split(' ');
        head = '';
        handle(socket, method, target).catch(() => reply(socket, 503));
      });
    })
    .listen(process.env.PORT ?? 8000);
}
