// What a program prints, and who of its processes did. All of them share one pipe for each stream: what is read there is
// the truth, and what the probes say that their processes write (reports that may come a little later) tells whose it is.
import type { ChildProcess } from 'node:child_process';
import type { Recorder } from './recorder.ts';

type Stream = 'stdout' | 'stderr';
const STREAMS = ['stdout', 'stderr'] as const;

/** Kept of each stream of a check; beyond it the program is read, so that it does not block, and forgotten. */
const MOST_OF_A_CHECK = 64 * 1024;
/** Told of each stream in a second of a program that runs for hours. */
const MOST_A_SECOND = 16 * 1024;
const MOST_TEXTS_A_SECOND = 200;
/** For a report that says whose a text is. */
const WAIT_MS = 200;
/** Reports whose text was never read are forgotten: it went to another place than the pipe. */
const STALE_MS = 2000;
const MOST_CLAIMS = 500;

/** Records all that is printed, up to a bound, and not by whom. */
export function captureOutput(child: ChildProcess, { record, now }: Recorder, most = MOST_OF_A_CHECK): void {
  readStreams(child, (stream) => {
    let kept = 0;
    return (text) => {
      if (kept >= most) return;
      kept += text.length;
      record({ kind: 'output', t: now(), stream, text: text.slice(0, most - kept + text.length) });
    };
  });
}

export interface Attribution {
  /** A process says that it writes so many characters now, of which `text` are the first. */
  wrote(pid: number, stream: Stream, text: string, length: number): void;
  /** Records what still waits for a report. */
  close(): void;
}

/** Records what is printed by whom, at a bounded rate. */
export function attributeOutput(child: ChildProcess, { record, now }: Recorder): Attribution {
  const readers = Object.fromEntries(
    STREAMS.map((stream) => [
      stream,
      openAttributed(now, (pid, text) => record({ kind: 'output', t: now(), stream, text, pid })),
    ]),
  ) as Record<Stream, Attributed>;
  readStreams(child, (stream) => readers[stream].read);
  return {
    wrote: (pid, stream, text, length) => readers[stream].wrote(pid, text, length),
    close() {
      for (const stream of STREAMS) readers[stream].close();
    },
  };
}

export interface Attributed {
  /** What was read from the pipe. */
  read(text: string): void;
  wrote(pid: number, text: string, length: number): void;
  close(): void;
}

interface Claim {
  readonly pid: number;
  readonly text: string;
  readonly length: number;
  readonly at: number;
}

/** One stream. `tell` is given each text in the order of the pipe; pid is null where nobody said that it is his. */
export function openAttributed(now: () => number, tell: (pid: number | null, text: string) => void): Attributed {
  let unread = '';
  let since = 0;
  let claims: Claim[] = [];
  let timer: NodeJS.Timeout | undefined;
  let second = -1;
  let told = 0;
  let texts = 0;
  let leftOut = 0;

  /** Whether this second has still room. */
  function hasRoom(): boolean {
    const current = Math.floor(now() / 1000);
    if (current !== second) {
      second = current;
      told = 0;
      texts = 0;
      if (leftOut > 0) tell(null, `… ${leftOut.toLocaleString('en-US')} characters left out\n`);
      leftOut = 0;
    }
    return told < MOST_A_SECOND && texts < MOST_TEXTS_A_SECOND;
  }

  function give(pid: number | null, text: string): void {
    if (!hasRoom()) {
      leftOut += text.length;
      return;
    }
    told += text.length;
    texts += 1;
    tell(pid, text);
  }

  function settle(isOver: boolean): void {
    clearTimeout(timer);
    timer = undefined;
    claims = claims.filter(({ at }) => now() - at < STALE_MS);
    while (unread !== '') {
      const claim = claims.find(({ text }) => unread.startsWith(text));
      if (claim !== undefined && (unread.length >= claim.length || isOver)) {
        claims.splice(claims.indexOf(claim), 1);
        take(claim.pid, Math.min(claim.length, unread.length));
      } else if (isOver || now() - since >= WAIT_MS) take(null, nextClaimed());
      else {
        timer = setTimeout(() => settle(false), WAIT_MS);
        return;
      }
    }
  }

  function take(pid: number | null, length: number): void {
    give(pid, unread.slice(0, length));
    unread = unread.slice(length);
    since = now();
  }

  /** Where the first text begins that is somebody's, after the first character. */
  function nextClaimed(): number {
    const starts = claims.map(({ text }) => unread.indexOf(text, 1)).filter((at) => at !== -1);
    return Math.min(unread.length, ...starts);
  }

  return {
    read(text) {
      if (!hasRoom()) {
        leftOut += unread.length + text.length;
        unread = '';
        claims = [];
        return;
      }
      if (unread === '') since = now();
      unread += text;
      settle(false);
    },
    wrote(pid, text, length) {
      if (!hasRoom()) return;
      claims.push({ pid, text, length, at: now() });
      if (claims.length > MOST_CLAIMS) claims.shift();
      if (unread !== '') settle(false);
    },
    close: () => settle(true),
  };
}

function readStreams(child: ChildProcess, readerOf: (stream: Stream) => (text: string) => void): void {
  for (const stream of STREAMS) {
    child[stream]?.setEncoding('utf8');
    child[stream]?.on('data', readerOf(stream));
    child[stream]?.on('error', () => undefined);
  }
}
