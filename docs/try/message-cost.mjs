// What counting costs the primary: no message, one for each request, and one every 200 ms.
import { fork } from 'node:child_process';
import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { pause } from './client.mjs';

const REQUESTS = 10_000;
const BATCH_MS = 200;

if (cluster.isWorker) {
  let unreported = 0;
  const report = () => {
    if (unreported > 0) process.send({ type: 'report', answered: unreported });
    unreported = 0;
  };
  if (process.env.COUNT === 'in batches') setInterval(report, BATCH_MS);
  createServer((_request, response) => {
    unreported++;
    if (process.env.COUNT === 'each request') report();
    response.end('hello\n');
  }).listen(0, '127.0.0.1');
} else if (process.argv[2] !== undefined) {
  let messages = 0;
  let listening = 0;
  cluster.on('message', () => messages++);
  cluster.on('listening', (_worker, { port }) => ++listening === 2 && process.send(port));
  for (let i = 0; i < 2; i++) cluster.fork({ COUNT: process.argv[2] });
  process.on('message', () => process.send({ messages, cpu: process.cpuUsage() }));
} else {
  for (const kind of ['not at all', 'each request', 'in batches']) {
    const primary = fork(import.meta.filename, [kind]);
    const [port] = await once(primary, 'message');
    const before = await ask(primary);
    await load(port);
    await pause(2 * BATCH_MS); // the last batch
    const after = await ask(primary);
    const cpuMs = (after.cpu.user + after.cpu.system - before.cpu.user - before.cpu.system) / 1000;
    console.log(
      `${REQUESTS} requests, counted ${kind.padEnd(14)}${String(after.messages - before.messages).padStart(8)} messages` +
        `${cpuMs.toFixed(0).padStart(7)} ms of CPU in the primary`,
    );
    primary.kill('SIGKILL');
    await once(primary, 'exit');
  }
}

async function ask(primary) {
  primary.send('how much');
  return (await once(primary, 'message'))[0];
}

/** Sends all requests, over eight connections that are kept. */
async function load(port) {
  const request = 'GET / HTTP/1.1\r\nHost: here\r\n\r\n';
  let left = REQUESTS;
  async function client() {
    const socket = connect(port, '127.0.0.1');
    const next = () => (left-- > 0 ? socket.write(request) : socket.destroy());
    socket.on('data', next);
    next();
    await once(socket, 'close');
  }
  await Promise.all(Array.from({ length: 8 }, client));
}
