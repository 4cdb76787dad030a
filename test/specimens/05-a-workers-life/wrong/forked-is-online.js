// specimen: wrong
// breaks: 5.2
// cluster.fork() has given a worker with a pid, so it is online.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

const port = Number(process.env.PORT ?? 8000);
let register = [];

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) fork();
} else {
  serve();
}

function fork() {
  const worker = cluster.fork();
  const entry = { id: worker.id, pid: worker.process.pid, state: 'online', code: null, signal: null, planned: null };
  register.push(entry);
  tell();
  const to = (state) => {
    if (entry.state === 'exited') return;
    entry.state = state;
    tell();
  };
  worker.on('listening', () => to('listening'));
  worker.on('disconnect', () => to('disconnected'));
  worker.on('error', () => {});
  worker.on('exit', (code, signal) => {
    Object.assign(entry, { code, signal, planned: worker.exitedAfterDisconnect });
    to('exited');
    if (!worker.exitedAfterDisconnect) fork();
  });
}

function tell() {
  for (const worker of Object.values(cluster.workers)) if (worker.isConnected()) worker.send({ register }, () => {});
}

function serve() {
  process.on('message', (message) => {
    if (message?.register) register = message.register;
  });
  process.on('disconnect', () => process.exit());
  const server = createServer((req, res) => {
    const { pathname, searchParams } = new URL(req.url, 'http://localhost');
    const hello = () => res.end(`Hello from worker ${process.pid}\n`);
    if (pathname === '/') hello();
    else if (pathname === '/slow') setTimeout(hello, Number(searchParams.get('ms')));
    else if (pathname === '/workers') res.end(JSON.stringify(register));
    else if (pathname === '/exit') res.end('bye\n', () => process.exit(Number(searchParams.get('code'))));
    else if (pathname === '/leave') res.end('bye\n', () => cluster.worker.disconnect());
    else res.writeHead(404).end();
  });
  server.listen(port);
}
