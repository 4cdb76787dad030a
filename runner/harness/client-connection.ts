// One connection of a client to the program: at most one request under way, and what became of it.
import { connect, type Socket } from 'node:net';
import { AnswerReader, type Answer } from './http-answer.ts';
import type { Outcome } from './history.ts';

/** A request, ready to be written any number of times. */
export interface PreparedRequest {
  readonly stream: string;
  readonly method: string;
  readonly path: string;
  /** How long the server is entitled to take, in ms. */
  readonly dueIn: number;
  /** The client wants to keep the connection. */
  readonly keepAlive: boolean;
  readonly bytes: Buffer;
}

export interface RequestOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly dueIn?: number;
}

export function prepareRequest(
  stream: string,
  port: number,
  path: string,
  keepAlive: boolean,
  options: RequestOptions = {},
): PreparedRequest {
  const { method = 'GET', headers = {}, body, dueIn = 0 } = options;
  const lines = [
    `${method} ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    `Connection: ${keepAlive ? 'keep-alive' : 'close'}`,
  ];
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  if (body !== undefined) lines.push(`Content-Length: ${Buffer.byteLength(body)}`);
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`);
  return {
    stream,
    method,
    path,
    dueIn,
    keepAlive,
    bytes: body === undefined ? head : Buffer.concat([head, Buffer.from(body)]),
  };
}

/** What became of a request. `answer` is there exactly where it was answered, `reason` where it was not. */
export type Settled = (outcome: Outcome, answer: Answer | null, reason: string | null) => void;

export interface ClientConnectionOptions {
  readonly port: number;
  readonly now: () => number;
  /** The socket is gone for good. Called once, after everything else. */
  readonly gone: (connection: ClientConnection) => void;
}

export class ClientConnection {
  /** The client's port, once connected; it stays known when the connection is closed. */
  port: number | null = null;
  /** When the attempt to connect began. */
  readonly opened: number;
  /** Whether a request can be given to it. */
  open = true;
  /** Who answered last on this connection. */
  pid: number | null = null;

  // Of the request that is under way, or was last.
  /** When it was written; until it is connected, when the attempt began. */
  sent: number;
  /** Who had answered on this connection before. */
  before: number | null = null;
  request: PreparedRequest | null = null;
  /** Told once; null while nothing is under way. */
  #settled: Settled | null = null;

  readonly #options: ClientConnectionOptions;
  readonly #socket: Socket;
  readonly #reader = new AnswerReader();
  #connected = false;
  #established: (() => void) | null = null;
  #lingersSince: number | null = null;

  constructor(options: ClientConnectionOptions) {
    this.#options = options;
    this.opened = options.now();
    this.sent = this.opened;
    // `onread` spares a new Buffer and a trip through the readable stream for every answer.
    const onread = { buffer: Buffer.allocUnsafeSlow(READ_BYTES), callback: this.#read };
    this.#socket = connect({ port: options.port, host: '127.0.0.1', noDelay: true, onread });
    this.#socket.on('connect', this.#connect).on('end', this.#end).on('error', this.#error).on('close', this.#closed);
  }

  get underWay(): boolean {
    return this.#settled !== null;
  }

  /** How far the request has come, for people. */
  get progress(): string {
    return this.#connected ? this.#reader.progress : 'not connected';
  }

  /** Waits for the connection alone: `settled` is told where it fails, else `established` is called. */
  establish(established: () => void, settled: Settled): void {
    this.#established = established;
    this.#settled = settled;
  }

  /** Sends a request, as soon as there is a connection. */
  ask(request: PreparedRequest, settled: Settled): void {
    if (this.#settled !== null) throw new Error('a connection carries one request at a time');
    if (!this.open) throw new Error('a request was given to a connection that is closed');
    this.request = request;
    this.before = this.pid;
    this.sent = this.#options.now();
    this.#settled = settled;
    this.#reader.expect(request.method === 'HEAD');
    if (this.#connected) this.#socket.write(request.bytes);
  }

  /** Ends the connection now. A request that is under way becomes what `outcome` says. */
  close(outcome: Outcome = 'unfinished', reason = 'the clients were stopped'): void {
    this.open = false;
    this.#socket.destroy();
    this.#settle(outcome, null, reason);
  }

  /** Calls what is long overdue hanging. Only to be called after the sockets had their turn: what has arrived is no hanging. */
  sweep(now: number, hangingAfter: number): void {
    if (this.#lingersSince !== null) {
      if (now - this.#lingersSince > LINGER_MS) this.#socket.destroy();
    } else if (this.#settled !== null) {
      const overdue = now - this.sent - (this.request?.dueIn ?? 0);
      if (overdue > hangingAfter) this.close('hanging', `${this.progress} ${Math.round(overdue)} ms after it was due`);
    }
  }

  /** Nothing more is asked here. Where the server has announced that it closes, it is left to close first, as HTTP has it. */
  retire(announced: boolean): void {
    this.open = false;
    if (announced) this.#lingersSince ??= this.#options.now();
    else this.#socket.destroy();
  }

  readonly #connect = (): void => {
    this.#connected = true;
    // A socket that was reset already may have no port any more (macOS); then its error follows.
    this.port = this.#socket.localPort ?? null;
    if (this.request !== null) {
      this.sent = this.#options.now();
      this.#socket.write(this.request.bytes);
    } else if (this.port !== null) {
      this.#settled = null;
      this.#established?.();
    }
  };

  readonly #read = (count: number, bytes: Uint8Array): boolean => {
    if (!this.open) return true;
    if (this.#settled === null) {
      // Nobody asked: whatever it is, the next answer here could not be told from it.
      this.close();
      return true;
    }
    switch (this.#reader.take(bytes as Buffer, count)) {
      case 'more':
        break;
      case 'malformed':
        this.close('cut', this.#reader.reason);
        break;
      case 'whole':
        this.#answered(this.#reader.answer as Answer);
    }
    return true;
  };

  #answered(answer: Answer): void {
    if (answer.pid !== null) this.pid = answer.pid;
    if (!answer.keepAlive) this.retire(true);
    else if (this.#reader.surplus > 0) this.retire(false);
    this.#settle('answered', answer, null);
  }

  // Also where it was reset in the same look at the socket as its last bytes: libuv tells that as an end (uv__stream_io, POLLHUP).
  readonly #end = (): void => {
    this.open = false;
    this.#socket.destroy();
    if (this.#settled === null) return;
    if (this.#reader.ended()) this.#answered(this.#reader.answer as Answer);
    else this.#settle(this.#reader.begun ? 'cut' : 'closed', null, `closed by the server: ${this.progress}`);
  };

  readonly #error = (error: NodeJS.ErrnoException): void => {
    this.open = false;
    if (this.#settled === null) return;
    const code = error.code ?? error.message;
    this.#settle(this.#connected ? 'reset' : (UNCONNECTED[code] ?? 'unfinished'), null, `${code}: ${this.progress}`);
  };

  readonly #closed = (): void => {
    this.open = false;
    this.#settle('closed', null, `closed by the server: ${this.progress}`);
    this.#options.gone(this);
  };

  #settle(outcome: Outcome, answer: Answer | null, reason: string | null): void {
    const settled = this.#settled;
    if (settled === null) return;
    this.#settled = null;
    settled(outcome, answer, reason);
  }
}

/** Errors of a connection attempt. Any other (no more ports, no more files) is this machine's, and nothing that the program did. */
const UNCONNECTED: Readonly<Record<string, Outcome>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  ETIMEDOUT: 'hanging',
};

const READ_BYTES = 8 * 1024;
/** For a server that announces that it closes, and does not. */
const LINGER_MS = 200;
