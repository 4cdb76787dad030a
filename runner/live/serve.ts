// Serves the live page, and the class board where it is wanted: to this machine alone, unless another address was asked for.
// The pages are empty, and anybody's. What they tell of a program, and what they do to it, needs a key: it stands in the
// address that the command printed, behind the #, where no browser sends it to anybody.
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { bundleForBrowser } from '#reader';
import { refusalOf } from './access.ts';
import { asAction } from './action.ts';
import { readJson } from './body.ts';
import type { ClassOptions } from './class.ts';
import { type BoardServer, openBoardServer, reportCommand } from './class-serve.ts';
import { boundConnections, type Connections } from './connections.ts';
import { addressOf, namesOf } from './names.ts';
import { classPage, livePage } from './page.ts';
import { HEADERS, json, refuse, tell } from './respond.ts';
import type { Show } from './show.ts';
import { emptyState, factsOf, fold, type State } from './state.ts';
import { openStream, type Stream } from './stream.ts';

export interface LiveOptions {
  readonly show: Show;
  /** 0 for whichever is free. */
  readonly port: number;
  /** Where to listen; 127.0.0.1 by default. Elsewhere other machines can reach it. */
  readonly host?: string;
  /** What the page says whenever it asks for something; made where it is not given. */
  readonly key?: string;
  /** Where a class board is wanted: the lessons that it knows. */
  readonly class?: ClassOptions;
}

export interface Serving {
  /** To be opened: `http://127.0.0.1:PORT/#key=…`. Whoever has it can do all that the page can. */
  readonly address: string;
  readonly board: {
    /** `http://127.0.0.1:PORT/class#key=…`, with another key: whoever has it sees the board, and nothing else. */
    readonly address: string;
    /** What learners give to `--report`: `http://127.0.0.1:PORT/k7-mq-2p`. */
    readonly reportTo: string;
  } | null;
  /** Ends every page's connection too. */
  readonly close: () => Promise<void>;
}

const MOST_PAGES = 32;
const MOST_CONNECTIONS = 1000;
/** A class that reports at once may sit behind one address. */
const MOST_OF_AN_ADDRESS = 400;
/** Bytes of a body. */
const LONGEST = 2048;
/** So many actions may be under way. */
const MOST_ACTIONS = 16;

/** Rejects where the port cannot be had. Whoever starts it closes it. */
export async function serveLive(options: LiveOptions): Promise<Serving> {
  const { show, host = '127.0.0.1', key = randomBytes(18).toString('base64url') } = options;
  const names = namesOf(host);
  const acting = { now: 0 };
  const files = await filesOf(options.class !== undefined);
  let origin = '';
  const board = options.class ? openBoardServer(options.class, MOST_PAGES, () => origin) : null;
  let state: State = emptyState(factsOf(show));
  const pages = openStream({ standing: () => ({ event: 'state', data: state }), most: MOST_PAGES });
  const server = createServer((request, response) => {
    const port = portOf(server);
    const place = { request, response, show, key, files, pages, board, names, port, acting, connections };
    answer(place).catch((error: Error) => {
      if (response.headersSent) response.destroy();
      else refuse(response, 500, `That could not be answered: ${error.message}`);
    });
  });
  const connections = boundConnections(server, MOST_OF_AN_ADDRESS);
  server.maxConnections = MOST_CONNECTIONS;
  server.requestTimeout = 10_000;
  const closeStreams = () => {
    pages.close();
    board?.close();
  };
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port, addressOf(host), () => {
      server.removeListener('error', reject);
      resolve();
    });
  }).catch((error: unknown) => {
    closeStreams();
    throw error;
  });
  // one that cannot be taken, for want of descriptors, is not the end of the others
  server.on('error', () => undefined);
  const silence = show.listen((tick) => {
    state = fold(state, tick);
    pages.send('tick', tick);
  });
  origin = `http://${names[0]}:${portOf(server)}`;
  return {
    address: `${origin}/#key=${key}`,
    board: board && { address: `${origin}/class#key=${board.key}`, reportTo: `${origin}/${board.word}` },
    close: () =>
      new Promise((resolve) => {
        silence();
        closeStreams();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Place {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly show: Show;
  readonly key: string;
  readonly files: Files;
  readonly pages: Stream;
  readonly board: BoardServer | null;
  readonly names: readonly string[];
  readonly port: number;
  readonly acting: { now: number };
  readonly connections: Connections;
}

/** What tells nothing of any program, by its path. */
type Files = ReadonlyMap<string, { readonly type: string; readonly text: string }>;

async function filesOf(withBoard: boolean): Promise<Files> {
  const assets = await bundleForBrowser(join(import.meta.dirname, 'browser'), withBoard ? ['live', 'class'] : ['live']);
  return new Map([
    ['/', { type: 'text/html', text: livePage() }],
    ...(withBoard ? ([['/class', { type: 'text/html', text: classPage() }]] as const) : []),
    ...[...assets].map(
      ([name, text]) =>
        [`/assets/${name}`, { type: name.endsWith('.js') ? 'text/javascript' : 'text/css', text }] as const,
    ),
  ]);
}

async function answer(place: Place): Promise<void> {
  const { request, response, names, port, board, files } = place;
  const { host } = request.headers;
  if (!names.some((name) => isHost(host, name, port))) {
    const own = names.map((name) => `${name}:${port}`).join(', ');
    return refuse(response, 403, `This page answers to these names only: ${own}.`);
  }
  const url = request.url ?? '/';
  if (!URL.canParse(url, 'http://127.0.0.1')) return refuse(response, 400, 'That is no address.');
  const { pathname } = new URL(url, 'http://127.0.0.1');
  if (request.method === 'POST') {
    if (pathname === '/act') return act(place);
    if (pathname === '/class/report' && board !== null) return board.report(request, response);
    return refuse(response, 404, `There is nothing to be posted to ${pathname}.`);
  }
  const head = request.method === 'HEAD';
  if (request.method !== 'GET' && !head)
    return refuse(response, 405, 'This page is read with GET, and asks with POST.');
  const file = files.get(pathname);
  if (file !== undefined) return tell(response, 200, file.type, file.text, head);
  if (pathname === '/stream' && !head) return follow(place, place.pages, place.key);
  if (pathname === '/class/stream' && !head && board !== null) return follow(place, board.pages, board.key);
  // whether it is the right one is not said here: that would help whoever tries them all
  if (board !== null && WORD.test(pathname)) {
    const command = reportCommand(`http://${host}`, pathname.slice(1));
    return tell(
      response,
      200,
      'text/plain',
      `Not to be opened, but to be told how a check went:\n  ${command}\n`,
      head,
    );
  }
  refuse(response, 404, `There is no ${pathname} here. The page: /`);
}

const WORD = /^\/[a-z0-9]{2}-[a-z0-9]{2}-[a-z0-9]{2}$/;

function follow({ request, response, connections }: Place, pages: Stream, key: string): void {
  const why = refusalOf(request, key);
  if (why !== null) return refuse(response, 403, why);
  if (pages.add(response, HEADERS)) connections.keep(request.socket);
  else refuse(response, 503, `${MOST_PAGES} pages look on already: close one of them.`);
}

async function act({ request, response, show, key, acting }: Place): Promise<void> {
  const say = (status: number, why: string) => json(response, status, { ok: false, why });
  const why = refusalOf(request, key);
  if (why !== null) return say(403, why);
  const body = await readJson(request, LONGEST);
  if (body.kind === 'too large') return say(413, `An action is no longer than ${LONGEST} bytes.`);
  const action = body.kind === 'json' ? asAction(body.value) : null;
  if (action === null) return say(400, 'That is no action that this page knows.');
  if ((action.side ?? 0) >= show.sides) return say(400, 'There is no second program.');
  if (acting.now >= MOST_ACTIONS) return say(429, 'Too much was asked for at once: try again in a moment.');
  acting.now += 1;
  try {
    const acted = await show.act(action);
    json(response, acted.ok ? 200 : 409, acted);
  } finally {
    acting.now -= 1;
  }
}

function isHost(host: string | undefined, name: string, port: number): boolean {
  return host?.toLowerCase() === `${name}:${port}` || (port === 80 && host?.toLowerCase() === name);
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
