// specimen: right
// Keeps the events themselves, and folds them into the register when somebody asks; a worker has a copy of the log.
import cluster from 'node:cluster';
import http from 'node:http';
import os from 'node:os';

const ORDER = ['forked', 'online', 'listening', 'disconnected', 'exited'];
const log = [];

function fold(events) {
  const found = new Map();
  for (const { id, ...event } of events) {
    const before = found.get(id) ?? { id, pid: null, state: 'forked', code: null, signal: null, planned: null };
    const later = ORDER.indexOf(event.state) >= ORDER.indexOf(before.state);
    found.set(id, later ? { ...before, ...event } : before);
  }
  return [...found.values()].sort((a, b) => a.id - b.id);
}

if (cluster.isPrimary) {
  /** How much of the log each worker has been sent. */
  const sent = new WeakMap();
  const publish = () => {
    for (const worker of Object.values(cluster.workers)) {
      if (!sent.has(worker) || !worker.isConnected()) continue;
      worker.send(log.slice(sent.get(worker)), () => {});
      sent.set(worker, log.length);
    }
  };
  const append = (event) => {
    log.push(event);
    setImmediate(publish);
  };
  cluster.on('online', ({ id }) => append({ id, state: 'online' }));
  cluster.on('listening', (worker) => {
    sent.set(worker, 0);
    append({ id: worker.id, state: 'listening' });
  });
  cluster.on('disconnect', ({ id }) => append({ id, state: 'disconnected' }));
  cluster.on('exit', ({ id, exitedAfterDisconnect: planned }, code, signal) => {
    append({ id, state: 'exited', code, signal, planned });
    if (!planned) setTimeout(grow, 50);
  });
  function grow() {
    const worker = cluster.fork();
    worker.on('error', () => {});
    append({ id: worker.id, pid: worker.process.pid, state: 'forked' });
  }
  for (let i = 0; i < os.availableParallelism(); i++) grow();
} else {
  process.on('message', (events) => Array.isArray(events) && log.push(...events));
  process.on('disconnect', () => process.exit());
  http
    .createServer((req, res) => {
      const url = new URL(req.url, 'http://localhost');
      const hello = () => res.end(`Hello from worker ${process.pid}\n`);
      if (url.pathname === '/') hello();
      else if (url.pathname === '/slow') setTimeout(hello, url.searchParams.get('ms'));
      else if (url.pathname === '/workers') res.end(JSON.stringify(fold(log)));
      else if (url.pathname === '/exit') {
        res.end('bye\n');
        res.on('close', () => process.exit(Number(url.searchParams.get('code'))));
        res.socket.end();
      } else if (url.pathname === '/leave') {
        res.setHeader('connection', 'close').end('bye\n');
        res.on('close', () => cluster.worker.disconnect());
      } else res.writeHead(404).end();
    })
    .listen(process.env.PORT ?? 8000);
}
