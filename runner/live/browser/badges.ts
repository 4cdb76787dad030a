// The number key of each living worker: it keeps its own for life, and whoever comes later takes the lowest that is free.
import type { Cut } from './scene.ts';
import { livingWorkers } from './view.ts';

/** Of one side. */
export interface Badges {
  readonly run: number;
  /** Keys from 1 to 9, by the workers' numbers. */
  readonly keys: ReadonlyMap<number, number>;
}

const MOST = 9;

export function badgesAt(cut: Cut, before: Badges | undefined): Badges {
  const { run } = cut.side;
  const workers = livingWorkers(cut).map(({ lane }) => lane.worker as number);
  const known = before?.run === run ? before.keys : new Map<number, number>();
  const keys = new Map([...known].filter(([worker]) => workers.includes(worker)));
  const free = Array.from({ length: MOST }, (_, index) => index + 1).filter((key) => ![...keys.values()].includes(key));
  for (const worker of workers) {
    const key = keys.has(worker) ? undefined : free.shift();
    if (key !== undefined) keys.set(worker, key);
  }
  return { run, keys };
}

/** Null where no worker has it. */
export function workerOf({ keys }: Badges, key: number): number | null {
  return [...keys].find(([, each]) => each === key)?.[0] ?? null;
}
