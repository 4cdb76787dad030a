// What counting costs: no message, one for each request, and one every 200 ms; requests a second, and CPU of the primary.
import { fork } from 'node:child_process';
import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';

const MEASURE_MS = 500;

if (cluster.isWorker) {
  let unreported = 0;
  const report = () => {
    if (unreported > 0) process.send({ type: 'report', answered: unreported });
    unreported = 0;
  };
  if (process.env.COUNT === 'in batches') setInterval(report, 200);
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
    await load(port, 150); // warm up
    const before = await ask(primary);
    const perSecond = await load(port, MEASURE_MS);
    const after = await ask(primary);
    const cpuMs = (after.cpu.user + after.cpu.system - before.cpu.user - before.cpu.system) / 1000;
    console.log(
      `counted ${kind.padEnd(14)}${String(perSecond).padStart(7)} requests/s` +
        `${String(after.messages - before.messages).padStart(8)} messages` +
        `   primary at ${((100 * cpuMs) / MEASURE_MS).toFixed(0)} % of a core`,
    );
    primary.kill('SIGKILL');
    await once(primary, 'exit');
  }
}

async function ask(primary) {
  primary.send('how much');
  return (await once(primary, 'message'))[0];
}

/** Keeps eight connections busy for so long; gives answers a second. */
async function load(port, ms) {
  const request = 'GET / HTTP/1.1\r\nHost: here\r\n\r\n';
  const end = performance.now() + ms;
  let answers = 0;
  async function client() {
    const socket = connect(port, '127.0.0.1');
    socket.on('data', () => {
      answers++;
      if (performance.now() < end) socket.write(request);
      else socket.destroy();
    });
    socket.write(request);
    await once(socket, 'close');
  }
  await Promise.all(Array.from({ length: 8 }, client));
  return Math.round((answers / ms) * 1000);
}
