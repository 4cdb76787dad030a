// specimen: right
// A counter that tells of its changes by events; what is done with the news (a report, a broadcast) is plugged in from outside.
import cluster from 'node:cluster';
import { EventEmitter } from 'node:events';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

class Tally extends EventEmitter {
  value = 0;
  #due = null;

  add(count) {
    this.value += count;
    // However often it changes, its listeners hear of it once in a while, and always of the last value.
    this.#due ??= setTimeout(() => {
      this.#due = null;
      this.emit('change', this.value);
    }, 100);
  }
}

if (cluster.isPrimary) {
  const total = new Tally();
  const known = new Map();
  const tell = (worker) => worker.isConnected() && worker.send({ event: 'total', value: total.value }, () => {});

  total.on('change', () => Object.values(cluster.workers).forEach(tell));
  cluster.on('listening', tell);
  cluster.on('message', (worker, message) => {
    if (message?.event !== 'local') return;
    total.add(message.value - (known.get(worker.id) ?? 0));
    known.set(worker.id, message.value);
  });
  // A dead worker's count stays known: its last message may come after its 'exit'.
  cluster.on('exit', () => setTimeout(fork, 100));

  for (let i = 0; i < availableParallelism(); i++) fork();
} else {
  const local = new Tally();
  let total = 0;

  local.on('change', (value) => process.send({ event: 'local', value }));
  process.on('message', (message) => {
    if (message?.event === 'total') total = message.value;
  });

  const server = createServer();
  server.on('request', ({ url }, response) => {
    switch (url) {
      case '/':
        local.add(1);
        return response.end(`Hello from worker ${process.pid}\n`);
      case '/stats':
        return response.end(JSON.stringify({ pid: process.pid, local: local.value, total }));
      default:
        return response.writeHead(404).end();
    }
  });
  server.listen({ port: process.env.PORT ?? 8000, host: '127.0.0.1' });
}

function fork() {
  cluster.fork().on('error', (error) => console.error(error.message));
}
