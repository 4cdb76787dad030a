// specimen: right
// Three loops in the primary and two in each worker, over events and timers as asynchronous iterators: not one callback but the server's.
import cluster, { type Worker } from 'node:cluster';
import { on } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { availableParallelism } from 'node:os';
import { setInterval as every } from 'node:timers/promises';

type Report = { readonly answered: number };
type Total = { readonly total: number };

let total = 0;

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) fork();
  await Promise.all([addUp(), tell(), replace()]);
} else {
  let local = 0;
  createServer((request: IncomingMessage, response: ServerResponse) => {
    if (request.url === '/') {
      local++;
      response.end(`Hello from worker ${process.pid}\n`);
    } else if (request.url === '/stats') {
      response.end(JSON.stringify({ pid: process.pid, local, total }));
    } else {
      response.writeHead(404).end();
    }
  }).listen(Number(process.env.PORT ?? 8000));
  await Promise.all([listenToPrimary(), report(() => local)]);
}

function fork(): void {
  const worker = cluster.fork();
  worker.on('error', (error) => console.error(`worker ${worker.id}: ${error.message}`));
  worker.on('listening', () => worker.send({ total } satisfies Total));
}

async function addUp(): Promise<void> {
  for await (const [, message] of on(cluster, 'message') as AsyncIterable<[Worker, Partial<Report> | null]>) {
    total += Number.isInteger(message?.answered) ? (message as Report).answered : 0;
  }
}

async function tell(): Promise<void> {
  let told = total;
  for await (const _ of every(150)) {
    if (told === total) continue;
    told = total;
    for (const worker of Object.values(cluster.workers ?? {})) worker?.send({ total } satisfies Total);
  }
}

async function replace(): Promise<void> {
  for await (const _ of on(cluster, 'exit')) fork();
}

async function listenToPrimary(): Promise<void> {
  for await (const [message] of on(process, 'message') as AsyncIterable<[Partial<Total> | null]>) {
    if (Number.isInteger(message?.total)) total = (message as Total).total;
  }
}

async function report(count: () => number): Promise<void> {
  let reported = 0;
  for await (const _ of every(150)) {
    const answered = count() - reported;
    if (answered === 0) continue;
    reported += answered;
    process.send?.({ answered } satisfies Report);
  }
}
