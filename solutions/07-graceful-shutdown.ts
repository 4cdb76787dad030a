// Lesson 7 · Graceful shutdown: after SIGTERM or SIGINT every request is answered, and then all of it is over.
import cluster, { type Worker } from 'node:cluster';
import { createServer, type ServerResponse } from 'node:http';
import { availableParallelism } from 'node:os';

const port = Number(process.env.PORT ?? 8000);

/** What the primary says to its workers when all is to end. */
const LEAVE = 'leave';
/** How long a leaving worker goes on as before, but for the goodbye in its answers. */
const GRACE_MS = 1000;
/** When a worker that has not come to its end is killed: the grace, the longest request (3 s), and one second more. */
const DEADLINE_MS = 5000;
/** Signals come in pairs: a terminal sends Ctrl-C to every process, and npm passes its own on. A person is slower. */
const SAME_SIGNAL_MS = 500;

if (cluster.isPrimary) {
  startPrimary();
} else {
  startWorker();
}

function startPrimary(): void {
  const alive = new Set<Worker>();
  let leavingSince: number | null = null;
  let code = 0;

  for (let i = 0; i < availableParallelism(); i++) forkWorker();
  process.on('SIGTERM', shutDown);
  process.on('SIGINT', shutDown);

  /** Forks a worker, and another one in its place when it dies, unless all is to end. */
  function forkWorker(): void {
    // The signal may have come while this was waiting for its turn.
    if (leavingSince !== null) return;
    const worker = cluster.fork();
    alive.add(worker);
    let backoffMs = 1000;
    worker.once('listening', () => {
      backoffMs = 0;
      // It was told to leave while it booted, when it could not hear yet.
      if (leavingSince !== null) worker.send(LEAVE);
    });
    worker.once('exit', () => {
      alive.delete(worker);
      if (leavingSince === null) setTimeout(forkWorker, backoffMs);
      else exitAfterTheLast();
    });
    // A message to a worker that has just died fails. There is nothing else to do about it: 'exit' follows.
    worker.on('error', () => {});
  }

  function shutDown(): void {
    if (leavingSince === null) {
      leavingSince = performance.now();
      for (const worker of alive) worker.send(LEAVE);
      setTimeout(killTheRest, DEADLINE_MS);
      exitAfterTheLast();
    } else if (performance.now() - leavingSince >= SAME_SIGNAL_MS) {
      killTheRest();
    }
  }

  /** SIGKILL, since a worker that is blocked or stopped hears nothing else. */
  function killTheRest(): void {
    code = 1;
    for (const worker of alive) worker.process.kill('SIGKILL');
  }

  function exitAfterTheLast(): void {
    if (alive.size === 0) process.exit(code);
  }
}

function startWorker(): void {
  let leaving = false;
  let graceIsOver = false;
  let inHand = 0;

  const server = createServer((request, response) => {
    inHand++;
    response.once('close', () => {
      inHand--;
      cutIfDone();
    });
    const [path, query] = (request.url ?? '').split('?');
    switch (`${request.method} ${path}`) {
      case 'GET /':
        answer(response);
        break;
      case 'GET /slow':
        setTimeout(answer, Number(new URLSearchParams(query).get('ms')), response);
        break;
      default:
        response.writeHead(404).end('Not found\n');
    }
  });

  function answer(response: ServerResponse): void {
    // Decided when the answer goes out: whoever waits for a slow one is told, too.
    if (leaving) response.setHeader('Connection', 'close');
    response.end(`Hello from worker ${process.pid}\n`);
  }

  function leave(): void {
    if (leaving) return;
    leaving = true;
    // Until then it takes connections as ever. Clients that are busy have had their goodbye by then; those that are still
    // here are waiting for an answer, or ask nothing.
    setTimeout(() => {
      graceIsOver = true;
      cluster.worker?.disconnect();
      cutIfDone();
    }, GRACE_MS);
  }

  /** Cuts all connections when nothing is in hand any more, also those on which nothing has been asked yet. */
  function cutIfDone(): void {
    if (graceIsOver && inHand === 0) server.closeAllConnections();
  }

  process.on('message', (message) => {
    if (message === LEAVE) leave();
  });
  // A terminal or a container signals every process, and without a listener that is a worker's end. The primary has got
  // the same signal, and will say so; there is no harm in hearing it twice.
  process.on('SIGTERM', leave);
  process.on('SIGINT', leave);
  // The channel ends when the last connection has, or when the primary is dead: then there is nobody to keep the deadline.
  process.on('disconnect', () => process.exit());

  server.listen(port, () => console.log(`worker ${process.pid} is listening on port ${port}`));
}
