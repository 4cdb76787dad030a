// specimen: wrong
// breaks: 0.4
// may break: 0.1 0.2 0.3 0.6 2.3 4.1 5.1 5.2 5.3 5.4 5.5 5.6
// It is the primary that knows of all, so it is the primary that answers; the rest it passes to workers on ports of their own.
import cluster from 'node:cluster';
import http from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  const register = [];
  const ports = new Map();
  const add = () => {
    const worker = cluster.fork();
    const row = { id: worker.id, pid: worker.process.pid, state: 'forked', code: null, signal: null, planned: null };
    register.push(row);
    worker.on('online', () => (row.state = 'online'));
    worker.on('listening', (address) => {
      row.state = 'listening';
      ports.set(worker.id, address.port);
    });
    worker.on('disconnect', () => row.state === 'exited' || (row.state = 'disconnected'));
    worker.on('exit', (code, signal) => {
      ports.delete(worker.id);
      Object.assign(row, { state: 'exited', code, signal, planned: worker.exitedAfterDisconnect });
      if (!row.planned) add();
    });
    worker.on('error', () => {});
  };
  for (let i = 0; i < availableParallelism(); i++) add();

  let turn = 0;
  http
    .createServer((req, res) => {
      if (req.url === '/workers') return res.end(JSON.stringify(register));
      const all = [...ports.values()];
      const up = http.get({ host: '127.0.0.1', port: all[turn++ % all.length], path: req.url, agent: false }, (answer) => {
        res.writeHead(answer.statusCode);
        answer.pipe(res);
      });
      up.on('error', () => res.destroy());
    })
    .listen(process.env.PORT ?? 8000);
} else {
  const server = http.createServer((req, res) => {
    const url = new URL(req.url, 'http://localhost');
    const hello = () => res.end(`Hello from worker ${process.pid}\n`);
    if (url.pathname === '/') hello();
    else if (url.pathname === '/slow') setTimeout(hello, Number(url.searchParams.get('ms')));
    else if (url.pathname === '/exit') res.end('bye\n', () => process.exit(Number(url.searchParams.get('code'))));
    else if (url.pathname === '/leave') res.end('bye\n', () => cluster.worker.disconnect());
    else res.writeHead(404).end();
  });
  process.on('disconnect', () => process.exit());
  server.listen({ port: 0, host: '127.0.0.1', exclusive: true });
}
