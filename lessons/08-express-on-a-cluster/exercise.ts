// Lesson 8 · Express on a cluster: an application that is not to be changed, served by a worker for each core.
// Run it with `npx tsx lessons/08-express-on-a-cluster/exercise.ts`; the application is in app.ts beside it.
import cluster, { type Worker } from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';
import { app } from '#app';

const port = Number(process.env.PORT ?? 8000);

/** What the primary says to its workers when all is to end. */
const LEAVE = 'leave';
/** When a worker that has not come to its end is killed. */
const DEADLINE_MS = 5000;

if (cluster.isPrimary) {
  startPrimary();
} else {
  startWorker();
}

/** Given: as many workers as cores, each replaced when it dies, until SIGTERM or SIGINT. */
function startPrimary(): void {
  const alive = new Set<Worker>();
  let leaving = false;
  let code = 0;

  for (let i = 0; i < availableParallelism(); i++) forkWorker();
  process.on('SIGTERM', shutDown);
  process.on('SIGINT', shutDown);

  function forkWorker(): void {
    if (leaving) return;
    const worker = cluster.fork();
    alive.add(worker);
    let backoffMs = 1000;
    worker.once('listening', () => {
      backoffMs = 0;
      if (leaving) worker.send(LEAVE);
    });
    worker.once('exit', () => {
      alive.delete(worker);
      // YOUR PART (2): a worker that cannot listen, since the port is taken, is replaced by another one that cannot. Let
      // the program say so instead, in one line on standard error that names the port, and end with code 1.
      if (!leaving) setTimeout(forkWorker, backoffMs);
      else if (alive.size === 0) process.exit(code);
    });
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
  // An Express application is a function of a request and a response: node:http calls it for each request.
  const server = createServer(app);

  // YOUR PART (1): log each request when it has been answered, in one line on standard output with this worker's pid, the
  // method and the URL. The application must not know of it: something has to see the request before the application does.

  // YOUR PART (3): on LEAVE every request is still answered, and every client is told to go (Connection: close), as in
  // lesson 7. But the answers are now the application's, and you cannot add anything to its handlers.
  function leave(): void {}

  process.on('message', (message) => {
    if (message === LEAVE) leave();
  });
  process.on('SIGTERM', leave);
  process.on('SIGINT', leave);
  process.on('disconnect', () => process.exit());

  // YOUR PART (4): GET /crash leaves an exception that nobody catches, and Node ends this worker at once, with all that it
  // has in hand. That is allowed. Better: answer what is in hand, take nothing more, and then end.

  server.listen(port, () => console.log(`worker ${process.pid} is listening on port ${port}`));
}
