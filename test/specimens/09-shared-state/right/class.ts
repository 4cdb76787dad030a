// specimen: right
// A class with the store as a private field, and one method for every use of it: somebody who comes from Java.
import cluster from 'node:cluster';
import * as http from 'node:http';
import * as os from 'node:os';
import { openStore, type Store } from '#store';

class Unavailable extends Error {}

class Counters {
  readonly #store: Store = openStore();
  readonly #windowMs: number;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  visit(): Promise<number> {
    return this.#ask(async (signal) => (await this.#store.add('counter/visits', 1, { signal })).value);
  }

  visits(): Promise<number> {
    return this.#ask(async (signal) => (await this.#store.get('counter/visits', { signal })) ?? 0);
  }

  /** 0 where it may pass; else for how many seconds it should wait. */
  hit(key: string): Promise<number> {
    return this.#ask(async (signal) => {
      const { value, ttlMs } = await this.#store.add(`window/${key}`, 1, { ttlMs: this.#windowMs, signal });
      return value <= 10 ? 0 : Math.max(1, Math.ceil((ttlMs ?? 0) / 1000));
    });
  }

  async #ask<T>(use: (signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await use(AbortSignal.timeout(800));
    } catch (cause) {
      throw new Unavailable('the store is away', { cause });
    }
  }
}

class Application {
  readonly #counters = new Counters(Number(process.env.WINDOW_MS || 60_000));

  listen(port: number): void {
    http.createServer((request, response) => {
      this.#route(request, response).catch((error: unknown) => {
        response.statusCode = error instanceof Unavailable ? 503 : 500;
        response.end();
      });
    }).listen(port);
  }

  async #route(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const url = new URL(request.url!, 'http://x');
    const hello = () => response.end(`Hello from worker ${process.pid}\n`);
    if (request.method === 'POST' && url.pathname === '/visits') {
      this.#json(response, { visits: await this.#counters.visit() });
    } else if (url.pathname === '/visits') {
      this.#json(response, { visits: await this.#counters.visits() });
    } else if (url.pathname === '/limited') {
      const wait = await this.#counters.hit(url.searchParams.get('key') ?? '');
      if (wait > 0) {
        response.statusCode = 429;
        response.setHeader('Retry-After', String(wait));
      }
      response.end();
    } else if (url.pathname === '/slow') {
      setTimeout(hello, Number(url.searchParams.get('ms')));
    } else if (url.pathname === '/') {
      hello();
    } else {
      response.statusCode = 404;
      response.end();
    }
  }

  #json(response: http.ServerResponse, body: object): void {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(body));
  }
}

if (cluster.isPrimary) {
  for (const _ of Array(os.availableParallelism())) cluster.fork();
  cluster.on('exit', () => setTimeout(() => cluster.fork(), 100));
} else {
  new Application().listen(Number(process.env.PORT || 8000));
}
