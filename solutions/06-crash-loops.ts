// Lesson 6 · Crash loops and bad deploys: a primary that goes on forking, but slowly, and gives a bad deploy up.
import cluster, { type Worker } from 'node:cluster';
import { createServer, Server, type ServerResponse } from 'node:http';
import { availableParallelism } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

const port = Number(process.env.PORT ?? 8000);
const places = availableParallelism();

/** The pause after a first death; it doubles with each that follows. Small enough that one crash is hardly noticed. */
const FIRST_PAUSE_MS = 100;
/** No pause is longer: when the cause of a crash loop is gone, nobody has to wait for longer than that. */
const LONGEST_PAUSE_MS = 3000;
/** A worker that has listened for so long was all right: its death is the first one again. */
const STABLE_MS = 5000;
/** A worker that does not listen so long after its fork never will. */
const BOOT_DEADLINE_MS = 6000;

/** What the primary says to a worker that is to go. */
const LEAVE = 'leave';
/** How long a leaving worker waits for the next request of its busy clients, to tell them that it goes. */
const GRACE_MS = 1000;
/** When a worker that was told to go and has not gone is killed: the grace, the longest request (3 s), and one second more. */
const LEAVE_DEADLINE_MS = 5000;

/** The workers that boot or serve: one for each place, and one more while it takes over from an old one. */
const onDuty = new Set<Worker>();
/** Those of them that a restart has still to replace. */
let outdated = new Set<Worker>();
/** How many workers in a row have died before they were stable. */
let deaths = 0;
let filling = false;

if (cluster.isPrimary) {
  startPrimary();
} else {
  startWorker();
}

function startPrimary(): void {
  for (let i = 0; i < places; i++) void boot();

  process.on('SIGHUP', () => {
    outdated = new Set(onDuty);
    // Somebody has changed something: what failed before need not fail again.
    deaths = 0;
    void fillPlaces();
  });
}

/** The one loop that forks, after the start: one worker at a time, for an empty place, or for one that is outdated. */
async function fillPlaces(): Promise<void> {
  if (filling) return;
  filling = true;
  while (onDuty.size < places || outdated.size > 0) {
    await pause(pauseMs());
    if (!(await boot())) {
      // An old version that serves is better than a new one that does not. Empty places are tried again, later.
      outdated.clear();
      continue;
    }
    const [old] = outdated;
    if (old !== undefined && onDuty.size > places) dismiss(old);
  }
  filling = false;
}

function pauseMs(): number {
  return deaths === 0 ? 0 : Math.min(FIRST_PAUSE_MS * 2 ** (deaths - 1), LONGEST_PAUSE_MS);
}

/** Forks a worker, and says whether it comes to listen. One that neither listens nor dies is killed at the deadline. */
function boot(): Promise<boolean> {
  const worker = cluster.fork();
  onDuty.add(worker);
  // A message to a worker that has just died fails; 'exit' follows, and nothing else is to be done about it.
  worker.on('error', () => {});

  const deadline = setTimeout(() => worker.process.kill('SIGKILL'), BOOT_DEADLINE_MS);
  let listensSince = Infinity;
  return new Promise((resolve) => {
    worker.once('listening', () => {
      clearTimeout(deadline);
      listensSince = Date.now();
      resolve(true);
    });
    worker.once('exit', () => {
      clearTimeout(deadline);
      resolve(false);
      outdated.delete(worker);
      // It was told to go.
      if (!onDuty.delete(worker)) return;
      deaths = Date.now() - listensSince >= STABLE_MS ? 0 : deaths + 1;
      void fillPlaces();
    });
  });
}

/** Tells a worker to go, and sees to it that it does. Its clients may take seconds; nobody waits for that. */
function dismiss(worker: Worker): void {
  onDuty.delete(worker);
  outdated.delete(worker);
  worker.send(LEAVE);
  worker.disconnect();
  const deadline = setTimeout(() => worker.process.kill('SIGKILL'), LEAVE_DEADLINE_MS);
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
    if (leaving) response.setHeader('Connection', 'close');
    response.end(`Hello from worker ${process.pid}\n`);
  }

  // disconnect() closes the server, which cuts what looks idle: not before busy clients have been told that it goes.
  server.closeIdleConnections = () => {};

  process.on('message', (message) => {
    if (message !== LEAVE || leaving) return;
    leaving = true;
    setTimeout(() => Server.prototype.closeIdleConnections.call(server), GRACE_MS);
  });
  process.on('disconnect', () => process.exit());

  server.listen(port, () => console.log(`worker ${process.pid} is listening on port ${port}`));
}
