// The other side of clause 3.1: how old a total may be while requests keep coming.
import { expect, test } from 'vitest';
import type { Event, History } from '#history';
import { countsEachRequest, toldWhileItCounts, type Opinion } from '#checker';
import { historyOf, lost, mark, range, request, stats, upAndListening } from './history.ts';

const judged = (property: (history: History) => Opinion, ...events: readonly Event[]) => property(historyOf(events));

const two = upAndListening(2);

const from = mark('trickle begins', 1000);
const to = mark('trickle ends', 3000);
/** A request each 100 ms, from 1010 on, each answered 10 ms later. */
const trickle = range(19).map((i) => request(1 + (i % 2), 1010 + 100 * i, { end: 1020 + 100 * i }));
const told = (...events: readonly Event[]) => judged(countsEachRequest, ...two, from, ...trickle, to, ...events);
/** At `t`, `old` requests had been answered for longer than 500 ms, 250 for their way, and twice 10 for a stall. */
const old = (t: number) => trickle.filter(({ end }) => end < t - 770).length;

test('holds where each total is that of half a second before, or newer', () => {
  const read = range(20).map((i) => stats(1, 1005 + 99 * i, 0, old(1005 + 99 * i)));
  expect(told(...read)).toMatchObject({
    status: 'holds',
    judged: 20,
    summary: '20 readings while requests kept coming',
  });
  expect(told(stats(1, 2500, 0, 19))).toMatchObject({ status: 'holds', judged: 1 });
});

test('is broken by one that is older', () => {
  expect(old(2500)).toBe(8);
  const late = stats(2, 2500, 0, 7);
  expect(told(stats(1, 2400, 0, 19), late)).toMatchObject({
    status: 'broken',
    judged: 2,
    expected: 'a total that is at most 500 ms old, also while requests keep coming',
    observed: 'pid 1002 said "total": 7, and 8 had been answered more than 770 ms before',
    evidence: [late],
  });
});

test('waits for as long as this machine holds a request up', () => {
  const stall = request(1, 1500, { path: '/stats', end: 1600, body: 'slow' });
  expect(told(stall, stats(2, 2500, 0, 7)).status).toBe('holds');
  // before and after, nothing of it counts
  expect(told({ ...stall, t: 999, end: 1099 }, stats(2, 2500, 0, 7)).status).toBe('broken');
  expect(told({ ...stall, t: 3001, end: 3101 }, stats(2, 2500, 0, 7)).status).toBe('broken');
  expect(told({ ...stall, t: 1000, end: 1100 }, stats(2, 2500, 0, 7)).status).toBe('holds');
  expect(told({ ...stall, t: 3000, end: 3100 }, stats(2, 2500, 0, 7)).status).toBe('holds');
});

test('judges what is read between the marks alone', () => {
  expect(told(stats(1, 1000, 0, 0))).toMatchObject({ status: 'holds', judged: 1 });
  expect(told(stats(1, 999, 0, 0), stats(1, 3000, 0, 0)).summary).toBe(
    'the totals could not be read while requests kept coming',
  );
  expect(told(stats(1, 2999, 0, 19))).toMatchObject({ status: 'holds', judged: 1 });
});

test('is open where nothing was read, or the trickle did not come to its end', () => {
  expect(told()).toMatchObject({ status: 'inconclusive', judged: 0 });
  expect(judged(countsEachRequest, ...two, from, ...trickle, stats(1, 2500, 0, 0)).summary).toBe(
    'the totals were not read while requests kept coming',
  );
  expect(judged(toldWhileItCounts, ...two, ...trickle, to, stats(1, 2500, 0, 0)).status).toBe('inconclusive');
});

test('is open where no answer grew old enough', () => {
  const short = (t: number) => [from, request(1, 1010, { end: 1020 }), stats(1, 1100, 0, 0), mark('trickle ends', t)];
  expect(judged(toldWhileItCounts, ...two, ...short(1769))).toMatchObject({ status: 'inconclusive', judged: 1 });
  expect(judged(toldWhileItCounts, ...two, ...short(1770))).toMatchObject({ status: 'holds', judged: 1 });
});

test('counts answers to GET / alone', () => {
  const others = range(9).map((i) => request(1, 1011 + 100 * i, { path: '/other' }));
  const gone = range(9).map((i) => lost('cut', 1012 + 100 * i));
  expect(told(...others, ...gone, stats(2, 2500, 0, 8)).status).toBe('holds');
});
