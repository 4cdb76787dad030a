// specimen: right
// The sum is a generator that is fed with reports; workers batch, and the primary passes each new sum on at once.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import os from 'node:os';

function* running() {
  let sum = 0;
  for (;;) sum += yield sum;
}

const isReport = (message) => Array.isArray(message) && message[0] === '+' && Number.isInteger(message[1]);
const isTotal = (message) => Array.isArray(message) && message[0] === '=' && Number.isInteger(message[1]);

if (cluster.isPrimary) {
  const sum = running();
  let total = sum.next().value;

  cluster.on('fork', (worker) => worker.on('error', console.error));
  cluster.on('listening', (worker) => worker.send(['=', total]));
  cluster.on('message', (_worker, message) => {
    if (!isReport(message)) return;
    total = sum.next(message[1]).value;
    for (const worker of Object.values(cluster.workers)) worker.send(['=', total]);
  });
  cluster.on('exit', () => cluster.fork());
  for (let i = 0; i < os.availableParallelism(); i++) cluster.fork();
} else {
  let local = 0;
  let reported = 0;
  let total = 0;

  setInterval(() => {
    if (reported === local) return;
    process.send(['+', local - reported]);
    reported = local;
  }, 250);
  process.on('message', (message) => {
    if (isTotal(message)) total = message[1];
  });

  const routes = {
    '/': () => `Hello from worker ${process.pid}\n`,
    '/stats': () => JSON.stringify({ pid: process.pid, local, total }),
  };
  createServer((request, response) => {
    const route = routes[request.url];
    if (route === undefined) return response.writeHead(404).end();
    response.end(route());
    if (request.url === '/') local++;
  }).listen(process.env.PORT ?? 8000);
}
