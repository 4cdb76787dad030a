// Pauses processes of one program now and then, as a machine does that has too much to do: SIGSTOP, and a little later
// SIGCONT, to one process at a time.
import { setTimeout as pause } from 'node:timers/promises';
import { carriersOf, isDead, isStopped, listProcesses, signal } from '../../runner/harness/processes.ts';
import type { ProcessInfo } from '../../runner/harness/processes.ts';

/** Between two pauses, and for how long, in ms: any value between the two, equally likely. */
const EVERY = [150, 900] as const;
const LASTS = [20, 300] as const;

export interface Pauses {
  /** How many there were so far. */
  readonly count: number;
  /** Whoever is paused goes on at once, and nobody is paused any more. */
  stop(): Promise<void>;
}

/** `marker` is a `NAME=value` that all of the program's processes have in their environment, and no other process has. */
export function startPauses(marker: string): Pauses {
  const stopped = new AbortController();
  let count = 0;
  const over = (async () => {
    while (!stopped.signal.aborted) {
      await sleep(between(EVERY), stopped.signal);
      const target = anyOf(await membersOf(marker));
      if (target === undefined || stopped.signal.aborted || !signal(target, 'SIGSTOP')) continue;
      count += 1;
      try {
        await sleep(between(LASTS), stopped.signal);
      } finally {
        signal(target, 'SIGCONT');
      }
    }
  })();
  return {
    get count() {
      return count;
    },
    async stop() {
      stopped.abort();
      await over;
    },
  };
}

/** The marker that the harness gives to all processes of the programs that a checker runs. */
export function markerOf(checker: number): string {
  return `WORKBOOK_CHECKER=${checker}`;
}

async function membersOf(marker: string): Promise<readonly ProcessInfo[]> {
  // One that is stopped was stopped by somebody else, who is going to let it go on.
  const running = (await listProcesses()).filter((each) => !isDead(each) && !isStopped(each));
  const carriers = await carriersOf(marker, running);
  return running.filter(({ pid }) => carriers.has(pid));
}

function anyOf<T>(list: readonly T[]): T | undefined {
  return list[Math.floor(Math.random() * list.length)];
}

function between([from, to]: readonly [number, number]): number {
  return from + Math.random() * (to - from);
}

async function sleep(ms: number, until: AbortSignal): Promise<void> {
  await pause(ms, undefined, { signal: until }).catch(() => undefined);
}
