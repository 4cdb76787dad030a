// Bounds on what happens one after the other: in total, as a check has them, or within a time, for a program that runs for hours.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { watchBounds, LIMITS_OF_A_CHECK, type Limits } from '../../runner/harness/bounds.ts';
import type { Tree } from '../../runner/harness/tree.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const EMPTY = { refresh: async () => [], living: () => [], rssBytes: () => 0 } as unknown as Tree;
const LIMITS: Limits = { forks: 3, starts: 4, reports: 5, reportedBytes: 1000, withinMs: 10_000, ms: null };

function watch(limits?: Limits) {
  const told: string[] = [];
  const bounds = watchBounds({
    tree: EMPTY,
    limits,
    files: [],
    looked: () => undefined,
    beyond: (what, detail) => told.push(`${what}: ${detail}`),
  });
  return { ...bounds, told };
}

function times(count: number, act: () => void): void {
  for (let n = 0; n < count; n += 1) act();
}

test('what comes slowly may come for ever, and what comes at once is told', async () => {
  const bounds = watch(LIMITS);
  for (let t = 0; t < 3_600_000; t += 10_000) {
    times(3, () => bounds.forked(t));
    times(4, () => bounds.started(1));
    times(5, () => bounds.reported(1));
    vi.advanceTimersByTime(10_000);
  }
  expect(bounds.told).toEqual([]);
  times(4, () => bounds.forked(3_600_100));
  expect(bounds.told).toEqual(['forks: 4 workers forked in 0 ms']);
  await bounds.close();
});

test.each<[string, (bounds: ReturnType<typeof watch>) => void]>([
  ['processes', (bounds) => times(5, () => bounds.started(1))],
  ['reports', (bounds) => times(6, () => bounds.reported(1))],
  ['reports', (bounds) => bounds.reported(1001)],
])('%s beyond the limit within the time are told once', async (what, act) => {
  const bounds = watch(LIMITS);
  act(bounds);
  act(bounds);
  expect(bounds.told).toHaveLength(1);
  expect(bounds.told[0]).toMatch(new RegExp(`^${what}: `));
  await bounds.close();
});

test('a check counts all that happens in it, and has an end', async () => {
  const bounds = watch();
  times(LIMITS_OF_A_CHECK.forks, () => bounds.forked(10));
  vi.advanceTimersByTime(60_000);
  expect(bounds.told).toEqual([]);
  bounds.forked(60_000);
  expect(bounds.told).toEqual([`forks: ${LIMITS_OF_A_CHECK.forks + 1} workers forked in 60000 ms`]);
  await bounds.close();
  const late = watch();
  vi.advanceTimersByTime(90_000);
  expect(late.told).toEqual(['time: not over after 90 s']);
  await late.close();
});
