// One process against a cluster, with tiny answers: on connections that are kept, and on a fresh one for each request.
import { fork } from 'node:child_process';
import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { availableParallelism } from 'node:os';

const WORKERS = Math.max(2, Math.min(4, availableParallelism()));
const CONNECTIONS = 16;
const MEASURE_MS = 600;

if (cluster.isWorker || process.argv[2] === 'one process') {
  createServer((_request, response) => response.end('hello\n')).listen(0, '127.0.0.1', function () {
    if (!cluster.isWorker) process.send(this.address().port);
  });
} else if (process.argv[2] === 'cluster') {
  let listening = 0;
  cluster.on('listening', (_worker, { port }) => ++listening === WORKERS && process.send(port));
  for (let i = 0; i < WORKERS; i++) cluster.fork();
} else {
  const alone = await measure('one process');
  const together = await measure('cluster');
  const line = (name, one, many) =>
    console.log(
      `${name.padEnd(26)}${`${one}/s`.padStart(12)}${`${many}/s`.padStart(14)}${(many / one).toFixed(2).padStart(8)}`,
    );
  console.log(
    `${''.padEnd(26)}${'one process'.padStart(12)}${`${WORKERS} workers`.padStart(14)}${'ratio'.padStart(8)}`,
  );
  line('kept connections', alone.kept, together.kept);
  line('a connection a request', alone.fresh, together.fresh);
}

/** Starts the server in a process of its own, so that client and server are two, and loads it both ways. */
async function measure(kind) {
  const server = fork(import.meta.filename, [kind]);
  const [port] = await once(server, 'message');
  await load(port, true, 200); // warm up
  const kept = await load(port, true, MEASURE_MS);
  const fresh = await load(port, false, MEASURE_MS);
  server.kill('SIGKILL');
  await once(server, 'exit');
  return { kept, fresh };
}

/** Keeps 16 connections busy for so long; gives answers a second. A bare socket: a whole HTTP client would cost more than the server. */
async function load(port, keep, ms) {
  const request = `GET / HTTP/1.1\r\nHost: here\r\n${keep ? '' : 'Connection: close\r\n'}\r\n`;
  const start = performance.now();
  const end = start + ms;
  let answers = 0;
  async function client() {
    while (performance.now() < end) {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => {});
      socket.on('data', () => {
        answers++;
        if (!keep) return;
        if (performance.now() < end) socket.write(request);
        else socket.destroy();
      });
      socket.write(request);
      await once(socket, 'close');
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, client));
  return Math.round((answers / (performance.now() - start)) * 1000);
}
