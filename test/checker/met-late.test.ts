// What came after the contract's own limit and before that of a slow machine: nobody can tell whose time it was.
import { describe, expect, test } from 'vitest';
import type { Event, History } from '#history';
import {
  listensOnPort,
  replacementWait,
  replacesEveryWorker,
  RESTART,
  servesASecondSignal,
  type Opinion,
} from '#checker';
import { metLate } from '../../runner/checker/moments.ts';
import { replacesEachKilled } from '../../runner/checker/properties/replacement.ts';
import { exit, fault, historyOf, start, wait, worker } from './history.ts';
import { first, hup, loads, second, two } from './rolling-restart.ts';

test('a limit is what it is on a machine at rest', () => {
  // a quarter of a limit is work: five times as slow, the limit of 400 ms is one of 200
  const late = (t: number, how: object = {}) =>
    metLate(wait('any', 100, t, true, { limit: 400, stretch: 5, ...how }) as never);
  expect([late(300), late(301)]).toEqual([false, true]);
  expect(late(301, { met: false })).toBe(false);
  expect([late(500, { stretch: 1 }), late(501, { stretch: 1 })]).toEqual([false, true]);
});

const renewed = [...first, ...second];
const again = fault('SIGHUP', 0, 2000);

interface Case {
  readonly name: string;
  readonly property: (history: History) => Opinion;
  /** The wait that decides takes 200 ms, and was granted 400. */
  readonly events: (how: { limit: number; stretch: number }) => Event[];
}

const CASES: readonly Case[] = [
  {
    name: '0.1 all listen',
    property: listensOnPort,
    events: (how) => [
      start(2),
      ...worker(1, 10, 50),
      ...worker(2, 10, 190),
      wait('all workers listening', 0, 200, true, how),
    ],
  },
  {
    name: '2.3 the replacement listens',
    property: replacesEachKilled,
    events: (how) => [
      ...two,
      fault('SIGKILL', 1, 500),
      exit(1, 501),
      ...worker(3, 510, 690),
      wait(replacementWait(1), 500, 700, true, how),
    ],
  },
  {
    name: '4.2 the restart is over',
    property: replacesEveryWorker,
    events: (how) => [...two, hup, ...renewed, wait(RESTART.over, 1050, 1250, true, how)],
  },
  {
    name: '4.2 a later restart is over',
    property: replacesEveryWorker,
    events: (how) => [
      ...two,
      hup,
      ...renewed,
      wait(RESTART.over, 1050, 1250),
      wait(RESTART.atRest, 1250, 1900),
      again,
      wait(RESTART.later, 2000, 2200, true, how),
    ],
  },
  {
    name: '4.7 no second restart follows',
    property: servesASecondSignal,
    events: (how) => [
      ...two,
      hup,
      fault('SIGHUP', 0, 1015),
      ...loads,
      ...renewed,
      wait(RESTART.over, 1050, 1250),
      wait(RESTART.atRest, 1250, 1450, true, how),
    ],
  },
];

describe.each(CASES)('$name', ({ property, events }) => {
  test('holds in time, and is open where only a slow machine excuses it', () => {
    expect(property(historyOf(events({ limit: 200, stretch: 1 }))).status).toBe('holds');
    expect(property(historyOf(events({ limit: 400, stretch: 5 }))).status).toBe('holds');
    expect(property(historyOf(events({ limit: 399, stretch: 5 })))).toMatchObject({
      status: 'inconclusive',
      summary: expect.stringContaining('too busy to tell'),
    });
  });
});
