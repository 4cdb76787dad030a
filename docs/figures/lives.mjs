// Keeps a register of its workers, which any of them tells; `/exit?code=N` and `/leave` end the worker that is asked.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

let register = [];

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) forkWorker();
} else {
  serve();
}

function forkWorker() {
  const worker = cluster.fork();
  const entry = { id: worker.id, pid: worker.process.pid, state: 'forked', code: null, signal: null, planned: null };
  register.push(entry);
  worker.on('online', () => reach('online'));
  worker.on('listening', () => reach('listening'));
  worker.on('disconnect', () => reach('disconnected'));
  worker.on('exit', (code, signal) => {
    Object.assign(entry, { code, signal, planned: worker.exitedAfterDisconnect });
    reach('exited');
    if (!worker.exitedAfterDisconnect) forkWorker();
  });
  worker.on('error', () => {});

  function reach(state) {
    if (entry.state === 'exited') return;
    entry.state = state;
    for (const each of register) if (each.state === 'listening') cluster.workers[each.id]?.send({ register });
  }
}

function serve() {
  process.on('message', (message) => {
    if (message.register) register = message.register;
  });
  process.on('disconnect', () => process.exit());
  createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    const hello = () => response.end(`Hello from worker ${process.pid}\n`);
    switch (pathname) {
      case '/slow':
        setTimeout(hello, Number(searchParams.get('ms')));
        break;
      case '/workers':
        response.end(JSON.stringify(register));
        break;
      case '/exit':
        response.end('bye\n', () => process.exit(Number(searchParams.get('code'))));
        break;
      case '/leave':
        response.end('bye\n', () => cluster.worker.disconnect());
        break;
      default:
        hello();
    }
  }).listen(Number(process.env.PORT), '127.0.0.1');
}
