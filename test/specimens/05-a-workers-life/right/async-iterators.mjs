// specimen: right
// One async function per worker tells its life from top to bottom, with `for await` over its events.
import cluster from 'node:cluster';
import { EventEmitter, on } from 'node:events';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

const port = process.env.PORT ?? 8000;

async function* eventsOf(worker) {
  const events = new EventEmitter();
  for (const name of ['online', 'listening', 'disconnect', 'exit']) worker.on(name, (...args) => events.emit('any', name, args));
  for await (const event of on(events, 'any')) yield event;
}

if (cluster.isPrimary) {
  const lives = [];
  const tell = () => {
    for (const each of Object.values(cluster.workers)) if (each.isConnected()) each.send({ lives }, () => {});
  };
  const live = async () => {
    const worker = cluster.fork();
    worker.on('error', () => {});
    const life = { id: worker.id, pid: worker.process.pid, state: 'forked', code: null, signal: null, planned: null };
    lives.push(life);
    tell();
    for await (const [name, [code, signal]] of eventsOf(worker)) {
      if (name === 'exit') {
        Object.assign(life, { state: 'exited', code, signal, planned: worker.exitedAfterDisconnect });
        tell();
        break;
      }
      life.state = name === 'disconnect' ? 'disconnected' : name;
      tell();
    }
    if (life.planned) return;
    await pause(300);
    void live();
  };
  for (let i = 0; i < availableParallelism(); i++) void live();
} else {
  let lives = [];
  process.on('message', (message) => {
    if (message?.lives) lives = message.lives;
  });
  process.on('disconnect', () => process.exit());
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    const end = (body) => new Promise((resolve) => response.end(body, resolve));
    if (pathname === '/') await end(`Hello from worker ${process.pid}\n`);
    else if (pathname === '/slow') {
      await pause(Number(searchParams.get('ms')));
      await end(`Hello from worker ${process.pid}\n`);
    } else if (pathname === '/workers') await end(JSON.stringify(lives));
    else if (pathname === '/exit') {
      await end('bye\n');
      process.exit(Number(searchParams.get('code')));
    } else if (pathname === '/leave') {
      await end('bye\n');
      cluster.worker.disconnect();
    } else {
      response.statusCode = 404;
      await end();
    }
  });
  server.listen(port);
}
