// specimen: right
// A class on each side and the worker's running total instead of differences, on timers that always run: somebody who writes object-oriented services.
import cluster, { type Worker } from 'node:cluster';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { availableParallelism } from 'node:os';

class Ledger {
  readonly #byWorker = new Map<number, number>();
  #lastTold = -1;

  start(): void {
    cluster.on('message', (worker: Worker, message: unknown) => this.#hear(worker, message));
    cluster.on('exit', (worker) => {
      console.error(`worker ${worker.id} (${worker.process.pid}) is gone`);
      this.#fork();
    });
    for (let i = 0; i < availableParallelism(); i++) this.#fork();
    setInterval(() => this.#tell(), 200);
  }

  #fork(): void {
    const worker = cluster.fork();
    worker.on('error', (error) => console.error(`worker ${worker.id}: ${error.message}`));
    worker.on('listening', () => worker.send({ topic: 'ledger', total: this.#total() }));
  }

  #hear(worker: Worker, message: unknown): void {
    if (typeof message !== 'object' || message === null || !('answeredSoFar' in message)) return;
    if (typeof message.answeredSoFar === 'number') this.#byWorker.set(worker.id, message.answeredSoFar);
  }

  /** Dead workers stay in the map: what they had answered was answered. */
  #total(): number {
    return [...this.#byWorker.values()].reduce((sum, count) => sum + count, 0);
  }

  #tell(): void {
    const total = this.#total();
    if (total === this.#lastTold) return;
    this.#lastTold = total;
    for (const worker of Object.values(cluster.workers ?? {})) {
      if (worker?.isConnected()) worker.send({ topic: 'ledger', total });
    }
  }
}

class Counter {
  #local = 0;
  #reported = 0;
  #total = 0;

  start(): void {
    process.on('message', (message: unknown) => {
      if (typeof message !== 'object' || message === null) return;
      const { topic, total } = message as { topic?: unknown; total?: unknown };
      if (topic === 'ledger' && typeof total === 'number') this.#total = total;
    });
    setInterval(() => this.#report(), 150);
    createServer((request, response) => this.#handle(request, response)).listen(Number(process.env.PORT ?? 8000));
  }

  #report(): void {
    if (this.#reported === this.#local) return;
    this.#reported = this.#local;
    process.send?.({ answeredSoFar: this.#local });
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    if (request.url === '/') {
      this.#local += 1;
      response.end(`Hello from worker ${process.pid}\n`);
    } else if (request.url === '/stats') {
      response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
      response.end(JSON.stringify({ pid: process.pid, local: this.#local, total: this.#total }));
    } else {
      response.statusCode = 404;
      response.end();
    }
  }
}

if (cluster.isPrimary) new Ledger().start();
else new Counter().start();
