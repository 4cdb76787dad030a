// Serves the live page, and the class board where it is wanted: to this machine alone, unless another address was asked for.
// Whoever opens the page must have the address that the command printed, with a key in it; what is done to a program is
// asked for by that page and by no other.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { asAction } from './action.ts';
import { browserAssets } from './assets.ts';
import { readJson } from './body.ts';
import { type ClassBoard, type ClassOptions, openClass, type Refusal } from './class.ts';
import { namesOf } from './names.ts';
import { classPage, livePage } from './page.ts';
import type { Show } from './show.ts';
import { emptyState, factsOf, fold, type State } from './state.ts';
import { openStream, type Stream } from './stream.ts';

export interface LiveOptions {
  readonly show: Show;
  /** 0 for whichever is free. */
  readonly port: number;
  /** Where to listen; 127.0.0.1 by default. Elsewhere other machines can reach it. */
  readonly host?: string;
  /** What the page says whenever it asks for something to be done; made where it is not given. */
  readonly token?: string;
  /** Where a class board is wanted: the lessons that it knows. */
  readonly class?: ClassOptions;
}

export interface Serving {
  /** To be opened: `http://127.0.0.1:PORT/?token=…`. Whoever has it can do all that the page can. */
  readonly address: string;
  readonly board: {
    /** `http://127.0.0.1:PORT/class?token=…` */
    readonly address: string;
    /** What learners give to `--report`: `http://127.0.0.1:PORT/k7-mq-2p`. */
    readonly reportTo: string;
  } | null;
  /** Ends every page's connection too. */
  readonly close: () => Promise<void>;
}

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

const MOST_PAGES = 32;
const MOST_CONNECTIONS = 1000;
/** Bytes of a body. */
const LONGEST = 2048;
/** So many actions may be under way. */
const MOST_ACTIONS = 16;
const BOARD_EVERY_MS = 250;

/** Rejects where the port cannot be had. Whoever starts it closes it. */
export async function serveLive(options: LiveOptions): Promise<Serving> {
  const { show, host = '127.0.0.1', token = randomBytes(18).toString('base64url') } = options;
  const names = namesOf(host);
  const acting = { now: 0 };
  const assets = await browserAssets(options.class ? ['live', 'class'] : ['live']);
  let origin = '';
  const board = options.class ? openBoard(options.class, () => origin) : null;
  let state: State = emptyState(factsOf(show));
  const pages = openStream({ standing: () => ({ event: 'state', data: state }), most: MOST_PAGES });
  const server = createServer((request, response) => {
    const place: Place = { request, response, show, token, assets, pages, board, names, port: portOf(server), acting };
    answer(place).catch((error: Error) => {
      if (response.headersSent) response.destroy();
      else refuse(response, 500, `That could not be answered: ${error.message}`);
    });
  });
  server.maxConnections = MOST_CONNECTIONS;
  server.requestTimeout = 10_000;
  const closeStreams = () => {
    pages.close();
    board?.close();
  };
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port, host, () => {
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
    address: `${origin}/?token=${token}`,
    board: board && { address: `${origin}/class?token=${token}`, reportTo: `${origin}/${board.class.token}` },
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
  readonly token: string;
  readonly assets: ReadonlyMap<string, string>;
  readonly pages: Stream;
  readonly board: BoardServer | null;
  readonly names: readonly string[];
  readonly port: number;
  readonly acting: { now: number };
}

async function answer(place: Place): Promise<void> {
  const { request, response, names, port, board } = place;
  const { host, origin } = request.headers;
  if (!names.some((name) => isHost(host, name, port))) {
    const own = names.map((name) => `${name}:${port}`).join(', ');
    return refuse(response, 403, `This page answers to these names only: ${own}.`);
  }
  const url = request.url ?? '/';
  if (!URL.canParse(url, 'http://127.0.0.1')) return refuse(response, 400, 'That is no address.');
  const { pathname, searchParams } = new URL(url, 'http://127.0.0.1');
  if (request.method === 'POST') {
    if (pathname === '/act') return act(place, host ?? '');
    if (pathname === '/class/report' && board !== null) return report(place, board);
    return refuse(response, 404, `There is nothing to be posted to ${pathname}.`);
  }
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return refuse(response, 405, 'This page is read with GET, and asks with POST.');
  if (board !== null && pathname === `/${board.class.token}`) {
    return tell(
      response,
      200,
      'text/plain',
      `Not to be opened, but to be told how a check went:\n  ${board.command()}\n`,
    );
  }
  if (searchParams.has('token')) return letIn(place, pathname, searchParams.get('token') ?? '');
  if (!hasKey(place)) {
    return refuse(
      response,
      403,
      'This page is opened with the address that the command printed: there is a key in it.',
    );
  }
  // an address is no secret from a page that was opened with it, but other sites may ask too
  if (origin !== undefined && origin !== `http://${host}`) return refuse(response, 403, 'Another site asked for that.');
  get(place, pathname);
}

function get({ request, response, show, token, assets, pages, board }: Place, pathname: string): void {
  const head = request.method === 'HEAD';
  const asset = assets.get(pathname);
  if (asset !== undefined)
    return tell(response, 200, pathname.endsWith('.js') ? 'text/javascript' : 'text/css', asset, head);
  const { number, title } = show.lesson;
  if (pathname === '/')
    return tell(response, 200, 'text/html', livePage({ title: `Lesson ${number} · ${title}`, token }), head);
  if (pathname === '/class' && board !== null) return tell(response, 200, 'text/html', classPage(), head);
  const stream = pathname === '/stream' ? pages : pathname === '/class/stream' ? board?.pages : undefined;
  if (stream === undefined || head) return refuse(response, 404, `There is no ${pathname} here. The page: /`);
  if (!stream.add(response, HEADERS))
    refuse(response, 503, `${MOST_PAGES} pages look on already: close one of them, and load this one again.`);
}

/** Whoever knows the token is known again by a cookie: the address that stays in the bar has none in it. */
function letIn({ response, token, port }: Place, pathname: string, said: string): void {
  if (!isSame(said, token))
    return refuse(
      response,
      403,
      'That key is not the one of this page: open the address that the command printed last.',
    );
  response.writeHead(303, {
    ...HEADERS,
    location: pathname,
    'set-cookie': `${cookieOf(port)}=${token}; HttpOnly; SameSite=Strict; Path=/`,
  });
  response.end();
}

function hasKey({ request, token, port }: Place): boolean {
  const cookies = (request.headers.cookie ?? '').split(';').map((each) => each.trim());
  const prefix = `${cookieOf(port)}=`;
  const own = cookies.find((each) => each.startsWith(prefix))?.slice(prefix.length);
  return isSame(own ?? headerOf(request, 'x-live-token'), token);
}

/** Cookies are of a host, whatever its port. */
function cookieOf(port: number): string {
  return `live-${port}`;
}

async function act({ request, response, show, token, acting }: Place, host: string): Promise<void> {
  const say = (status: number, why: string) => json(response, status, { ok: false, why });
  if (request.headers.origin !== `http://${host}` || !isSame(headerOf(request, 'x-live-token'), token))
    return say(403, 'Only the page may ask for that: load it again.');
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

interface BoardServer {
  readonly class: ClassBoard;
  readonly pages: Stream;
  readonly command: () => string;
  /** To be called whenever the board may show something else. */
  readonly changed: () => void;
  readonly close: () => void;
}

function openBoard(options: ClassOptions, origin: () => string): BoardServer {
  const command = () => `npm run check -- --report ${origin()}/${board.token}`;
  const board = openClass(options, command);
  const pages = openStream({ standing: () => ({ event: 'board', data: board.board() }), most: MOST_PAGES });
  let timer: NodeJS.Timeout | null = null;
  return {
    class: board,
    pages,
    command,
    changed() {
      timer ??= setTimeout(() => {
        timer = null;
        pages.send('board', board.board());
      }, BOARD_EVERY_MS);
    },
    close() {
      if (timer !== null) clearTimeout(timer);
      pages.close();
    },
  };
}

const STATUS: Readonly<Record<Refusal, number>> = {
  'wrong token': 403,
  malformed: 400,
  'too large': 413,
  'too many': 429,
  full: 503,
};

async function report({ request, response }: Place, board: BoardServer): Promise<void> {
  board.changed();
  const refused = (refusal: Refusal, why: string) => {
    board.class.refuse(refusal);
    json(response, STATUS[refusal], { ok: false, why });
  };
  // a page of another site says where it comes from, a learner's workbook does not
  if (request.headers.origin !== undefined) return refused('malformed', 'A report comes from a workbook.');
  const body = await readJson(request, LONGEST);
  if (body.kind === 'too large') return refused('too large', `A report is no longer than ${LONGEST} bytes.`);
  if (body.kind === 'malformed') return refused('malformed', 'That is no report of a check.');
  const from = request.socket.remoteAddress ?? '';
  const reported = board.class.report(from, headerOf(request, 'x-class-token'), body.value);
  if (reported.ok) json(response, 200, reported);
  else json(response, STATUS[reported.refusal], { ok: false, why: reported.why });
}

function headerOf(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
}

/** Takes as long however much of it is right. */
function isSame(said: string, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(said), digest(token));
}

function isHost(host: string | undefined, name: string, port: number): boolean {
  return host?.toLowerCase() === `${name}:${port}` || (port === 80 && host?.toLowerCase() === name);
}

function json(response: ServerResponse, status: number, value: unknown): void {
  tell(response, status, 'application/json', JSON.stringify(value));
}

function refuse(response: ServerResponse, status: number, words: string): void {
  tell(response, status, 'text/plain', `${words}\n`);
}

function tell(response: ServerResponse, status: number, type: string, text: string, head = false): void {
  response.writeHead(status, {
    ...HEADERS,
    'content-type': `${type}; charset=utf-8`,
    'content-length': Buffer.byteLength(text),
    // what was not read of a request would be taken for the next one
    ...(status === 413 ? { connection: 'close' } : {}),
  });
  response.end(head ? undefined : text);
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
