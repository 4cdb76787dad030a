// The clients' account of every request: each has a number, and ends answered whole or lost, with how it was lost.
// Where something breaks, this is the truth; autocannon counts no request that ends with a FIN.
import { ClientConnection, prepareRequest, type PreparedRequest, type RequestOptions } from './client-connection.ts';
import type { Answer } from './http-answer.ts';
import type { EventOf, Outcome, RequestEvent } from './history.ts';
import { startLoad, type Load, type LoadOptions, type RunningLoad } from './ledger-load.ts';

export type { Load, LoadOptions } from './ledger-load.ts';

/** One request as the ledger knows it: as in the history, and what went wrong in words (null where it was answered). */
export interface Entry extends RequestEvent {
  readonly reason: string | null;
}

export interface LedgerOptions {
  /** Of the program, at 127.0.0.1. */
  readonly port: number;
  /** Milliseconds since the scenario began. */
  readonly now: () => number;
  readonly record: (event: Entry | EventOf<'answers'> | EventOf<'load'>) => void;
  /** How many ms after it was due a request is hanging; read anew each time, since a slow machine stretches it. 3000 by default. */
  readonly hangingAfter?: () => number;
}

export interface AskOptions extends RequestOptions {
  /** `ask` by default. */
  readonly stream?: string;
  /** Aborted, the request is recorded as unfinished. */
  readonly signal?: AbortSignal;
  /** Called with the client's port after the answer, while the connection is still there: a server that may keep it is asked to. */
  readonly whileOpen?: (conn: number) => void;
}

/** A request that the clients wait for now. */
export interface InHand {
  readonly conn: number;
  /** When the connection was opened. */
  readonly opened: number;
  readonly sent: number;
  /** The pid that answered earlier on this connection. */
  readonly before: number | null;
  readonly stream: string;
}

/** A keep-alive connection, for asking the same worker several times. */
export interface Connection {
  readonly port: number;
  /** Who answered last. */
  readonly pid: number | null;
  /** False once either side has closed it, or the server has announced it. */
  readonly open: boolean;
  /** One request at a time. On a connection that is no longer open nothing is sent, and it is recorded as closed. */
  ask(path: string, options?: AskOptions): Promise<Entry>;
  close(): void;
}

export interface Ledger {
  /** One request on a connection of its own. Never rejects for anything that the server does. */
  ask(path: string, options?: AskOptions): Promise<Entry>;
  /** Resolves to null where it fails; that is recorded as the `GET /` that it was for. */
  connect(options?: { readonly stream?: string; readonly signal?: AbortSignal }): Promise<Connection | null>;
  load(options: LoadOptions): Load;
  inHand(): InHand[];
  /** Ends everything at once; what is under way is recorded as unfinished. Until then the ledger keeps its process alive. */
  close(): void;
}

export function openLedger(options: LedgerOptions): Ledger {
  const { port, now, record, hangingAfter = () => HANGING_AFTER_MS } = options;
  const connections = new Set<ClientConnection>();
  const loads = new Set<RunningLoad>();
  let last = 0;
  let closed = false;

  // The sweep follows the poll for input and output: after a stall of this process, what has arrived meanwhile is read first.
  // An interval that is late may fire twice with no poll between; a timer that is set again by the sweep does not.
  let tick = sweepLater();

  return {
    async ask(path, { stream = 'ask', signal, whileOpen, ...others } = {}) {
      const own = connection();
      const request = prepareRequest(stream, port, path, whileOpen !== undefined, others);
      const entry = await askOn(own, request, signal);
      if (own.open && own.port !== null) whileOpen?.(own.port);
      if (own.open) own.retire(false);
      return entry;
    },

    async connect({ stream = 'ask', signal } = {}) {
      const made = connection();
      const request = prepareRequest(stream, port, '/', true);
      const connected = await untilSettled(made, signal, (done) => {
        made.establish(
          () => done(true),
          (...how) => {
            enter(number(), made, ...how, request);
            done(false);
          },
        );
      });
      return connected ? lasting(made, stream) : null;
    },

    load(loadOptions) {
      refuseIfClosed();
      const load = startLoad({ port, now, number, connection, record, enter }, loadOptions);
      loads.add(load);
      return load;
    },

    inHand() {
      const found: InHand[] = [];
      for (const { underWay, request, port: conn, opened, sent, before } of connections)
        if (underWay && request !== null && conn !== null)
          found.push({ conn, opened, sent, before, stream: request.stream });
      return found;
    },

    close() {
      closed = true;
      clearTimeout(tick);
      for (const load of loads) load.halt();
      for (const each of connections) each.close();
    },
  };

  function number(): number {
    return ++last;
  }

  function refuseIfClosed(): void {
    if (closed) throw new Error('the ledger is closed');
  }

  function connection(): ClientConnection {
    refuseIfClosed();
    const made = new ClientConnection({ port, now, gone: (it) => connections.delete(it) });
    connections.add(made);
    return made;
  }

  function sweepLater(): NodeJS.Timeout {
    return setTimeout(() => setImmediate(sweep), SWEEP_EVERY_MS);
  }

  function sweep(): void {
    if (closed) return;
    tick = sweepLater();
    const time = now();
    const limit = hangingAfter();
    for (const load of loads) {
      if (load.over) loads.delete(load);
      else load.sweep(time);
    }
    for (const each of connections) each.sweep(time, limit);
  }

  function askOn(on: ClientConnection, request: PreparedRequest, signal: AbortSignal | undefined): Promise<Entry> {
    const n = number();
    return untilSettled(on, signal, (done) => on.ask(request, (...how) => done(enter(n, on, ...how))));
  }

  function lasting(on: ClientConnection, streamOfAll: string): Connection {
    return {
      port: on.port as number,
      get pid() {
        return on.pid;
      },
      get open() {
        return on.open;
      },
      async ask(path, askOptions = {}) {
        const request = prepareRequest(askOptions.stream ?? streamOfAll, port, path, true, askOptions);
        if (on.open) return askOn(on, request, askOptions.signal);
        refuseIfClosed();
        const time = now();
        return enter(
          number(),
          { port: on.port, opened: on.opened, sent: time, before: on.pid, request },
          'closed',
          null,
          'the connection was closed before',
        );
      },
      close: () => on.close('unfinished', 'the client closed the connection'),
    };
  }

  function enter(
    n: number,
    {
      port: conn,
      opened,
      sent,
      before,
      request: asked,
    }: Pick<ClientConnection, 'port' | 'opened' | 'sent' | 'before' | 'request'>,
    outcome: Outcome,
    answer: Answer | null,
    reason: string | null,
    request = asked as PreparedRequest,
  ): Entry {
    const { stream, method, path } = request;
    const { status, pid, body } = answer ?? NO_ANSWER;
    const entry: Entry = {
      kind: 'request',
      t: sent,
      stream,
      n,
      conn,
      opened,
      method,
      path,
      outcome,
      end: now(),
      status,
      pid,
      body,
      before,
      ...(request.keepAlive && answer?.keepAlive === false ? { last: true } : {}),
      ...(answer?.retryAfter === undefined ? {} : { retryAfter: answer.retryAfter }),
      reason,
    };
    record(entry);
    return entry;
  }
}

const NO_ANSWER = { status: null, pid: null, body: null } as const;
const SWEEP_EVERY_MS = 20;
const HANGING_AFTER_MS = 3000;

/** What `begin` hands to `done`; an abort of `signal` closes the connection, which makes it done too. */
async function untilSettled<T>(
  on: ClientConnection,
  signal: AbortSignal | undefined,
  begin: (done: (value: T) => void) => void,
): Promise<T> {
  const abort = (): void => on.close('unfinished', 'the client gave up');
  try {
    return await new Promise<T>((done) => {
      begin(done);
      if (signal?.aborted) abort();
      else signal?.addEventListener('abort', abort);
    });
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}
