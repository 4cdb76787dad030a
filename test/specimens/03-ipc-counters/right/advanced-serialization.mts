// specimen: right
// in every run: another channel
// `serialization: 'advanced'`: the channel carries Maps and BigInts, so that counts may grow for ever and no JSON is in between.
import cluster from 'node:cluster';
import { createServer, type ServerResponse } from 'node:http';
import { availableParallelism } from 'node:os';

type News = Map<'answered' | 'total', bigint>;

const BATCH_MS = 120;

/** The number under this key, if the message is ours. */
function numberIn(message: unknown, key: 'answered' | 'total'): bigint | undefined {
  const value: unknown = message instanceof Map ? message.get(key) : undefined;
  return typeof value === 'bigint' ? value : undefined;
}

if (cluster.isPrimary) primary();
else worker();

function primary(): void {
  let total = 0n;
  let told = 0n;
  const news = (): News => new Map([['total', total]]);

  cluster.setupPrimary({ serialization: 'advanced' });
  cluster.on('fork', (forked) => forked.on('error', (error) => console.error(error.message)));
  cluster.on('listening', (listening) => listening.send(news() as never));
  cluster.on('message', (_from, message: unknown) => {
    total += numberIn(message, 'answered') ?? 0n;
  });
  cluster.on('exit', () => setTimeout(() => cluster.fork(), 50));
  setInterval(() => {
    if (told === total) return;
    told = total;
    for (const each of Object.values(cluster.workers ?? {})) each?.send(news() as never);
  }, BATCH_MS);

  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
}

function worker(): void {
  let local = 0n;
  let reported = 0n;
  let total = 0n;

  process.on('message', (message) => {
    total = numberIn(message, 'total') ?? total;
  });
  setInterval(() => {
    if (reported === local) return;
    process.send!(new Map([['answered', local - reported]]) satisfies News);
    reported = local;
  }, BATCH_MS);

  createServer((request, response) => {
    if (request.url === '/') {
      local += 1n;
      response.end(`Hello from worker ${process.pid}\n`);
    } else if (request.url === '/stats') {
      sendJson(response, { pid: process.pid, local: Number(local), total: Number(total) });
    } else {
      response.writeHead(404).end();
    }
  }).listen(Number(process.env.PORT ?? 8000));
}

function sendJson(response: ServerResponse, value: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
