// Counts over time: nothing is lost or made up when it is spread, and nothing older than the page shows is kept.
import { expect, test } from 'vitest';
import { COLUMN_MS, columnAt, NO_COLUMNS, spread, trimmed, WINDOW_MS } from '../../runner/live/columns.ts';
import { chance } from './random-ticks.ts';

const sum = (counts: readonly number[]) => counts.reduce((total, each) => total + each, 0);

test('a count is spread evenly over its time, in whole numbers', () => {
  expect(spread(NO_COLUMNS, 10, 0, 500)).toEqual({ first: 0, counts: [2, 2, 2, 2, 2, 0] });
  expect(spread(NO_COLUMNS, 7, 1050, 1150)).toEqual({ first: 10, counts: [4, 3] });
  expect(spread(NO_COLUMNS, 3, 250, 250)).toEqual({ first: 2, counts: [3] });
  expect(spread({ first: 2, counts: [3] }, 5, 10, 20)).toEqual({ first: 0, counts: [5, 0, 3] });
});

test('its sum stays, however it falls', () => {
  const next = chance(4);
  let columns = NO_COLUMNS;
  let told = 0;
  let t = 0;
  for (let i = 0; i < 1000; i += 1) {
    const count = Math.floor(next() * 1000);
    const to = t + next() * 119;
    columns = spread(columns, count, t, to);
    told += count;
    t = to;
  }
  expect(t).toBeLessThan(WINDOW_MS);
  expect(sum(columns.counts)).toBe(told);
  expect(columns.counts.every((each) => Number.isInteger(each) && each >= 0)).toBe(true);
});

test('what is too old is not kept, and what comes after a long silence is all in the page’s time', () => {
  const old = spread(NO_COLUMNS, 100, 0, 1000);
  const both = spread(old, 60, 1000, 10 * WINDOW_MS);
  expect(sum(both.counts)).toBe(60);
  expect(both.counts).toHaveLength(WINDOW_MS / COLUMN_MS);
  expect(trimmed(old, WINDOW_MS + 500).counts.length).toBeLessThan(old.counts.length);
  expect(trimmed(old, 3 * WINDOW_MS)).toEqual(NO_COLUMNS);
  expect(columnAt(-5)).toBe(0);
});
