// Clauses 4.2 to 4.8 together: a rolling restart of two workers that two others replace.
import { describe, expect, test } from 'vitest';
import type { Event } from '#history';
import {
  forksOnceEach,
  losesNothing,
  neverListensWithFewer,
  replacesAfterRestart,
  replacesEveryWorker,
  RESTART,
  retiredWorkersGo,
  servesASecondSignal,
} from '#checker';
import { restartOf } from '../../runner/checker/properties/restart/restart.ts';
import { ending, fault, historyOf, primaryDied, wait, worker, judged } from './history.ts';
import { two, hup, first, second, over, restarted, loads } from './rolling-restart.ts';

const all = [replacesEveryWorker, neverListensWithFewer, losesNothing, retiredWorkersGo, forksOnceEach];

test('a restart that is right holds everywhere', () => {
  expect(all.map((property) => judged(property, ...restarted, ...loads).status)).toEqual(all.map(() => 'holds'));
});

test('without a signal, or a fork after it, nothing holds', () => {
  for (const property of [...all, servesASecondSignal, replacesAfterRestart]) {
    expect(judged(property, ...two, ...loads).status).toBe('inconclusive');
    expect(judged(property, ...two, hup, ...loads).status, property.name).toBe('inconclusive');
  }
});

describe('a restart', () => {
  const again = (t: number) => fault('SIGHUP', 0, t);
  const rest = wait(RESTART.atRest, 1231, 1800);
  const of = (...events: readonly Event[]) => restartOf(historyOf([...two, ...events]));

  test('is its signals, who was there and who was forked', () => {
    const restart = of(hup, again(1011), ...first, ...second, over());
    expect(restart?.signals).toHaveLength(2);
    expect([restart?.first.t, restart?.last.t]).toEqual([1000, 1011]);
    expect(restart?.old.map(({ worker: number }) => number)).toEqual([1, 2]);
    expect(restart?.forks.map(({ worker: number }) => number)).toEqual([3, 4]);
    expect(restart?.end).toBe(1230);
    expect(of()).toBeNull();
    expect(of(fault('SIGKILL', 1, 900), ...first)).toBeNull();
  });

  test('ends where its wait is over, or all is at rest, or something is killed, or the program is stopped', () => {
    expect(of(hup)?.end).toBe(Infinity);
    expect(of(hup, over(), rest)?.end).toBe(1800);
    expect(of(hup, over(), fault('SIGKILL', 3, 1200))?.end).toBe(1200);
    expect(of(fault('SIGKILL', 1, 900), hup, over())?.end).toBe(1230);
    expect(of(fault('SIGKILL', 1, 1000), hup, over())?.end).toBe(1230);
    expect(of(hup, ...ending(1100))?.end).toBe(1100);
  });

  test('leaves later signals and forks to another', () => {
    expect(of(hup, rest, again(1800), again(1801))?.signals).toHaveLength(2);
    const forks = (t: number, ...events: readonly Event[]) => of(hup, ...worker(3, t, null), ...events)?.forks.length;
    expect([forks(1000), forks(1001)]).toEqual([0, 1]);
    for (const end of [[fault('SIGKILL', 1, 1500)], [wait(RESTART.atRest, 1231, 1500)], ending(1500)])
      expect([forks(1499, ...end), forks(1500, ...end)]).toEqual([1, 0]);
  });

  test('that was never tried is told with the program’s end', () => {
    expect(judged(losesNothing, ...two).summary).toBe('no SIGHUP was sent');
    expect(judged(losesNothing, ...two, primaryDied(900)).summary).toContain(
      'did not live to be restarted: the primary',
    );
  });
});
