// specimen: right
// Every worker bounds itself as well, and pings nobody: its own deadline stands in for a primary that was killed.
import cluster, { type Worker } from 'node:cluster';
import http from 'node:http';
import { availableParallelism } from 'node:os';

type Phase = { name: 'serving' } | { name: 'ending'; since: number; clean: boolean };

if (cluster.isPrimary) {
  let phase: Phase = { name: 'serving' };
  const crew = new Set<Worker>();

  const fork = (): void => {
    if (phase.name === 'ending') return;
    const worker = cluster.fork();
    crew.add(worker);
    worker.on('error', (error) => console.error(error.message));
    worker.on('exit', () => {
      crew.delete(worker);
      if (phase.name === 'serving') setTimeout(fork, 500);
      else if (crew.size === 0) process.exitCode = phase.clean ? 0 : 1;
    });
  };
  const kill = (): void => {
    if (phase.name === 'ending') phase = { ...phase, clean: false };
    for (const worker of crew) worker.process.kill('SIGKILL');
  };
  const end = (): void => {
    if (phase.name === 'ending') {
      if (Date.now() - phase.since > 350) kill();
      return;
    }
    phase = { name: 'ending', since: Date.now(), clean: true };
    for (const worker of crew) worker.send({ bye: true });
    // with no worker left nothing else keeps the primary
    setTimeout(kill, 5000).unref();
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  for (let i = 0; i < availableParallelism(); i++) fork();
} else {
  const inHand = new WeakMap<object, number>();
  const sockets = new Set<import('node:net').Socket>();
  let ending = false;
  let strict = false;
  const change = (socket: import('node:net').Socket, by: number): void => {
    inHand.set(socket, (inHand.get(socket) ?? 0) + by);
    if (strict && inHand.get(socket) === 0) socket.destroy();
  };
  const server = http.createServer((req, res) => {
    const { socket } = req;
    change(socket, 1);
    res.on('close', () => change(socket, -1));
    const [path, query] = (req.url ?? '').split('?');
    const hello = (): void => {
      if (ending) res.setHeader('Connection', 'close');
      res.end(`Hello from worker ${process.pid}\n`);
    };
    if (path === '/slow') setTimeout(hello, Number(new URLSearchParams(query).get('ms')));
    else if (path === '/' && query === undefined) hello();
    else res.writeHead(404).end();
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    inHand.set(socket, 0);
    socket.on('close', () => {
      sockets.delete(socket);
      if (strict && sockets.size === 0) process.exit(0);
    });
  });
  const end = (): void => {
    if (ending) return;
    ending = true;
    setTimeout(() => {
      strict = true;
      server.close();
      for (const socket of sockets) if (inHand.get(socket) === 0) socket.destroy();
      if (sockets.size === 0) process.exit(0);
    }, 1000);
    setTimeout(() => process.exit(1), 5500).unref();
  };
  process.on('message', (message: { bye?: boolean }) => {
    if (message?.bye) end();
  });
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  server.listen(Number(process.env.PORT ?? 8000));
}
