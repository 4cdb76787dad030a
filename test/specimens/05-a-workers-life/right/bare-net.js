// specimen: right
// A bare `net` server that speaks just enough HTTP, one answer to a connection.
import cluster from 'node:cluster';
import net from 'node:net';
import os from 'node:os';

if (cluster.isPrimary) {
  const workers = [];
  function fork() {
    const worker = cluster.fork();
    const it = { id: worker.id, pid: worker.process.pid, state: 'forked', code: null, signal: null, planned: null };
    workers.push(it);
    const note = (state) => {
      if (it.state !== 'exited') it.state = state;
      tell();
    };
    worker.on('online', () => note('online'));
    worker.on('listening', () => note('listening'));
    worker.on('disconnect', () => note('disconnected'));
    worker.on('error', () => {});
    worker.on('exit', (code, signal) => {
      Object.assign(it, { code, signal, planned: worker.exitedAfterDisconnect });
      note('exited');
      if (it.planned === false) fork();
    });
    tell();
  }
  function tell() {
    for (const worker of Object.values(cluster.workers)) if (worker.isConnected()) worker.send(JSON.stringify(workers));
  }
  for (let i = 0; i < os.availableParallelism(); i++) fork();
} else {
  let known = '[]';
  process.on('message', (text) => {
    if (typeof text === 'string' && text.startsWith('[{')) known = text;
  });
  process.on('disconnect', () => process.exit());

  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    let head = '';
    socket.on('data', (chunk) => {
      head += chunk;
      if (!head.includes('\r\n\r\n')) return;
      const [, target] = head.split(' ');
      const [path, query = ''] = target.split('?');
      const n = Number(query.slice(query.indexOf('=') + 1));
      const reply = (body, then) =>
        socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`, then);
      const hello = () => reply(`Hello from worker ${process.pid}\n`);
      if (path === '/') hello();
      else if (path === '/slow') setTimeout(hello, n);
      else if (path === '/workers') reply(known);
      else if (path === '/exit') reply('bye', () => process.exit(n));
      else if (path === '/leave') reply('bye', () => cluster.worker.disconnect());
      else socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    });
  });
  server.listen(process.env.PORT ?? 8000);
}
