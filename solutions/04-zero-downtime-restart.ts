// Lesson 4 · Zero-downtime restart: SIGHUP puts a new worker in the place of every old one, and no client notices.
import cluster, { type Worker } from 'node:cluster';
import { createServer, Server, type ServerResponse } from 'node:http';
import { availableParallelism } from 'node:os';

const port = Number(process.env.PORT ?? 8000);

/** What the primary says to a worker that is to go. */
const LEAVE = 'leave';
/** How long a leaving worker waits for the next request of its busy clients, to tell them that it goes. */
const GRACE_MS = 1000;
/** When a worker that was told to go and has not gone is killed: the grace, the longest request (3 s), and one second more. */
const DEADLINE_MS = 5000;

/** The workers whose death calls for another one. Those that were told to go are not among them. */
const onDuty = new Set<Worker>();

if (cluster.isPrimary) {
  startPrimary();
} else {
  startWorker();
}

function startPrimary(): void {
  for (let i = 0; i < availableParallelism(); i++) forkWorker();

  // A signal during a restart may mean yet another version of the program, so it is not ignored: one more round
  // follows, and one is enough for however many signals.
  let restarting = false;
  let again = false;
  process.on('SIGHUP', async () => {
    again = true;
    if (restarting) return;
    restarting = true;
    while (again) {
      again = false;
      await replaceWorkers();
    }
    restarting = false;
  });
}

/** Forks a worker, and another one in its place when it dies on duty. `whenListening` is called when the place is filled. */
function forkWorker(whenListening?: () => void): void {
  const worker = cluster.fork();
  onDuty.add(worker);

  // One that dies before it listens would be forked again as fast as the machine can: that one's successor waits.
  let backoffMs = 1000;
  worker.once('listening', () => {
    backoffMs = 0;
    whenListening?.();
    // It was told to go while it booted, when it could not hear yet.
    if (!onDuty.has(worker)) worker.send(LEAVE);
  });
  worker.once('exit', () => {
    if (onDuty.delete(worker)) setTimeout(forkWorker, backoffMs, whenListening);
  });

  // A message to a worker that has just died fails, the cluster's own messages too, and an 'error' that nobody
  // listens for would end the primary. There is nothing else to do about it: 'exit' follows.
  worker.on('error', () => {});
}

/** Replaces the workers of this moment, one after the other: the next one boots when the last one listens. */
async function replaceWorkers(): Promise<void> {
  const old = [...onDuty];
  for (const worker of old) {
    // From here on its death calls for nobody: the replacement is under way. If it is off duty already, it has
    // crashed since the round began, and whoever came in its place is new.
    if (!onDuty.delete(worker)) continue;
    await new Promise<void>((resolve) => forkWorker(resolve));
    dismiss(worker);
  }
}

/** Tells a worker to go, and sees to it that it does. Its clients may take seconds; nobody waits for that. */
function dismiss(worker: Worker): void {
  worker.send(LEAVE);
  // From now on it is dealt no connection. It ends the channel when the last one that it has is closed.
  worker.disconnect();
  const deadline = setTimeout(() => worker.process.kill('SIGKILL'), DEADLINE_MS);
  worker.once('exit', () => clearTimeout(deadline));
}

function startWorker(): void {
  let leaving = false;

  const server = createServer((request, response) => {
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
    // Decided when the answer goes out, not when the request came in: slow requests under way are told, too.
    if (leaving) response.setHeader('Connection', 'close');
    response.end(`Hello from worker ${process.pid}\n`);
  }

  // disconnect() closes the server, and that cuts the connections that look idle: also one on which a request is just on
  // its way, and on Node 26 one that was only just accepted. So they are left alone, and have the grace for a request.
  server.closeIdleConnections = () => {};

  process.on('message', (message) => {
    if (message !== LEAVE || leaving) return;
    leaving = true;
    // Whoever was busy has been told goodbye by then. Who is still here asks nothing.
    setTimeout(() => Server.prototype.closeIdleConnections.call(server), GRACE_MS);
  });

  // The channel ends when this worker has said goodbye to its last client, or when the primary is dead. Without this,
  // a leaving worker would outlive a primary that was killed.
  process.on('disconnect', () => process.exit());

  server.listen(port, () => console.log(`worker ${process.pid} is listening on port ${port}`));
}
