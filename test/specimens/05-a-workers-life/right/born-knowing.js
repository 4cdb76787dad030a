// specimen: right
// A new worker is born with the register in its environment; after that it is told of changes by a debounced message.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

const main = cluster.isPrimary ? primary : worker;
main();

function primary() {
  const register = [];
  let pending = null;

  const changed = () => {
    pending ??= setTimeout(() => {
      pending = null;
      for (const each of Object.values(cluster.workers)) if (each.isConnected()) each.send({ register }, () => {});
    }, 20);
  };

  const fork = () => {
    const child = cluster.fork({ REGISTER: JSON.stringify(register) });
    const entry = { id: child.id, pid: child.process.pid, state: 'forked', code: null, signal: null, planned: null };
    register.push(entry);
    changed();
    for (const [event, state] of [['online', 'online'], ['listening', 'listening'], ['disconnect', 'disconnected']])
      child.once(event, () => {
        if (entry.code !== null || entry.signal !== null) return;
        entry.state = state;
        changed();
      });
    child.once('exit', (code, signal) => {
      Object.assign(entry, { state: 'exited', code, signal, planned: child.exitedAfterDisconnect });
      changed();
      if (!child.exitedAfterDisconnect) setTimeout(fork, 800);
    });
    child.on('error', () => {});
  };
  for (let i = 0; i < availableParallelism(); i++) fork();
}

function worker() {
  let register = JSON.parse(process.env.REGISTER);
  process.on('message', (message) => {
    if (message && typeof message === 'object' && 'register' in message) ({ register } = message);
  });
  process.on('disconnect', () => process.exit());

  const server = createServer((request, response) => {
    const url = new URL(request.url, 'http://localhost');
    const text = (body, then) => {
      response.shouldKeepAlive = server.listening;
      response.end(body, then);
    };
    switch (url.pathname) {
      case '/':
        return text(`Hello from worker ${process.pid}\n`);
      case '/slow':
        return setTimeout(text, Number(url.searchParams.get('ms')), `Hello from worker ${process.pid}\n`);
      case '/workers':
        return text(JSON.stringify(register));
      case '/exit':
        return text('exiting\n', () => process.exit(Number(url.searchParams.get('code'))));
      case '/leave':
        return text('leaving\n', () => cluster.worker.disconnect());
      default:
        response.statusCode = 404;
        return text('');
    }
  });
  server.listen(Number(process.env.PORT ?? 8000));
}
