// specimen: right
// The primary is one loop over the cluster's exits (`for await … of events.on`), with top-level await in both roles.
import cluster, { type Worker } from 'node:cluster';
import { on, once } from 'node:events';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

type Exit = [worker: Worker, code: number | null, signal: NodeJS.Signals | null];

if (cluster.isPrimary) await supervise();
else await serve();

async function supervise(): Promise<void> {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
  for await (const [worker, code, signal] of on(cluster, 'exit') as AsyncIterable<Exit>) {
    console.error(`worker ${worker.id} ended: ${signal ?? code}`);
    await pause(100);
    cluster.fork();
  }
}

async function serve(): Promise<void> {
  const server = createServer((request, response) => {
    if (request.url === '/work') compute(50);
    response.end(`Hello from worker ${process.pid}\n`);
  });
  server.listen(Number(process.env.PORT ?? 8000));
  await once(server, 'listening');
}

/** Primes, as many as there are in this time. */
function compute(ms: number): number {
  const end = performance.now() + ms;
  let found = 0;
  for (let n = 2; performance.now() < end; n++) {
    let divisor = 2;
    while (n % divisor !== 0) divisor++;
    if (divisor === n) found++;
  }
  return found;
}
