// Lesson 6 · Crash loops and bad deploys: a primary that replaces its workers, whatever they die of, as fast as it can.
// Run it with `npx tsx lessons/06-crash-loops/exercise.ts`; `kill -HUP <pid of the primary>` restarts its workers.
import cluster, { type Worker } from 'node:cluster';
import { createServer, Server, type ServerResponse } from 'node:http';
import { availableParallelism } from 'node:os';

const port = Number(process.env.PORT ?? 8000);
const places = availableParallelism();

/** The workers that boot or serve: one for each place, and one more while it takes over from an old one. */
const onDuty = new Set<Worker>();
/** Those of them that a restart has still to replace. */
let outdated = new Set<Worker>();
let filling = false;

if (cluster.isPrimary) {
  startPrimary();
} else {
  startWorker();
}

function startPrimary(): void {
  console.log(`primary ${process.pid} is running`);
  for (let i = 0; i < places; i++) void boot();

  process.on('SIGHUP', () => {
    outdated = new Set(onDuty);
    void fillPlaces();
  });
}

/** Given: the one loop that forks, after the start: one worker at a time, for an empty place, or for one that is outdated. */
async function fillPlaces(): Promise<void> {
  if (filling) return;
  filling = true;
  while (onDuty.size < places || outdated.size > 0) {
    // YOUR PART (1): wait before the next fork, the longer the more workers in a row have died. A worker that was all
    // right for some seconds is replaced at once, and when workers can boot again, nobody waits for long.
    await boot();
    // YOUR PART (3): the new worker may have died. Then the restart is over, and the old workers stay. An empty place is
    // still to be filled.
    const [old] = outdated;
    if (old !== undefined && onDuty.size > places) dismiss(old);
  }
  filling = false;
}

/** Given: forks a worker, and says whether it comes to listen: true when it does, false when it dies before. */
function boot(): Promise<boolean> {
  const worker = cluster.fork();
  onDuty.add(worker);
  worker.on('error', () => {});

  // YOUR PART (2): a worker may hang, and neither listen nor die. Do not wait for it for ever.
  return new Promise((resolve) => {
    worker.once('listening', () => resolve(true));
    worker.once('exit', () => {
      resolve(false);
      outdated.delete(worker);
      // One that was told to go is no longer on duty, and calls for nobody.
      if (onDuty.delete(worker)) void fillPlaces();
    });
  });
}

/** Given, from lesson 4: tells a worker to go, and kills it if it does not. */
function dismiss(worker: Worker): void {
  onDuty.delete(worker);
  outdated.delete(worker);
  worker.send('leave');
  worker.disconnect();
  const deadline = setTimeout(() => worker.process.kill('SIGKILL'), 5000);
  worker.once('exit', () => clearTimeout(deadline));
}

/** Given: nothing here is to be changed. */
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

  // From lesson 4: told to go, it says so in every answer, and cuts what is idle a second later.
  server.closeIdleConnections = () => {};
  process.on('message', (message) => {
    if (message !== 'leave' || leaving) return;
    leaving = true;
    setTimeout(() => Server.prototype.closeIdleConnections.call(server), 1000);
  });
  process.on('disconnect', () => process.exit());

  server.listen(port, () => console.log(`worker ${process.pid} is listening on port ${port}`));
}
