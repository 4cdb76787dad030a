// What a request costs: the CPU time that each worker's main thread spends while it is under way.
import type { Entry, Ledger } from '../ledger.ts';
import type { Program } from '../program.ts';
import type { Recorder } from '../recorder.ts';
import { mainThreadCpuMs } from '../tree.ts';
import type { Waiting } from './waiting.ts';
import type { Workers } from './workers.ts';

export interface Measuring {
  /** One request alone, with the CPU time that each worker's main thread spent meanwhile recorded. */
  measure(path: string): Promise<Entry>;
  /** Two requests at once on fresh connections; records how much CPU time each worker had spent when the first was answered. */
  pair(path: string): Promise<void>;
}

export interface MeasuringOptions {
  readonly program: Program;
  readonly recorder: Recorder;
  readonly ledger: Ledger;
  readonly workers: Workers;
  readonly waiting: Waiting;
  readonly signal: AbortSignal;
}

export function openMeasuring(options: MeasuringOptions): Measuring {
  const { program, ledger, workers, signal } = options;
  const { now, record } = options.recorder;
  const { check } = options.waiting;

  /** Starts measuring; the function that it gives records, as of one request, what each worker has spent since. */
  async function cpuMeter(): Promise<(entry: Entry) => Promise<void>> {
    const measured = workers.listening();
    const before = await Promise.all(measured.map((life) => cpuOf(life.pid)));
    return async ({ n, path }) => {
      const t = now();
      const after = await Promise.all(measured.map((life) => cpuOf(life.pid)));
      for (const [i, { pid }] of measured.entries()) {
        const [from, to] = [before[i] ?? null, after[i] ?? null];
        if (from !== null && to !== null) record({ kind: 'worked', t, pid, n, path, cpuMs: to - from });
      }
    };
  }

  async function cpuOf(pid: number): Promise<number | null> {
    return mainThreadCpuMs(pid) ?? (await program.order(pid, { do: 'look' }))?.cpuMs ?? null;
  }

  return {
    async measure(path) {
      check();
      const spent = await cpuMeter();
      const entry = await ledger.ask(path, { stream: 'alone', signal });
      await spent(entry);
      return entry;
    },

    async pair(path) {
      check();
      const spent = await cpuMeter();
      const both = [0, 1].map(() => ledger.ask(path, { stream: 'pair', signal }));
      await spent(await Promise.race(both));
      await Promise.all(both);
    },
  };
}
