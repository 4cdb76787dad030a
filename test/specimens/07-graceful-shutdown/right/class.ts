// specimen: right
// A supervisor class and a service class; AbortSignals tell both of the end, and each wait is a promise.
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import http from 'node:http';
import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

class Supervisor {
  readonly #crew = new Set<Worker>();
  readonly #ending = new AbortController();
  #begun = 0;
  #forced = false;

  run(): void {
    for (let i = 0; i < availableParallelism(); i++) void this.#fill();
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => void this.#signal(name));
  }

  /** Keeps one place filled until all is to end. */
  async #fill(): Promise<void> {
    while (!this.#ending.signal.aborted) {
      const worker = cluster.fork();
      worker.on('error', () => {});
      this.#crew.add(worker);
      let up = false;
      worker.once('listening', () => {
        up = true;
      });
      await once(worker, 'exit');
      this.#crew.delete(worker);
      if (!up) await delay(800, undefined, { signal: this.#ending.signal }).catch(() => {});
    }
  }

  async #signal(name: string): Promise<void> {
    if (this.#begun > 0) {
      if (performance.now() - this.#begun > 450) this.#force(name);
      return;
    }
    this.#begun = performance.now();
    this.#ending.abort();
    const all = [...this.#crew].map((worker) => once(worker, 'exit'));
    for (const worker of this.#crew) worker.send('retire');
    const done = new AbortController();
    const deadline = delay(4900, 'late', { signal: done.signal }).catch(() => 'done');
    if ((await Promise.race([Promise.all(all), deadline])) === 'late') this.#force('deadline');
    await Promise.all(all);
    done.abort();
    process.exit(this.#forced ? 1 : 0);
  }

  #force(why: string): void {
    console.error(`${why}: killing ${this.#crew.size} workers`);
    this.#forced = true;
    for (const worker of this.#crew) worker.process.kill('SIGKILL');
  }
}

class Service {
  #retiring = false;
  #cutting = false;
  readonly #responses = new Set<http.ServerResponse>();
  readonly #server = http.createServer((request, response) => {
    this.#responses.add(response);
    response.on('close', () => {
      this.#responses.delete(response);
      this.#cut();
    });
    const url = request.url ?? '';
    if (url === '/') this.#hello(response);
    else if (url.startsWith('/slow?ms='))
      setTimeout(() => this.#hello(response), Number(url.slice('/slow?ms='.length)));
    else response.writeHead(404).end();
  });

  run(): void {
    process.on('message', (message) => {
      if (message === 'retire') void this.#retire();
    });
    process.on('SIGTERM', () => {}).on('SIGINT', () => {});
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
    this.#cutting = true;
    cluster.worker!.disconnect();
    this.#cut();
  }

  #cut(): void {
    if (this.#cutting && this.#responses.size === 0) this.#server.closeAllConnections();
  }
}

if (cluster.isPrimary) new Supervisor().run();
else new Service().run();
