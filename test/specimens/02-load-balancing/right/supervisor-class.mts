// specimen: right
// A supervisor with slots, one successor for each, and a back-off that grows with every short life, by someone who knows Erlang.
import cluster, { type Worker } from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

class Slot {
  #shortLives = 0;
  #bornAt = 0;
  readonly #number: number;

  constructor(number: number) {
    this.#number = number;
  }

  start(): Worker {
    this.#bornAt = Date.now();
    const worker = cluster.fork({ SLOT: String(this.#number) });
    worker.on('error', (error) => console.error(`slot ${this.#number}: ${error.message}`));
    worker.once('exit', () => this.#restart());
    return worker;
  }

  #restart(): void {
    this.#shortLives = Date.now() - this.#bornAt < 1000 ? this.#shortLives + 1 : 0;
    const pause = Math.min(1000, 50 * 2 ** this.#shortLives);
    setTimeout(() => this.start(), pause);
  }
}

if (cluster.isPrimary) {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  const slots = Array.from({ length: availableParallelism() }, (_, index) => new Slot(index));
  for (const slot of slots) slot.start();
} else {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === '/work') spin(50);
    else if (pathname !== '/') response.statusCode = 404;
    response.end(`Hello from worker ${process.pid}\n`);
  });
  server.listen(Number(process.env.PORT ?? 8000), '0.0.0.0');
}

/** Works by CPU time, not by the clock: on a busy machine it takes longer. */
function spin(ms: number): void {
  const begun = process.cpuUsage();
  for (;;) {
    const { user, system } = process.cpuUsage(begun);
    if (user + system >= ms * 1000) return;
  }
}
