// What a program may take of the machine at most, and the watch over it: a program that goes beyond it is stopped, so that
// an accident (a fork loop, a list that grows without end) does not take the machine along.
import { statSync, writeFileSync } from 'node:fs';
import type { Bound } from './history.ts';
import type { Tree } from './tree.ts';

const MOST_PROCESSES = 60;

/** How much of what happens one after the other is too much. */
export interface Limits {
  /** Workers that are forked. */
  readonly forks: number;
  /** Node processes that are started: where each one leaves another behind, few of them live at once. */
  readonly starts: number;
  /** What the probes report. */
  readonly reports: number;
  readonly reportedBytes: number;
  /** The time in which this is too much, in ms; null for as long as the program runs. */
  readonly withinMs: number | null;
  /** How long it may run, in ms; null for ever. */
  readonly ms: number | null;
}

export const LIMITS_OF_A_CHECK: Limits = {
  // more than any lesson needs; a program beyond it forks without end
  forks: 50,
  starts: 120,
  // some thousand are usual; a million would be a gigabyte of this process
  reports: 200_000,
  reportedBytes: 64 * 2 ** 20,
  withinMs: null,
  // no scenario takes a tenth of it on an idle machine; a program that leaves every request hanging gets there
  ms: 90_000,
};

const LOOK_EVERY_MS = 250;
/** Half of what it may have is gone: the rest can go within the time of one look. */
const LOOK_CLOSELY_EVERY_MS = 40;
/** A look reads all processes of the machine; where it is called for again and again, no more often than this. */
const LEAST_PAUSE_MS = 15;

export interface BoundsOptions {
  readonly tree: Tree;
  /** Those of a check by default. */
  readonly limits?: Limits | undefined;
  /** The workbook's own, that are there as long as the program runs: it is not to touch them. */
  readonly files: readonly string[];
  /** After each look at the processes. */
  readonly looked: () => void;
  /** At most once. */
  readonly beyond: (what: Bound, detail: string) => void;
}

export interface Bounds {
  /** Somebody was started who may soon be gone: looks before he is, if it can. */
  lookSoon(): void;
  /** A worker was forked, so many ms after the start. */
  forked(t: number): void;
  reported(bytes: number): void;
  /** One more Node process of the program reports; so many do now. */
  started(living: number): void;
  flooded(): void;
  /** Ends the watch; resolves when the last look is over. */
  close(): Promise<void>;
}

export function watchBounds({ tree, limits = LIMITS_OF_A_CHECK, files, looked, beyond }: BoundsOptions): Bounds {
  const mostBytes = memoryFor(process.availableMemory());
  const stamps = files.map(stampOf);
  let over = false;
  let closed = false;
  let { forks, starts, reports, reportedBytes } = NOTHING;
  let looking: Promise<void> | null = null;
  let next: NodeJS.Timeout | undefined;
  const { ms: mostMs, withinMs } = limits;
  const late =
    mostMs === null ? undefined : setTimeout(() => tell('time', `not over after ${mostMs / 1000} s`), mostMs);
  /** When the time began in which is counted, by the clock of `forked`. */
  let since = 0;
  let fresh = false;
  const renewal =
    withinMs === null
      ? undefined
      : setInterval(() => {
          ({ forks, starts, reports, reportedBytes } = NOTHING);
          fresh = true;
        }, withinMs);
  lookAfter(LOOK_EVERY_MS);

  function tell(what: Bound, detail: string): void {
    if (over || closed) return;
    over = true;
    beyond(what, detail);
  }

  function lookAfter(ms: number): void {
    clearTimeout(next);
    if (closed) return;
    next = setTimeout(() => {
      looking ??= look()
        // the next look finds what this one could not
        .catch(() => LOOK_EVERY_MS)
        .then((pause) => {
          looking = null;
          lookAfter(pause);
        });
    }, ms);
  }

  /** Gives the pause until the next one. */
  async function look(): Promise<number> {
    await tree.refresh();
    looked();
    const { length } = tree.living();
    const bytes = tree.rssBytes();
    if (length > MOST_PROCESSES) tell('processes', `${length} processes at once`);
    if (bytes > mostBytes)
      tell('memory', `${mebibytes(bytes)} in ${length} processes, and ${mebibytes(mostBytes)} are allowed here`);
    if (files.some((file, i) => stampOf(file) !== stamps[i]))
      tell('files', 'it changed or removed files of the workbook, which the check itself needs');
    return bytes > mostBytes / 2 || length > MOST_PROCESSES / 2 ? LOOK_CLOSELY_EVERY_MS : LOOK_EVERY_MS;
  }

  return {
    lookSoon: () => lookAfter(looking === null ? 0 : LEAST_PAUSE_MS),
    forked(t) {
      if (fresh) since = t;
      fresh = false;
      forks += 1;
      if (forks > limits.forks) tell('forks', `${forks} workers forked in ${Math.round(t - since)} ms`);
    },
    reported(bytes) {
      reports += 1;
      reportedBytes += bytes;
      if (reports > limits.reports || reportedBytes > limits.reportedBytes)
        tell('reports', 'more happened in it (messages, connections, errors) than can be written down');
    },
    // A machine that is full of processes leaves little time to look at them: that is told without a look.
    started(living) {
      starts += 1;
      if (living > MOST_PROCESSES) tell('processes', `${living} Node processes at once`);
      if (starts > limits.starts) tell('processes', `${starts} Node processes were started`);
    },
    flooded: () => tell('reports', 'it floods the socket on which the workbook’s probes report'),
    async close() {
      closed = true;
      clearTimeout(late);
      clearInterval(renewal);
      clearTimeout(next);
      await looking;
    },
  };
}

const NOTHING = { forks: 0, starts: 0, reports: 0, reportedBytes: 0 };

const MEBIBYTE = 2 ** 20;
const mebibytes = (bytes: number): string => `${Math.round(bytes / MEBIBYTE).toLocaleString('en-US')} MiB`;

/**
 * Resident in all processes of a program together, shared pages counted in each: a worker takes about 50 MB. A quarter of
 * what is available, since up to four programs run side by side; what ten workers need is granted on any machine.
 */
export function memoryFor(available: number): number {
  return Math.min(4096 * MEBIBYTE, Math.max(768 * MEBIBYTE, available / 4));
}

/**
 * Where memory runs out before it is looked at, the kernel is to end this program and nothing else of its user. What
 * the program starts inherits it.
 */
export function firstToGo(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, '1000');
  } catch {
    // another system, or a process that has ended already
  }
}

/** Changes when a file is written to, replaced or removed. A socket has neither contents nor size. */
function stampOf(file: string): string | null {
  try {
    const { ino, size, mtimeMs } = statSync(file);
    return `${ino} ${size} ${mtimeMs}`;
  } catch {
    return null;
  }
}
