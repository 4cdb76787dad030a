// specimen: wrong
// breaks: 1.5
// may break: 0.1 0.2 0.3 0.4 1.1 1.2 1.3 1.4 2.3 7.1 7.2 7.3 8.1 8.2 8.3 8.4 8.5
// Gives each worker a port of its own, as one would who has a proxy in front.
import cluster, { type Worker } from 'node:cluster';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import os from 'node:os';
import { app } from '#app';

type Note = { type: 'failed-to-listen'; code: string } | { type: 'drain' };

class Supervisor {
  readonly #port: number;
  readonly #workers = new Map<number, Worker>();
  #draining = false;

  constructor(port: number) {
    this.#port = port;
  }

  start(): this {
    for (let i = 0; i < os.availableParallelism(); i += 1) this.#fork();
    cluster.on('message', (_worker, note: Note) => this.#hear(note));
    cluster.on('exit', (worker) => this.#gone(worker));
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => this.drain());
    return this;
  }

  drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    for (const worker of this.#workers.values()) worker.send({ type: 'drain' } satisfies Note, () => {});
    setTimeout(() => {
      process.exitCode = 1;
      for (const worker of this.#workers.values()) worker.process.kill('SIGKILL');
    }, 5500).unref();
  }

  #fork(): void {
    if (this.#draining) return;
    const worker = cluster.fork();
    worker.on('error', () => {});
    this.#workers.set(worker.id, worker);
  }

  #hear(note: Note): void {
    if (note?.type !== 'failed-to-listen') return;
    console.error('%s: nobody can listen on port %d, another program does', note.code, this.#port);
    for (const worker of this.#workers.values()) worker.process.kill('SIGKILL');
    process.exit(1);
  }

  #gone(worker: Worker): void {
    this.#workers.delete(worker.id);
    if (!this.#draining) setTimeout(() => this.#fork(), 250);
    else if (this.#workers.size === 0) process.exit();
  }
}

class AppServer {
  readonly #server = http.createServer((request, response) => this.#serve(request, response));
  #inHand = 0;
  #draining = false;

  listen(port: number): void {
    this.#server.on('error', ({ code = 'unknown' }: NodeJS.ErrnoException) => {
      process.send?.({ type: 'failed-to-listen', code } satisfies Note);
    });
    this.#server.listen({ port });
    process.on('message', (note: Note) => {
      if (note?.type === 'drain') this.#drain(1000);
    });
    process.on('SIGINT', () => this.#drain(1000));
    process.on('SIGTERM', () => this.#drain(1000));
    process.on('disconnect', () => process.exit());
    process.on('uncaughtException', (error) => {
      process.exitCode = 70;
      process.stderr.write(`worker ${process.pid} has to go: ${error.stack}\n`);
      this.#drain(0);
      setTimeout(() => process.exit(), 3000).unref();
    });
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const line = { pid: process.pid, method: request.method, url: request.url };
    const started = performance.now();
    this.#inHand += 1;
    const { writeHead } = response;
    response.writeHead = ((...args: Parameters<typeof writeHead>) => {
      if (this.#draining) response.setHeader('Connection', 'close');
      return writeHead.apply(response, args);
    }) as typeof writeHead;
    response.on('close', () => {
      this.#inHand -= 1;
      const ms = Math.round(performance.now() - started);
      process.stdout.write(`${JSON.stringify({ ...line, status: response.statusCode, ms })}\n`);
    });
    app(request, response);
  }

  #drain(grace: number): void {
    if (this.#draining) return;
    this.#draining = true;
    setTimeout(() => {
      cluster.worker?.disconnect();
      const poll = setInterval(() => {
        if (this.#inHand > 0) return;
        clearInterval(poll);
        this.#server.closeAllConnections();
      }, 20);
    }, grace);
  }
}

const port = Number(process.env.PORT ?? 8000);
if (cluster.isPrimary) new Supervisor(port).start();
else new AppServer().listen(port - 1 + cluster.worker!.id);
