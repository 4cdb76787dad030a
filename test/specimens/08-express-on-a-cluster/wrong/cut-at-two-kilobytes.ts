// specimen: wrong
// breaks: 8.5
// Cuts URLs at 2 KB, which no browser has needed for long.
import cluster, { type Worker } from 'node:cluster';
import { createServer, type ServerResponse } from 'node:http';
import { availableParallelism } from 'node:os';
import { app } from '#app';

const port = Number(process.env.PORT ?? 8000);

/** What the primary says to its workers when all is to end. */
const LEAVE = 'leave';
/** The exit code by which a worker says that the port is taken. Node itself uses none so high, but for signals. */
const PORT_TAKEN = 98;
/** How long a worker that was told to leave goes on as before, but for the goodbye in its answers. */
const GRACE_MS = 1000;
/** When a worker that has not come to its end is ended: the grace, the longest request (3 s), and one second more. */
const DEADLINE_MS = 5000;

if (cluster.isPrimary) {
  startPrimary();
} else {
  startWorker();
}

function startPrimary(): void {
  const alive = new Set<Worker>();
  let leaving = false;
  let code = 0;

  for (let i = 0; i < availableParallelism(); i++) forkWorker();
  process.on('SIGTERM', shutDown);
  process.on('SIGINT', shutDown);

  /** Forks a worker, and another one in its place when it dies, however it dies, unless all is to end. */
  function forkWorker(): void {
    if (leaving) return;
    const worker = cluster.fork();
    alive.add(worker);
    let backoffMs = 1000;
    worker.once('listening', () => {
      backoffMs = 0;
      // It was told to leave while it booted, when it could not hear yet.
      if (leaving) worker.send(LEAVE);
    });
    worker.once('exit', (exitCode) => {
      alive.delete(worker);
      if (exitCode === PORT_TAKEN) {
        // Every worker finds the same: the first one to go speaks for all.
        console.error(`port ${port} is taken: stop the program that listens on it, or set PORT to another one`);
        for (const other of alive) other.process.kill('SIGKILL');
        process.exit(1);
      }
      if (!leaving) setTimeout(forkWorker, backoffMs);
      else if (alive.size === 0) process.exit(code);
    });
    // A message to a worker that has just died fails. There is nothing else to do about it: 'exit' follows.
    worker.on('error', () => {});
  }

  function shutDown(): void {
    if (leaving) return;
    leaving = true;
    for (const worker of alive) worker.send(LEAVE);
    if (alive.size === 0) process.exit(code);
    setTimeout(() => {
      code = 1;
      for (const worker of alive) worker.process.kill('SIGKILL');
    }, DEADLINE_MS);
  }
}

function startWorker(): void {
  const inHand = new Set<ServerResponse>();
  let leaving = false;
  let takesNoMore = false;

  const server = createServer((request, response) => {
    // Taken now: while an application routes a request it may write another URL into it.
    const { method, url } = request;
    inHand.add(response);
    if (leaving) response.setHeader('Connection', 'close');
    // 'close' comes after every response, 'finish' not where the client has gone away before its answer.
    response.once('close', () => {
      inHand.delete(response);
      console.log(`${process.pid} ${method} ${url?.slice(0, 2048)} ${response.statusCode}`);
      cutIfDone();
    });
    app(request, response);
  });

  server.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    process.exit(PORT_TAKEN);
  });

  /** Says goodbye in every answer from now on; after the grace nothing more is taken. */
  function leave(graceMs: number): void {
    if (leaving) return;
    leaving = true;
    // The application's answers are not ours to change, but their headers are, until they are sent.
    for (const response of inHand) if (!response.headersSent) response.setHeader('Connection', 'close');
    setTimeout(takeNoMore, graceMs);
  }

  function takeNoMore(): void {
    takesNoMore = true;
    cluster.worker?.disconnect();
    cutIfDone();
  }

  /** Cuts all connections when nothing is in hand any more, also those on which nothing has been asked yet. */
  function cutIfDone(): void {
    if (takesNoMore && inHand.size === 0) server.closeAllConnections();
  }

  process.on('message', (message) => {
    if (message === LEAVE) leave(GRACE_MS);
  });
  // A terminal or a container signals every process, and without a listener that is a worker's end.
  process.on('SIGTERM', () => leave(GRACE_MS));
  process.on('SIGINT', () => leave(GRACE_MS));
  // The channel ends when the last connection has, or when the primary is dead.
  process.on('disconnect', () => process.exit());

  // Nobody knows what an exception left behind in this process: what is in hand is answered, for as long as that goes
  // well, and another worker takes over.
  process.on('uncaughtException', (error) => {
    console.error(error);
    process.exitCode = 1;
    setTimeout(() => process.exit(), DEADLINE_MS);
    leave(0);
  });

  server.listen(port, () => console.log(`worker ${process.pid} is listening on port ${port}`));
}
