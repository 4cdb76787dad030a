// How slow this machine is right now, measured by what the lessons are made of: how long a Node process takes to start.
// All limits of time are stretched by it, so that a busy machine is not held against the learner.
import { spawn } from 'node:child_process';

/** A start of `node -e 0` that counts as an idle machine: 26 ms was measured on two idle cores, 60 on small ones. */
const IDLE_START_MS = 60;

/** No wait is stretched beyond this: a machine that is slower cannot tell anything. */
export const MOST_STRETCH = 6;

export interface Pace {
  /** At least 1; the slowest of the measurements since `from`, and of the last one before it. */
  stretch(from?: number): number;
  measure(): Promise<number>;
}

/** `known` is what was measured before: it holds from the beginning until it is measured again. */
export function openPace(now: () => number, tell: (stretch: number, t: number) => void, known = 1): Pace {
  const measured: { readonly t: number; readonly stretch: number }[] = [];
  let underWay: Promise<number> | null = null;
  const keep = (stretch: number): number => {
    measured.push({ t: now(), stretch });
    tell(stretch, now());
    return stretch;
  };
  keep(known);
  return {
    stretch(from = 0) {
      const before = measured.findLast(({ t }) => t <= from)?.stretch ?? 1;
      return measured.filter(({ t }) => t > from).reduce((most, { stretch }) => Math.max(most, stretch), before);
    },
    measure() {
      underWay ??= measureStretch().then((stretch) => {
        underWay = null;
        return keep(stretch);
      });
      return underWay;
    },
  };
}

/** How slow this machine is now: 1 where it is idle. Takes as long as a Node process does to start. */
export async function measureStretch(): Promise<number> {
  return Math.max(1, Math.round(((await startNode()) / IDLE_START_MS) * 100) / 100);
}

function startNode(): Promise<number> {
  const { NODE_OPTIONS: _options, NODE_EXTRA_CA_CERTS: _certificates, ...env } = process.env;
  const begin = performance.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['-e', '0'], { stdio: 'ignore', env });
    // where no process can be started at all, the launch of the program tells why
    child.on('error', () => resolve(performance.now() - begin));
    child.on('exit', () => resolve(performance.now() - begin));
  });
}
