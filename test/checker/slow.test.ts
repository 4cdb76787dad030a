// Clause 4.1: slow requests that block nobody.
import { describe, expect, test } from 'vitest';
import type { Event } from '#history';
import { waitsWithoutBlocking } from '#checker';
import { fault, lost, pace, pidOf, request, upAndListening, judged } from './history.ts';

const two = upAndListening(2);

describe('4.1 slow is not blocked', () => {
  const slow = (took: number) =>
    request(1, 200, { stream: 'beside slow', path: '/slow?ms=350', end: 200 + took, before: pidOf(1) });
  const quick = (t: number, took: number) => request(1, t, { stream: 'beside slow', end: t + took, before: pidOf(1) });

  test('holds', () => {
    expect(judged(waitsWithoutBlocking, ...two, slow(352), quick(250, 2)).status).toBe('holds');
  });

  test('is broken by an answer too soon, or too late, and by a blocked worker', () => {
    expect(judged(waitsWithoutBlocking, ...two, slow(3), quick(250, 2)).observed).toBe('it was answered after 3 ms');
    expect(judged(waitsWithoutBlocking, ...two, slow(4000), quick(250, 2)).status).toBe('broken');
    expect(judged(waitsWithoutBlocking, ...two, slow(352), quick(250, 304)).cause).toContain('blocks the event loop');
  });

  test('is open where the other request came late, or was lost', () => {
    expect(judged(waitsWithoutBlocking, ...two, slow(352), quick(551, 3)).status).toBe('inconclusive');
    const cut = lost('reset', 250, { stream: 'beside slow' });
    expect(judged(waitsWithoutBlocking, ...two, slow(352), cut).status).toBe('inconclusive');
    expect(judged(waitsWithoutBlocking, ...two).status).toBe('inconclusive');
  });
});

describe('4.1 tells what went wrong', () => {
  const slow = (took: number, how: object = {}) =>
    request(1, 200, { stream: 'beside slow', path: '/slow?ms=350', end: 200 + took, ...how });
  const quick = (t: number, took: number, how: object = {}) =>
    request(1, t, { stream: 'beside slow', end: t + took, ...how });
  const waits = (...events: readonly Event[]) => judged(waitsWithoutBlocking, ...two, ...events);

  test('too soon, but for the clock', () => {
    expect(waits(slow(345), quick(230, 2)).status).toBe('holds');
    expect(waits(slow(344), quick(230, 2))).toMatchObject({
      status: 'broken',
      judged: 1,
      expected: 'GET /slow?ms=350 is answered after 350 ms',
      evidence: [{ path: '/slow?ms=350' }],
    });
    // without a number nothing is to be waited for
    expect(waits(slow(150, { path: '/slow' }), quick(210, 2)).status).toBe('holds');
  });

  test('too late, by this machine’s clock', () => {
    const late = (took: number, ...events: readonly Event[]) => waits(slow(took), quick(230, 2), ...events);
    expect(late(3350).status).toBe('holds');
    expect(late(3351)).toMatchObject({ status: 'broken', judged: 1, evidence: [{ path: '/slow?ms=350' }] });
    expect(late(3351).observed).toBe('it was answered after 3.4 s');
    expect(late(3351, pace(2))).toMatchObject({ status: 'inconclusive', judged: 1 });
    expect(late(6350, pace(2)).status).toBe('inconclusive');
    expect(late(6351, pace(2)).status).toBe('broken');
  });

  test('a quick answer that came with the slow one', () => {
    const blocked = quick(250, 302);
    const opinion = waits(slow(352), blocked, slow(352, { pid: pidOf(2) }));
    expect(waits(slow(352), blocked)).toMatchObject({
      status: 'broken',
      judged: 1,
      observed: 'pid 1001 answered GET / only after 302 ms, when its slow request was answered',
    });
    expect(waits(slow(352), blocked).evidence).toMatchObject([{ path: '/' }, { path: '/slow?ms=350' }]);
    expect(opinion.status).toBe('broken');
    // while it still waits for another slow one, it answered beside that
    expect(waits(slow(352), slow(400), blocked).status).toBe('holds');
    expect(waits(slow(352), blocked, slow(400, { pid: pidOf(2) })).status).toBe('broken');
    expect(waits(slow(352), quick(250, 301)).status).toBe('holds');
    expect(waits(slow(352), blocked, pace(3.6))).toMatchObject({ status: 'inconclusive', judged: 1 });
    expect(waits(slow(352), blocked, pace(3.5)).status).toBe('broken');
  });

  test('but not where it was not blocked with more time', () => {
    const longer = slow(1002, { t: 2000, end: 3002, path: '/slow?ms=1000' });
    expect(waits(slow(352), quick(250, 302), longer, quick(2050, 2))).toMatchObject({
      status: 'holds',
      summary: '2 slow answers, 2 others given meanwhile',
    });
    expect(waits(slow(352), quick(250, 302), longer, quick(2050, 952), pace(10)).status).toBe('broken');
    expect(waits(slow(352), quick(250, 302), longer, quick(2050, 952), pace(10.1)).status).toBe('inconclusive');
  });

  test('of a quick one that was asked well before, on the same worker', () => {
    expect(waits(slow(352), quick(452, 2))).toMatchObject({
      status: 'holds',
      judged: 1,
      summary: '1 slow answer, 1 other given meanwhile',
    });
    expect(waits(slow(352), quick(453, 2))).toMatchObject({ status: 'inconclusive', judged: 1 });
    expect(waits(slow(352), quick(250, 2, { pid: pidOf(2) })).status).toBe('inconclusive');
    expect(waits(slow(352), quick(250, 2, { stream: 'other' })).status).toBe('inconclusive');
    expect(waits(slow(352, { stream: 'other' }), quick(250, 2)).status).toBe('inconclusive');
    expect(waits(slow(352), quick(250, 2, { path: '/x' })).status).toBe('inconclusive');
  });
});

test('4.1 is broken by what a slow answer says', () => {
  const odd = request(1, 200, { stream: 'beside slow', path: '/slow?ms=350', end: 552, status: 500 });
  expect(judged(waitsWithoutBlocking, ...two, odd).observed).toContain('answered 500');
});

describe('4.1 a long one', () => {
  const long = (how: object = {}) =>
    request(1, 200, { stream: 'long', path: '/slow?ms=3000', end: 3205, before: pidOf(1), ...how });
  const gone = (how: object = {}) => long({ outcome: 'cut', status: null, pid: null, body: null, end: 2200, ...how });
  const waits = (...events: readonly Event[]) => judged(waitsWithoutBlocking, ...two, ...events);

  test('holds alone, and is broken where something ends it', () => {
    expect(waits(long())).toMatchObject({ status: 'holds', judged: 1, summary: '1 slow answer' });
    const opinion = waits(gone());
    expect(opinion).toMatchObject({
      status: 'broken',
      judged: 1,
      expected: 'GET /slow?ms=3000 is answered after 3000 ms',
      observed: 'it was cut within its answer after 2.0 s',
    });
    expect(opinion.evidence).toMatchObject([{ stream: 'long' }, { worker: 1 }]);
  });

  test('is not judged where its clients or its worker went', () => {
    expect(waits(gone({ outcome: 'unfinished' })).status).toBe('inconclusive');
    expect(waits(gone(), fault('SIGKILL', 1, 2199)).status).toBe('inconclusive');
    expect(waits(gone(), fault('SIGKILL', 2, 2199)).status).toBe('broken');
    expect(waits(gone({ before: null }), fault('SIGKILL', 2, 2199)).status).toBe('broken');
    expect(waits(gone({ stream: 'slow' }), fault('SIGKILL', 1, 2199)).status).toBe('inconclusive');
  });
});
