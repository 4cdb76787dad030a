// One process against a cluster, with tiny answers, and a fresh connection for each of them: three times in turn.
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
  // processes of their own, so that client and server are two
  const servers = ['one process', 'cluster'].map((kind) => fork(import.meta.filename, [kind]));
  const [[alone], [together]] = await Promise.all(servers.map((server) => once(server, 'message')));
  for (const port of [alone, together]) await load(port, 1000); // warm up
  const line = (...cells) => console.log(cells.map((cell) => cell.padStart(14)).join(''));
  line('one process', `${WORKERS} workers`, 'ratio');
  for (let round = 0; round < 3; round++) {
    const one = await load(alone, MEASURE_MS);
    const many = await load(together, MEASURE_MS);
    line(`${one}/s`, `${many}/s`, (many / one).toFixed(2));
  }
  for (const server of servers) server.kill('SIGKILL');
}

/** Keeps 16 clients busy for so long; gives answers a second. A bare socket: a whole HTTP client would cost more than the server. */
async function load(port, ms) {
  const start = performance.now();
  let answers = 0;
  async function client() {
    while (performance.now() < start + ms) {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => {});
      socket.on('data', () => answers++);
      socket.write('GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n');
      await once(socket, 'close');
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, client));
  return Math.round((answers / (performance.now() - start)) * 1000);
}
