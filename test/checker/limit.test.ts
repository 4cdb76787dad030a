// Clause 9.2: ten of a key's requests in a window that begins with the first of them.
import { describe, expect, it } from 'vitest';
import { limitsEachKey } from '#checker';
import type { Event } from '#history';
import { judged } from './history.ts';
import { hit, hits, upWithWindows } from './visits.ts';

const WINDOW_MS = 1000;
const on = (...events: readonly Event[]) => judged(limitsEachKey, ...upWithWindows(WINDOW_MS), ...events);

describe('ten pass in a window', () => {
  it('holds for ten, refusals, and a new window when that is over', () => {
    expect(on(...hits(10, 200, true), ...hits(3, 210, false), hit(1300, true))).toMatchObject({
      status: 'holds',
      summary: '1 key: 11 passed, 3 refused',
    });
  });

  it('holds for a sliding window: one more passes when the first is a window old', () => {
    const first = [hit(200, true), ...hits(9, 700, true), hit(800, false)];
    expect(on(...first, hit(1250, true), hit(1300, false), hit(1750, true))).toMatchObject({ status: 'holds' });
  });

  it('is not told where nothing was refused', () => {
    expect(on(...hits(3, 200, true))).toMatchObject({ status: 'inconclusive' });
    expect(on()).toMatchObject({ status: 'inconclusive' });
  });

  it('is broken by an eleventh', () => {
    expect(on(...hits(11, 200, true), hit(300, false))).toMatchObject({
      status: 'broken',
      observed: expect.stringContaining('11 of 12 requests with the same key passed'),
      cause: expect.stringContaining('let the store add'),
    });
  });

  it('is broken by a window that begins with the clock, in the midst of another one', () => {
    expect(on(...hits(10, 200, true), ...hits(5, 220, false), hit(700, true))).toMatchObject({
      status: 'broken',
      cause: expect.stringContaining('when the clock says so'),
    });
  });

  it('is broken by an eleventh in a later window, where it is known when that began', () => {
    expect(on(...hits(10, 200, true), hit(300, false), ...hits(11, 2500, true))).toMatchObject({ status: 'broken' });
  });

  it('is broken where fewer than ten pass', () => {
    expect(on(...hits(9, 200, true), hit(300, false))).toMatchObject({
      status: 'broken',
      cause: expect.stringContaining('below ten'),
    });
  });

  it('is broken where refused requests prolong the window, or it never ends', () => {
    expect(on(...hits(10, 200, true), hit(900, false), hit(1300, false))).toMatchObject({
      status: 'broken',
      cause: expect.stringContaining('prolong'),
    });
  });

  it('counts what may have been counted: a request that got no answer', () => {
    const unanswered = hit(205, true, { outcome: 'unfinished', status: null, end: 215 });
    expect(on(...hits(9, 200, true), unanswered, hit(300, false))).toMatchObject({ status: 'holds' });
  });

  it('keeps keys apart', () => {
    const other = Array.from({ length: 10 }, (_, index) => hit(220 + index, true, { path: '/limited?key=' }));
    expect(on(...hits(10, 200, true), ...other, hit(300, false))).toMatchObject({ status: 'holds' });
  });

  it.each([undefined, '0', '-1', '1.5', '2', '1000', 'soon', ''])('is broken by Retry-After: %s', (retryAfter) => {
    const { retryAfter: _given, ...refused } = hit(300, false);
    const wrong = retryAfter === undefined ? refused : { ...refused, retryAfter };
    expect(on(...hits(10, 200, true), wrong)).toMatchObject({ status: 'broken' });
  });

  it('is broken by any other status', () => {
    for (const status of [404, 500, 204]) expect(on(hit(200, true, { status }))).toMatchObject({ status: 'broken' });
  });
});
