// Lesson 3 · IPC counters: each worker counts what it answers, the primary adds it up, and every worker knows the sum.
import cluster, { type Worker } from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

const port = Number(process.env.PORT ?? 8000);

/** How long either side collects news before it sends them: a total is at most twice as old. */
const BATCH_MS = 100;

/** Worker to primary: how many requests it has answered since its last report. */
type Report = { type: 'report'; answered: number };
/** Primary to every worker: how many requests all workers together have answered. */
type Total = { type: 'total'; total: number };

if (cluster.isPrimary) {
  startPrimary();
} else {
  startWorker();
}

function startPrimary(): void {
  let total = 0;
  const tell = (worker: Worker | undefined) => worker?.send({ type: 'total', total } satisfies Total);
  const tellAll = batched(() => Object.values(cluster.workers ?? {}).forEach(tell));

  // One listener for every worker there will ever be; worker.on('message') would hear one worker only.
  cluster.on('message', (_worker, message: unknown) => {
    if (!isReport(message)) return;
    total += message.answered;
    tellAll();
  });

  // A new worker gets its first total when it listens: what is sent before it has its own listener is lost.
  cluster.on('listening', tell);

  for (let i = 0; i < availableParallelism(); i++) forkWorker();
}

/** Forks a worker, and another one in its place when it dies. */
function forkWorker(): void {
  const worker = cluster.fork();

  // One that dies before it listens would be forked again as fast as the machine can: that one's successor waits.
  let backoffMs = 1000;
  worker.once('listening', () => (backoffMs = 0));
  worker.once('exit', () => setTimeout(forkWorker, backoffMs));

  // A message to a worker that has just died fails, the cluster's own messages too, and an 'error' that nobody
  // listens for would end the primary. There is nothing else to do about it: 'exit' follows.
  worker.on('error', () => {});
}

function startWorker(): void {
  let local = 0;
  let total = 0;
  let unreported = 0;
  const report = batched(() => {
    process.send?.({ type: 'report', answered: unreported } satisfies Report);
    unreported = 0;
  });

  process.on('message', (message: unknown) => {
    if (isTotal(message)) total = message.total;
  });

  const server = createServer((request, response) => {
    switch (`${request.method} ${request.url}`) {
      case 'GET /':
        local++;
        unreported++;
        report();
        response.end(`Hello from worker ${process.pid}\n`);
        break;
      case 'GET /stats':
        response.setHeader('Content-Type', 'application/json');
        response.end(JSON.stringify({ pid: process.pid, local, total }));
        break;
      default:
        response.writeHead(404).end('Not found\n');
    }
  });

  server.listen(port, () => console.log(`worker ${process.pid} is listening on port ${port}`));
}

/** However often it is called, `act` runs once per BATCH_MS, and never when there is nothing new. */
function batched(act: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  return () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      act();
    }, BATCH_MS);
  };
}

// Anything may come over the channel, null and strings too: libraries and process managers send messages of their own.
function isReport(message: unknown): message is Report {
  const report = message as Partial<Report> | null | undefined;
  return report?.type === 'report' && Number.isSafeInteger(report.answered);
}

function isTotal(message: unknown): message is Total {
  const told = message as Partial<Total> | null | undefined;
  return told?.type === 'total' && Number.isSafeInteger(told.total);
}
