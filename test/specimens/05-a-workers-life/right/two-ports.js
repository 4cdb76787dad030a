// specimen: right
// Chatty, with a second server for metrics on a port of its own that is open before the other one, and extra fields.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

const PORT = Number(process.env.PORT ?? 8000);
const log = (...words) => console.log(new Date().toISOString(), process.pid, ...words);

if (cluster.isPrimary) {
  const register = new Map();
  const send = () => {
    const workers = Array.from(register.values());
    Object.values(cluster.workers).forEach((worker) => worker.isConnected() && worker.send({ type: 'register', workers }));
  };
  const add = () => {
    const worker = cluster.fork();
    worker.on('error', (error) => log(error.message));
    register.set(worker.id, {
      id: worker.id,
      pid: worker.process.pid,
      state: 'forked',
      code: null,
      signal: null,
      planned: null,
      since: Date.now(),
    });
    send();
  };
  const mark = (worker, state, more = {}) => {
    const entry = register.get(worker.id);
    log('worker', worker.id, 'is', state);
    if (entry.state === 'exited') return;
    register.set(worker.id, { ...entry, ...more, state, since: Date.now() });
    send();
  };
  cluster.on('online', (worker) => mark(worker, 'online'));
  cluster.on('listening', (worker, address) => address.port === PORT && mark(worker, 'listening'));
  cluster.on('disconnect', (worker) => mark(worker, 'disconnected'));
  cluster.on('exit', (worker, code, signal) => {
    mark(worker, 'exited', { code, signal, planned: worker.exitedAfterDisconnect });
    if (worker.exitedAfterDisconnect) log('nobody comes for worker', worker.id);
    else add();
  });
  for (let i = 0; i < availableParallelism(); i++) add();
} else {
  let workers = [];
  process.on('message', (message) => {
    if (message?.type === 'register') workers = message.workers;
  });
  process.on('disconnect', () => {
    log('disconnected');
    process.exit();
  });
  const metrics = createServer((req, res) => res.end('up 1\n'));
  metrics.listen(0, '127.0.0.1', () => {
    createServer((req, res) => {
      log(req.method, req.url);
      const url = new URL(req.url, 'http://localhost');
      const hello = () => res.end(`Hello from worker ${process.pid}\n`);
      if (url.pathname === '/') hello();
      else if (url.pathname === '/slow') setTimeout(hello, Number(url.searchParams.get('ms')));
      else if (url.pathname === '/workers') res.end(JSON.stringify(workers));
      else if (url.pathname === '/exit') res.end('exit\n').on('finish', () => process.exit(Number(url.searchParams.get('code'))));
      else if (url.pathname === '/leave') res.end('leave\n').on('finish', () => cluster.worker.disconnect());
      else res.writeHead(404).end();
    }).listen(PORT);
  });
}
