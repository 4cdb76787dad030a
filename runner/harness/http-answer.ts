// Reads HTTP/1.1 answers from a connection, in whatever pieces they arrive (RFC 9112).
// It believes nothing: what is not an answer, or is longer than any answer of a lesson, is told as malformed.

export interface Answer {
  readonly status: number;
  /** Whether the server lets this connection be used again. */
  readonly keepAlive: boolean;
  /** At most 4,096 characters; null where this answer has no body by its nature (HEAD, 204, 304). */
  readonly body: string | null;
  /** The pid in `Hello from worker <pid>`, where the body is exactly that. */
  readonly pid: number | null;
  /** What `Retry-After` says. */
  readonly retryAfter?: string;
}

export const MAX_HEAD_BYTES = 64 * 1024;
export const MAX_BODY_BYTES = 1024 * 1024;
export const MAX_BODY_TOLD = 4096;

/** What one connection's answers have come to. One answer is read at a time: `expect` it, `take` bytes until it is not `more`. */
export class AnswerReader {
  /** The answer, once `take` or `ended` said that it is whole. */
  answer: Answer | null = null;
  /** Bytes that came behind the whole answer, in the same piece. */
  surplus = 0;
  /** Why it is malformed. */
  reason = '';
  /** Whether a byte of this answer has come. */
  begun = false;

  #stage: Stage = 'status';
  #bodiless = false;
  /** The line that has begun and not yet ended, as latin1. */
  #line = '';
  #headBytes = 0;
  #status = 0;
  #minorVersion = 1;
  #length: number | null = null;
  #coding: string | null = null;
  #close = false;
  #keepAlive = false;
  #retryAfter: string | null = null;
  /** Bytes of the body, or of the chunk, that are still to come. */
  #remaining = 0;
  #bodyBytes = 0;
  #kept: Buffer[] = [];
  #keptBytes = 0;

  // On one connection an answer is nearly always byte for byte the one before it (its Date changes once a second).
  // Then comparing is all the reading that there is to do: this is what lets the ledger keep up with autocannon.
  readonly #last = Buffer.allocUnsafeSlow(MAX_REMEMBERED);
  #lastLength = 0;
  #lastBodiless = false;
  #lastAnswer: Answer | null = null;

  /** A new answer begins. `bodiless`: it is to a HEAD request. */
  expect(bodiless: boolean): void {
    this.answer = null;
    this.surplus = 0;
    this.begun = false;
    this.#bodiless = bodiless;
    if (this.#stage !== 'status' || this.#line !== '') this.#beginHead();
    this.#headBytes = 0;
  }

  /** Takes in the first `count` bytes of `bytes`, and keeps no reference to them. */
  take(bytes: Buffer, count: number): 'more' | 'whole' | 'malformed' {
    const first = !this.begun;
    if (first && this.#isRepetition(bytes, count)) {
      this.begun = true;
      this.answer = this.#lastAnswer;
      return 'whole';
    }
    this.begun = true;
    const used = this.#read(bytes, count);
    if (this.#stage === 'malformed') return 'malformed';
    if (this.#stage !== 'whole') return 'more';
    this.surplus = count - used;
    if (first && this.surplus === 0 && count <= MAX_REMEMBERED) this.#remember(bytes, count);
    return 'whole';
  }

  /** The server has closed the connection. Says whether that makes the answer whole (its length was not announced). */
  ended(): boolean {
    if (this.#stage !== 'rest') return false;
    this.#finish();
    return true;
  }

  /** How far the answer has come, for people. */
  get progress(): string {
    switch (this.#stage) {
      case 'status':
      case 'header':
        return this.begun ? 'the answer stopped within its head' : 'no byte of the answer came';
      case 'fixed':
        return `the answer stopped after ${this.#bodyBytes} of the ${this.#length} bytes of its body`;
      case 'size':
      case 'chunk':
      case 'chunk-end':
      case 'trailer':
        return `the answer stopped after ${this.#bodyBytes} bytes of its body, before its last chunk`;
      case 'rest':
        return `the answer goes on after ${this.#bodyBytes} bytes of a body without an announced length`;
      case 'whole':
        return 'the answer is whole';
      case 'malformed':
        return this.reason;
    }
  }

  #isRepetition(bytes: Buffer, count: number): boolean {
    return (
      count === this.#lastLength &&
      this.#bodiless === this.#lastBodiless &&
      bytes.compare(this.#last, 0, count, 0, count) === 0
    );
  }

  #remember(bytes: Buffer, count: number): void {
    bytes.copy(this.#last, 0, 0, count);
    this.#lastLength = count;
    this.#lastBodiless = this.#bodiless;
    this.#lastAnswer = this.answer;
  }

  /** Reads on, and gives the position behind the last byte that belongs to this answer. */
  #read(bytes: Buffer, count: number): number {
    let at = 0;
    while (at < count) {
      switch (this.#stage) {
        case 'whole':
        case 'malformed':
          return at;
        case 'fixed':
        case 'chunk': {
          const size = Math.min(this.#remaining, count - at);
          this.#keep(bytes, at, size);
          at += size;
          this.#remaining -= size;
          if (this.#remaining > 0) break;
          if (this.#stage === 'fixed') this.#finish();
          else this.#stage = 'chunk-end';
          break;
        }
        case 'rest':
          this.#keep(bytes, at, count - at);
          at = count;
          if (this.#bodyBytes > MAX_BODY_BYTES) this.#malformed(TOO_LONG_A_BODY);
          break;
        default: {
          const found = bytes.indexOf(LF, at);
          const end = found === -1 || found >= count ? count : found;
          this.#line += bytes.toString('latin1', at, end);
          if (this.#headBytes + this.#line.length > MAX_HEAD_BYTES) this.#malformed('its head is longer than 64 KiB');
          else if (this.#stage === 'status' && !couldBeHttp(this.#line))
            this.#malformed(`it does not begin like HTTP: ${excerpt(this.#line)}`);
          else if (end < count) this.#lineEnds();
          at = end + 1;
        }
      }
    }
    return count;
  }

  #lineEnds(): void {
    // A bare LF ends a line too (RFC 9112 §2.2): what learners write by hand with '\n' is answered in every browser.
    const line = this.#line.endsWith('\r') ? this.#line.slice(0, -1) : this.#line;
    this.#line = '';
    switch (this.#stage) {
      case 'status':
        return this.#statusLine(line);
      case 'header':
        this.#headBytes += line.length + 2;
        return line === '' ? this.#headEnds() : this.#header(line);
      case 'size':
        return this.#chunkSize(line);
      case 'chunk-end':
        if (line !== '') return this.#malformed('a chunk is longer than its announced size');
        this.#stage = 'size';
        return;
      case 'trailer':
        this.#headBytes += line.length + 2;
        if (line === '') this.#finish();
        return;
      default:
        return;
    }
  }

  #statusLine(line: string): void {
    const parts = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: .*)?$/.exec(line);
    if (parts === null) return this.#malformed(`its status line is not HTTP: ${excerpt(line)}`);
    this.#headBytes += line.length + 2;
    this.#minorVersion = Number(parts[1]);
    this.#status = Number(parts[2]);
    this.#stage = 'header';
  }

  #header(line: string): void {
    const colon = line.indexOf(':');
    if (colon <= 0) return this.#malformed(`a header line without a name: ${excerpt(line)}`);
    switch (line.slice(0, colon).toLowerCase()) {
      case 'content-length':
        // Several equal lengths, in one line or more, are one (RFC 9110 §8.6).
        for (const value of elements(line.slice(colon + 1))) {
          if (!/^\d{1,15}$/.test(value) || (this.#length !== null && this.#length !== Number(value)))
            return this.#malformed(`its Content-Length is no length: ${excerpt(line)}`);
          this.#length = Number(value);
        }
        return;
      case 'transfer-encoding':
        this.#coding = elements(line.slice(colon + 1).toLowerCase()).at(-1) ?? this.#coding;
        return;
      case 'retry-after':
        this.#retryAfter = line.slice(colon + 1).trim();
        return;
      case 'connection':
        for (const option of elements(line.slice(colon + 1).toLowerCase())) {
          if (option === 'close') this.#close = true;
          if (option === 'keep-alive') this.#keepAlive = true;
        }
        return;
    }
  }

  /** How long the body is: RFC 9112 §6.3, in its order. */
  #headEnds(): void {
    if (this.#status < 200 && this.#status !== 101) return this.#beginHead();
    if (this.#bodiless || this.#status === 101 || this.#status === 204 || this.#status === 304) {
      this.#finish(false);
    } else if (this.#coding !== null) {
      this.#stage = this.#coding === 'chunked' ? 'size' : 'rest';
    } else if (this.#length === null) {
      this.#stage = 'rest';
    } else if (this.#length > MAX_BODY_BYTES) {
      this.#malformed(TOO_LONG_A_BODY);
    } else {
      this.#stage = 'fixed';
      this.#remaining = this.#length;
      if (this.#length === 0) this.#finish();
    }
  }

  #chunkSize(line: string): void {
    const size = /^([0-9a-f]{1,8})[ \t]*(?:;.*)?$/i.exec(line)?.[1];
    if (size === undefined) return this.#malformed(`a chunk without a size: ${excerpt(line)}`);
    this.#remaining = Number.parseInt(size, 16);
    if (this.#remaining === 0) this.#stage = 'trailer';
    else if (this.#bodyBytes + this.#remaining > MAX_BODY_BYTES) this.#malformed(TOO_LONG_A_BODY);
    else this.#stage = 'chunk';
  }

  #keep(bytes: Buffer, from: number, size: number): void {
    this.#bodyBytes += size;
    const room = Math.min(size, MAX_KEPT_BYTES - this.#keptBytes);
    if (room <= 0) return;
    this.#kept.push(Buffer.from(bytes.subarray(from, from + room)));
    this.#keptBytes += room;
  }

  #finish(hasBody = true): void {
    const endless = this.#stage === 'rest';
    this.#stage = 'whole';
    const body = !hasBody ? null : Buffer.concat(this.#kept).toString('utf8').slice(0, MAX_BODY_TOLD);
    this.answer = {
      status: this.#status,
      keepAlive: !endless && !this.#close && this.#status !== 101 && (this.#minorVersion === 1 || this.#keepAlive),
      body,
      pid: body === null ? null : namedPid(body),
      ...(this.#retryAfter === null ? {} : { retryAfter: this.#retryAfter }),
    };
  }

  #malformed(reason: string): void {
    this.#stage = 'malformed';
    this.reason = reason;
  }

  /** Forgets all of an earlier head, but not how many bytes it had: an endless row of 1xx answers is bounded too. */
  #beginHead(): void {
    this.#stage = 'status';
    this.#line = '';
    this.#length = null;
    this.#coding = null;
    this.#close = false;
    this.#keepAlive = false;
    this.#retryAfter = null;
    this.#remaining = 0;
    this.#bodyBytes = 0;
    this.#kept = [];
    this.#keptBytes = 0;
  }
}

/** The pid in a body that is exactly `Hello from worker <pid>` and a line end. */
export function namedPid(body: string): number | null {
  const pid = /^Hello from worker ([1-9]\d{0,9})\r?\n$/.exec(body)?.[1];
  return pid === undefined ? null : Number(pid);
}

type Stage =
  | 'status' // the status line
  | 'header'
  | 'fixed' // a body of announced length
  | 'size' // the line before a chunk
  | 'chunk'
  | 'chunk-end' // the line end behind a chunk
  | 'trailer'
  | 'rest' // a body that lasts until the connection closes
  | 'whole'
  | 'malformed';

const LF = 10;
const PREFIX = 'HTTP/1.';
const TOO_LONG_A_BODY = 'its body is longer than 1 MiB';
/** Enough for MAX_BODY_TOLD characters of UTF-8. */
const MAX_KEPT_BYTES = MAX_BODY_TOLD * 3;
const MAX_REMEMBERED = 512;

function couldBeHttp(line: string): boolean {
  return line.length < PREFIX.length ? PREFIX.startsWith(line) : line.startsWith(PREFIX);
}

function elements(list: string): string[] {
  return list
    .split(',')
    .map((element) => element.trim())
    .filter((element) => element !== '');
}

function excerpt(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
