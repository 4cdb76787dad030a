// specimen: right
// A server class that closes with patience, overriding what close() calls: each connection has one more answer, and idle ones two seconds.
import cluster, { type Worker } from 'node:cluster';
import { Server, type IncomingMessage, type ServerResponse } from 'node:http';
import { availableParallelism } from 'node:os';

class PatientServer extends Server {
  #closing = false;

  override closeIdleConnections(): void {
    if (this.#closing) return;
    this.#closing = true;
    this.maxRequestsPerSocket = 1;
    setTimeout(() => super.closeIdleConnections(), 2000);
    setTimeout(() => this.closeAllConnections(), 6000).unref();
  }
}

class Fleet {
  readonly #active = new Set<Worker>();
  #turnover = Promise.resolve();
  #waiting = 0;

  constructor(size: number) {
    while (this.#active.size < size) void this.#launch();
  }

  /** Signals queue up: one at work, and one behind it for all that come meanwhile. */
  renew(): void {
    if (this.#waiting > 1) return;
    this.#waiting += 1;
    this.#turnover = this.#turnover.then(() => this.#replaceAll()).finally(() => (this.#waiting -= 1));
  }

  #launch(): Promise<void> {
    return new Promise((resolve) => {
      const worker = cluster.fork();
      this.#active.add(worker);
      worker.on('error', (error) => console.error(`worker ${worker.id}: ${error.message}`));
      worker.once('listening', () => resolve());
      worker.once('exit', () => {
        if (this.#active.delete(worker)) setTimeout(() => this.#launch().then(resolve), 200);
      });
    });
  }

  async #replaceAll(): Promise<void> {
    for (const old of [...this.#active]) {
      if (!this.#active.delete(old)) continue;
      await this.#launch();
      old.disconnect();
    }
  }
}

function route(request: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  switch (pathname) {
    case '/':
      return void greet(response);
    case '/slow':
      return void setTimeout(greet, Number(searchParams.get('ms')), response);
    default:
      response.writeHead(404).end();
  }
}

function greet(response: ServerResponse): void {
  response.end(`Hello from worker ${process.pid}\n`);
}

if (cluster.isPrimary) {
  const fleet = new Fleet(availableParallelism());
  process.on('SIGHUP', () => fleet.renew());
} else {
  process.on('disconnect', () => process.exit());
  new PatientServer(route).listen(Number(process.env.PORT ?? 8000));
}
