// specimen: right
// A supervisor class with one place for each core; a place replaces its own worker, and a restart waits for the old one while that is short.
import cluster, { type Worker } from 'node:cluster';
import http from 'node:http';
import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

const event = (worker: Worker, name: 'listening' | 'exit') =>
  new Promise<void>((resolve) => worker.once(name, resolve));

class Place {
  #worker: Worker | null = null;

  async fill(): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      const worker = cluster.fork();
      worker.on('error', () => {});
      const old = this.#worker;
      this.#worker = worker;
      let listens = false;
      worker.once('exit', () => {
        if (this.#worker === worker && listens) void this.fill();
      });
      const came = await Promise.race([
        event(worker, 'listening').then(() => true),
        event(worker, 'exit').then(() => false),
      ]);
      if (came) {
        listens = true;
        return;
      }
      this.#worker = old;
      await delay(Math.min(1000, 100 * 2 ** attempt));
    }
  }

  async renew(): Promise<void> {
    const old = this.#worker;
    await this.fill();
    if (!old || old.isDead()) return;
    const gone = event(old, 'exit');
    const deadline = setTimeout(() => old.process.kill('SIGKILL'), 6000);
    old.once('exit', () => clearTimeout(deadline));
    if (old.isConnected()) old.send({ command: 'retire' });
    // Most are gone at once: fewer processes at a time. The others go on draining by themselves.
    await Promise.race([gone, delay(500)]);
  }
}

class Supervisor {
  readonly #places = Array.from({ length: availableParallelism() }, () => new Place());
  #round: Promise<void> | null = null;

  async start(): Promise<void> {
    process.on('SIGHUP', () => this.restart());
    await Promise.all(this.#places.map((place) => place.fill()));
  }

  /** A signal during a restart is ignored. */
  restart(): void {
    this.#round ??= this.#renewAll().finally(() => {
      this.#round = null;
    });
  }

  async #renewAll(): Promise<void> {
    for (const place of this.#places) await place.renew();
  }
}

class Service {
  #retiring = false;
  readonly #server = http.createServer((request, response) => {
    const url = request.url ?? '';
    if (url === '/') this.#hello(response);
    else if (url.startsWith('/slow?ms='))
      setTimeout(() => this.#hello(response), Number(url.slice('/slow?ms='.length)));
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
    await delay(800);
    // What has come last is answered too: disconnect() is not to cut it (as on Node 26), only what is idle a while later.
    this.#server.closeIdleConnections = () => {};
    cluster.worker!.disconnect();
    await delay(500);
    http.Server.prototype.closeIdleConnections.call(this.#server);
  }
}

if (cluster.isPrimary) void new Supervisor().start();
else new Service().start();
