// What the experiments of lesson 7's predictions say of small histories: the answer that they show, another one where the
// program had behaved otherwise, and nothing where the run did not come far enough.
import { expect, test } from 'vitest';
import type { Event } from '#history';
import { experiments } from '../../lessons/07-graceful-shutdown/predictions.ts';
import {
  exit,
  fault,
  historyOf,
  lost,
  pidOf,
  primaryDied,
  range,
  request,
  upAndListening,
} from '../checker/history.ts';

const two = upAndListening(2);
const term = fault('SIGTERM', 0, 300);
const stopped = [...two, fault('freeze', 1, 290), term];

/** So many slow requests, some of them answered. */
function slow(count: number, answered: number): Event[] {
  return range(count).map((i) =>
    i < answered ? request(1, 200, { stream: 'slow', end: 3200 }) : lost('closed', 200, { stream: 'slow', end: 320 }),
  );
}

/** The primary's own end, and who was left. */
function over(t: number, code: number, left: readonly number[] = []): Event[] {
  return [
    primaryDied(t, code),
    { kind: 'stop', t: t + 5, signal: 'SIGKILL' },
    { kind: 'left', t: t + 2005, after: 2000, pids: left, port: false },
  ];
}

type Row = readonly [about: string, id: string, events: readonly Event[], value: unknown];

const ROWS: readonly Row[] = [
  ['none answered', 'no-handler', [...two, ...slow(10, 0), term, ...over(310, 0)], 0],
  ['some answered', 'no-handler', [...two, ...slow(10, 4), term, ...over(310, 0)], 4],
  ['too few requests', 'no-handler', [...two, ...slow(9, 0), term, ...over(310, 0)], null],
  ['a signal too late', 'no-handler', [...two, ...slow(10, 10), fault('SIGTERM', 0, 3300), ...over(3400, 0)], null],
  ['workers that the signal ended', 'ctrl-c', [...two, ...slow(6, 0), term, exit(1, 305, { signal: 'SIGINT' })], 0],
  ['workers that heard it', 'ctrl-c', [...two, ...slow(6, 6), term], 6],
  ['no signal', 'ctrl-c', [...two, ...slow(6, 6)], null],
  ['one that stays', 'polite-kill', [...stopped, ...over(1300, 1, [pidOf(1)])], 'there'],
  ['one that is gone', 'polite-kill', [...stopped, ...over(1300, 1)], 'dead'],
  ['a primary that ended otherwise', 'polite-kill', [...stopped, ...over(400, 0, [pidOf(1)])], null],
  ['code 1', 'exit-code', [...stopped, ...over(5300, 1)], 1],
  ['code 0', 'exit-code', [...stopped, ...over(5300, 0)], 0],
  ['nobody stopped', 'exit-code', [...two, term, ...over(5300, 1)], null],
];

test.each(ROWS)('%s', (_about, id, events, value) => {
  expect(experiments[id]?.answer(historyOf(events))?.value ?? null).toBe(value);
});

test('nothing is said of a run that ended as it began, and each answer has rows of its own', () => {
  for (const [id, experiment] of Object.entries(experiments)) {
    expect(experiment.answer(historyOf(two.slice(0, 1)))).toBeNull();
    const values = ROWS.filter(([, name]) => name === id).map(([, , , value]) => value);
    expect(new Set(values.filter((value) => value !== null)).size, id).toBeGreaterThanOrEqual(2);
    expect(values, id).toContain(null);
  }
});
