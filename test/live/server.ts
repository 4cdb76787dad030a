// A live server in a test, over a show that does what it is told, and what asks it.
import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { type Acted, type Action, type LiveOptions, serveLive, type Serving, type Show, type Tick } from '#live';

export const KEY = 'the-key-of-this-page';

export interface TestShow extends Show {
  /** What was asked for so far. */
  readonly acted: Action[];
  answer: (action: Action) => Promise<Acted>;
  tell(tick: Tick): void;
  readonly listeners: () => number;
}

export function newShow(sides: 1 | 2 = 1): TestShow {
  const listeners = new Set<(tick: Tick) => void>();
  const acted: Action[] = [];
  return {
    lesson: { number: 3, title: 'IPC <counters>' },
    sides,
    knowsSlow: true,
    solutionOnly: true,
    shows: null,
    recorded: false,
    scenarios: [],
    beats: [],
    acted,
    answer: async () => ({ ok: true }),
    act(action) {
      acted.push(action);
      return this.answer(action);
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    tell(tick) {
      for (const listener of listeners) listener(tick);
    },
    listeners: () => listeners.size,
  };
}

export interface Live {
  readonly show: TestShow;
  readonly serving: Serving;
  readonly port: number;
  ask(path: string, how?: Asked): Promise<Answer>;
  act(action: unknown, headers?: Record<string, string>): Promise<Answer>;
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export async function openLive(options: Partial<LiveOptions> = {}, show = newShow()): Promise<Live> {
  const serving = await serveLive({ show, port: 0, key: KEY, ...options });
  const port = Number(new URL(serving.address).port);
  const own = { 'x-live-key': KEY };
  return {
    show,
    serving,
    port,
    ask: (path, { headers = own, ...how } = {}) => ask(port, path, { ...how, headers }),
    act: (action, headers = {}) =>
      ask(port, '/act', {
        method: 'POST',
        headers: { ...own, origin: `http://127.0.0.1:${port}`, ...headers },
        body: typeof action === 'string' ? action : JSON.stringify(action),
      }),
  };
}

/** Not `fetch`, which would tidy the path and the headers up first. */
export async function ask(port: number, path: string, { method = 'GET', headers = {}, body }: Asked): Promise<Answer> {
  const asked = request({ port, host: '127.0.0.1', path, method, headers, agent: false });
  asked.end(body);
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: Buffer.concat(parts).toString(),
  };
}

export interface Told {
  readonly event: string;
  readonly data: unknown;
}

export interface Listening {
  /** Resolves with the next so many. */
  next(count: number): Promise<Told[]>;
  /** Reads no more, until it is called again with `false`. */
  pause(on: boolean): void;
  readonly ended: Promise<unknown>;
  close(): void;
}

export async function listen(port: number, path: string, key = KEY): Promise<Listening> {
  const asked = request({ port, host: '127.0.0.1', path, headers: { 'x-live-key': key }, agent: false }).end();
  asked.on('error', () => undefined);
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`answered ${response.statusCode}`);
  const told: Told[] = [];
  let heard = () => undefined as void;
  let rest = '';
  response.setEncoding('utf8').on('data', (text: string) => {
    const messages = `${rest}${text}`.split('\n\n');
    rest = messages.pop() ?? '';
    for (const message of messages) {
      const [, event, data] = /^event: (\w+)\ndata: (.*)$/.exec(message) ?? [];
      if (event !== undefined && data !== undefined) told.push({ event, data: JSON.parse(data) });
    }
    heard();
  });
  response.on('error', () => undefined);
  return {
    async next(count) {
      while (told.length < count)
        await new Promise<void>((resolve) => {
          heard = resolve;
        });
      return told.splice(0, count);
    },
    pause: (on) => void (on ? response.pause() : response.resume()),
    ended: new Promise((resolve) => response.once('close', resolve)),
    close: () => void asked.destroy(),
  };
}
