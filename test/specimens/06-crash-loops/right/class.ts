// specimen: right
// A class for each place, with its own back-off and its own deaths; the restart asks the places one after the other, and stops at the first that says no.
import cluster, { type Worker } from 'node:cluster';
import http from 'node:http';
import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

const BOOT_MS = 5500;

class Place {
  #worker: Worker | null = null;
  #listensSince = 0;
  #failures = 0;
  #filling = false;

  async fill(): Promise<void> {
    if (this.#filling) return;
    this.#filling = true;
    while (this.#worker === null) {
      if (this.#failures > 0) await delay(Math.min(4000, 250 * 2 ** (this.#failures - 1)));
      // a restart may have filled it meanwhile
      if (this.#worker !== null) break;
      const worker = await launch();
      if (worker === null) this.#failures += 1;
      else this.#take(worker);
    }
    this.#filling = false;
  }

  async renew(): Promise<boolean> {
    const next = await launch();
    if (next === null) return false;
    const old = this.#worker;
    this.#failures = 0;
    this.#take(next);
    if (old !== null) retire(old);
    return true;
  }

  #take(worker: Worker): void {
    this.#worker = worker;
    this.#listensSince = performance.now();
    worker.once('exit', () => {
      if (this.#worker !== worker) return;
      this.#worker = null;
      this.#failures = performance.now() - this.#listensSince > 3000 ? 0 : this.#failures + 1;
      void this.fill();
    });
  }
}

/** A worker that listens, or null: it died or hung. */
function launch(): Promise<Worker | null> {
  const worker = cluster.fork();
  worker.on('error', () => {});
  return new Promise((resolve) => {
    const deadline = setTimeout(() => worker.process.kill('SIGKILL'), BOOT_MS);
    const settle = (value: Worker | null) => {
      clearTimeout(deadline);
      resolve(value);
    };
    worker.once('listening', () => settle(worker));
    worker.once('exit', () => settle(null));
  });
}

function retire(worker: Worker): void {
  worker.send({ command: 'retire' });
  const deadline = setTimeout(() => worker.process.kill('SIGKILL'), 6000);
  worker.once('exit', () => clearTimeout(deadline));
}

class Service {
  #retiring = false;
  readonly #server = http.createServer((request, response) => {
    const url = request.url ?? '';
    if (url === '/') this.#hello(response);
    else if (url.startsWith('/slow?ms=')) setTimeout(() => this.#hello(response), Number(url.slice(9)));
    else response.writeHead(404).end();
  });

  start(): void {
    process.on('message', (message: { command?: string } | null) => {
      if (message?.command === 'retire') void this.#retire();
    });
    process.on('disconnect', () => process.exit(0));
    this.#server.listen(Number(process.env.PORT ?? 8000));
  }

  #hello(response: http.ServerResponse): void {
    response.shouldKeepAlive = !this.#retiring;
    response.end(`Hello from worker ${process.pid}\n`);
  }

  async #retire(): Promise<void> {
    if (this.#retiring) return;
    this.#retiring = true;
    const cutIdle = this.#server.closeIdleConnections.bind(this.#server);
    this.#server.closeIdleConnections = () => {};
    await delay(600);
    cluster.worker!.disconnect();
    await delay(700);
    cutIdle();
  }
}

if (cluster.isPrimary) {
  const places = Array.from({ length: availableParallelism() }, () => new Place());
  let round = Promise.resolve();
  process.on('SIGHUP', () => {
    round = round.then(async () => {
      for (const place of places)
        if (!(await place.renew())) return console.error('a replacement failed: the restart is given up');
    });
  });
  for (const place of places) void place.fill();
} else {
  new Service().start();
}
