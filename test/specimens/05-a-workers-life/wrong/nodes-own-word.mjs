// specimen: wrong
// breaks: 5.2
// may break: 5.3
// Uses worker.state, which Node keeps for itself and does not document, and only renames it for the answer.
import cluster from 'node:cluster';
import http from 'node:http';
import os from 'node:os';

const WORDS = { none: 'forked', online: 'online', listening: 'listening', disconnected: 'disconnected', dead: 'exited' };

if (cluster.isPrimary) {
  const workers = [];
  const ends = new Map();
  const snapshot = () =>
    workers.map((worker) => ({
      id: worker.id,
      pid: worker.process.pid,
      state: WORDS[worker.state],
      code: ends.get(worker)?.code ?? null,
      signal: ends.get(worker)?.signal ?? null,
      planned: ends.has(worker) ? worker.exitedAfterDisconnect : null,
    }));
  const publish = () =>
    setImmediate(() => {
      const register = snapshot();
      for (const worker of workers) if (worker.isConnected()) worker.send({ register }, () => {});
    });
  const start = () => {
    const worker = cluster.fork();
    worker.on('error', () => {});
    workers.push(worker);
    publish();
  };
  for (const event of ['online', 'listening', 'disconnect']) cluster.on(event, publish);
  cluster.on('exit', (worker, code, signal) => {
    ends.set(worker, { code, signal });
    publish();
    if (!worker.exitedAfterDisconnect) start();
  });
  for (let n = os.availableParallelism(); n > 0; n -= 1) start();
} else {
  let register = [];
  process.on('message', (message) => {
    register = message.register;
  });
  process.on('disconnect', () => process.exit());
  const server = http.createServer((req, res) => {
    const url = new URL(req.url, 'http://localhost');
    const hello = () => res.end(`Hello from worker ${process.pid}\n`);
    switch (url.pathname) {
      case '/':
        return hello();
      case '/slow':
        return setTimeout(hello, Number(url.searchParams.get('ms')));
      case '/workers':
        return res.end(JSON.stringify(register));
      case '/exit':
        return res.end('bye\n', () => process.exit(Number(url.searchParams.get('code'))));
      case '/leave':
        return res.end('bye\n', () => cluster.worker.disconnect());
      default:
        return res.writeHead(404).end();
    }
  });
  server.listen(process.env.PORT ?? 8000);
}
