// The other side of clause 3.1: how old a total may be while requests keep coming.
import { describe, expect, test } from 'vitest';
import type { Event, RequestEvent } from '#history';
import { countsEachRequest, toldWhileItCounts } from '#checker';
import { lost, mark, pidOf, range, request, stats, upAndListening, judged } from './history.ts';

const two = upAndListening(2);

const from = mark('trickle begins', 1000);
const to = mark('trickle ends', 3000);
/** A request each 20 ms, from 1010 on, each answered 10 ms later, by two workers in turn. */
const trickle = range(99).map((i) => request(1 + (i % 2), 1010 + 20 * i, { end: 1020 + 20 * i }));
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
  expect(told(stats(1, 2500, 0, 99))).toMatchObject({ status: 'holds', judged: 1 });
});

test('is broken by one that is older', () => {
  expect(old(2500)).toBe(36);
  const late = stats(2, 2500, 0, 35);
  expect(told(stats(1, 2400, 0, 99), late)).toMatchObject({
    status: 'broken',
    judged: 2,
    expected: 'a total that is at most 500 ms old, also while requests keep coming',
    observed: 'pid 1002 said "total": 35, and 36 had been answered more than 770 ms before',
    evidence: [late],
  });
});

test('waits for as long as this machine held a request up in the last second', () => {
  const stall = (t: number, end: number) => request(1, t, { path: '/other', end });
  const late = stats(2, 2900, 0, 55);
  expect(old(2900)).toBe(56);
  expect(told(late).status).toBe('broken');
  expect(told(stall(1800, 1900), late).status).toBe('holds');
  expect(told(stall(1800, 1899), late).status).toBe('broken');
  expect(told(stall(2901, 2950), late).status).toBe('holds');
  expect(told(stall(2902, 2990), late).status).toBe('broken');
});

test('and not before the requests began, nor after they ended', () => {
  const stall = (t: number, end: number) => request(1, t, { path: '/other', end });
  const early = stats(2, 1900, 0, 5);
  expect(old(1900)).toBe(6);
  expect(told(early, stall(1000, 1099)).status).not.toBe('broken');
  expect(told(early, stall(999, 1099)).status).toBe('broken');
  const atTheEnd = stats(2, 2999, 0, 60);
  expect(old(2999)).toBe(61);
  expect(told(atTheEnd, stall(3000, 3100)).status).toBe('holds');
  expect(told(atTheEnd, stall(3001, 3100)).status).toBe('broken');
});

test('judges what is read between the marks alone', () => {
  expect(told(stats(1, 999, 0, 0), stats(1, 3000, 0, 0)).summary).toBe(
    'the totals could not be read while requests kept coming',
  );
  expect(told(stats(1, 1000, 0, 0)).judged).toBe(1);
  expect(told(stats(1, 2999, 0, 99))).toMatchObject({ status: 'holds', judged: 1 });
});

test('is open where nothing was read, or the trickle did not come to its end', () => {
  expect(told()).toMatchObject({ status: 'inconclusive', judged: 0 });
  expect(judged(countsEachRequest, ...two, from, ...trickle, stats(1, 2500, 0, 0)).summary).toBe(
    'the totals were not read while requests kept coming',
  );
  expect(judged(toldWhileItCounts, ...two, ...trickle, to, stats(1, 2500, 0, 0)).status).toBe('inconclusive');
});

describe('is open where a pause may have let the program tell its numbers', () => {
  const read = (t: number, ...requests: readonly RequestEvent[]) =>
    judged(toldWhileItCounts, ...two, from, ...requests, stats(1, t, 0, 99), to);

  test('at the beginning, as long as nothing is old', () => {
    // 750 ms, twice the 10 of a request, and 100 more, from 95 ms before the first answer of worker 2 at 1040
    expect(read(1815, ...trickle).status).toBe('holds');
    expect(read(1814, ...trickle)).toMatchObject({ status: 'inconclusive', judged: 1 });
  });

  test('between the answers of each worker', () => {
    // each is asked each 40 ms, and answers within 10: one left out is a pause of up to 90, two are one of up to 130
    const both = trickle.filter(({ end }) => end < 2020 || end > 2100);
    expect(read(2500, ...trickle.filter(({ end }) => end !== 2020)).status).toBe('holds');
    expect(read(2500, ...both).status).toBe('inconclusive');
    expect(read(2500, ...trickle.filter(({ end }) => end < 2400)).status).toBe('inconclusive');
  });

  test('of one worker, whose newer answers may stand for the older ones that the other did not tell', () => {
    const without = (worker: number) =>
      trickle.filter(({ end, pid }) => pid !== pidOf(worker) || end < 2020 || end > 2100);
    expect(read(2500, ...without(1)).status).toBe('inconclusive');
    expect(read(2500, ...without(2)).status).toBe('inconclusive');
    const seldom = trickle.filter(({ end, pid }) => pid !== pidOf(2) || end === 2040);
    expect(read(2500, ...seldom).status).toBe('holds');
  });

  test('between a request and its answer, where it is not known when it was handled', () => {
    const held = (end: number) => trickle.map((each) => (each.t === 2010 ? { ...each, end } : each));
    expect(read(2700, ...held(2065)).status).toBe('holds');
    expect(read(2700, ...held(2066)).status).toBe('inconclusive');
  });

  test('but not in readings that one of them follows', () => {
    const gap = trickle.filter(({ end }) => end < 1750 || end > 1850);
    expect(read(2500, ...gap).status).toBe('inconclusive');
    expect(read(2700, ...gap, stats(1, 2500, 0, 99)).status).toBe('holds');
  });
});

test('counts answers to GET / alone', () => {
  const others = range(9).map((i) => request(1, 1011 + 100 * i, { path: '/other' }));
  const gone = range(9).map((i) => lost('cut', 1012 + 100 * i));
  expect(told(...others, ...gone, stats(2, 2500, 0, 36)).status).toBe('holds');
});
