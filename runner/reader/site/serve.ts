// Serves the book on loopback, to the person who sits at this machine and to nobody else, with news of their lessons.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import type { Site } from './build.ts';
import type { News } from './news.ts';
import { answerPrediction, type Predicting } from './predictions-serve.ts';

export interface Serving {
  /** `http://127.0.0.1:PORT/` */
  readonly address: string;
  /** To be called when the lessons may have changed; pages hear of it only where they have. */
  readonly mayHaveNews: () => void;
  /** Whether any page listens for news. */
  readonly isHeard: () => boolean;
  readonly close: () => Promise<void>;
}

export interface ServeOptions {
  /** 0 for whichever is free. */
  readonly port: number;
  /** Asked for each page, so that it can be another one when the texts have changed. */
  readonly site: () => Promise<Site>;
  /** `lesson` is that of the page's chapter, if it is one. */
  readonly news: (lesson: string | null) => Promise<News>;
  /** Where predictions are run; elsewhere a book is only read. */
  readonly predicting?: Predicting;
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.gif': 'image/gif',
  '.html': 'text/html; charset=utf-8',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.webp': 'image/webp',
};

const HEADERS = {
  'cache-control': 'no-store',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

/** Rejects where the port cannot be had. Whoever starts it closes it. */
export async function serveSite(options: ServeOptions): Promise<Serving> {
  const listeners = new Set<Listener>();
  const server = createServer((request, response) => {
    answer(request, response, options, listeners, portOf(server)).catch((error: Error) => {
      if (response.headersSent) response.destroy();
      else refuse(response, 500, `The page could not be made: ${error.message}`);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port, '127.0.0.1', () => {
      server.removeListener('error', reject);
      resolve();
    });
  });
  return {
    address: `http://127.0.0.1:${portOf(server)}/`,
    mayHaveNews: () => {
      for (const listener of listeners) void tell(listener, options);
    },
    isHeard: () => listeners.size > 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve(options.predicting?.ended()));
        server.closeAllConnections();
      }),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: ServeOptions,
  listeners: Set<Listener>,
  port: number,
): Promise<void> {
  if (!isOwnHost(request.headers.host, port)) {
    return refuse(response, 403, `This book answers to 127.0.0.1:${port} and localhost:${port} only.`);
  }
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
  if (options.predicting && request.method === 'POST' && pathname === '/predict')
    return answerPrediction(request, response, searchParams, options.predicting, HEADERS);
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, 'A book is only read.');
  if (pathname === '/live') return listen(request, response, searchParams.get('lesson'), options, listeners);
  const { files } = await options.site();
  const path = decoded(pathname).replace(/^\//, '') || 'index.html';
  // A path is looked up among the pages of the book, never on the disk.
  const content = files.get(path);
  if (content === undefined)
    return refuse(response, 404, `There is no page ${pathname} in this book. Its first page: /`);
  response.writeHead(200, {
    ...HEADERS,
    'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
    'content-length': Buffer.byteLength(content),
  });
  response.end(request.method === 'HEAD' ? undefined : content);
}

/** A name that some other site made to point here is not ours: with it that site could read what only the reader may. */
function isOwnHost(host: string | undefined, port: number): boolean {
  return host === `127.0.0.1:${port}` || host === `localhost:${port}`;
}

function refuse(response: ServerResponse, status: number, words: string): void {
  response.writeHead(status, { ...HEADERS, 'content-type': 'text/plain; charset=utf-8' }).end(`${words}\n`);
}

/** One page that listens. */
interface Listener {
  readonly response: ServerResponse;
  readonly lesson: string | null;
  /** What it was told last. */
  told: string;
  /** One question at a time, so that an older answer never comes last. */
  asking: boolean;
  again: boolean;
}

/** https://html.spec.whatwg.org/multipage/server-sent-events.html */
function listen(
  request: IncomingMessage,
  response: ServerResponse,
  lesson: string | null,
  options: ServeOptions,
  listeners: Set<Listener>,
): void {
  response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream' });
  response.write('retry: 2000\n\n');
  const listener: Listener = { response, lesson, told: '', asking: false, again: false };
  listeners.add(listener);
  request.once('close', () => listeners.delete(listener));
  void tell(listener, options);
}

async function tell(listener: Listener, options: ServeOptions): Promise<void> {
  if (listener.asking) {
    listener.again = true;
    return;
  }
  listener.asking = true;
  try {
    do {
      listener.again = false;
      // JSON has no line end of its own, so it is one line of data.
      const text = JSON.stringify(await options.news(listener.lesson));
      if (text !== listener.told) listener.response.write(`data: ${text}\n\n`);
      listener.told = text;
    } while (listener.again);
  } catch {
    // Whatever could not be read now is read at the next change.
  } finally {
    listener.asking = false;
  }
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
