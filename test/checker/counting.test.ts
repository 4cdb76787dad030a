// Clause 3.1: each request is counted once, and GET /stats says so.
import { describe, expect, test } from 'vitest';
import type { Event } from '#history';
import { AGREE, countsEachRequest, statsOf } from '#checker';
import {
  exit,
  fault,
  lost,
  primaryDied,
  received,
  request,
  stats,
  taken,
  upAndListening,
  visits,
  wait,
  worker,
  judged,
} from './history.ts';

const two = upAndListening(2);
const four = [...two, ...visits([1, 2, 1, 2], 200)];
const counted = (met = true, how: object = {}) => wait(AGREE.counted, 400, met ? 500 : 2000, met, how);
/** Both workers, asked in the wait that ends at 500. */
const say = (one: number, other: number, local = 2) => [stats(1, 450, local, one), stats(2, 460, 2, other)];
const unheard = (number: number, t: number, count: number) => received(number, t, count, count);

test('numbers are read from JSON of the right shape alone', () => {
  const of = (body: string | null, status = 200) => statsOf({ outcome: 'answered', status, body });
  expect(of('{"pid":1,"local":2,"total":3}')).toEqual({ pid: 1, local: 2, total: 3 });
  for (const body of ['', '[]', 'null', '7', '{"pid":1}', '{"pid":1,"local":"2","total":3}', null])
    expect(of(body)).toBeUndefined();
  expect(of('{"pid":1,"local":2,"total":3}', 404)).toBeUndefined();
  expect(statsOf(undefined)).toBeUndefined();
});

describe('3.1 each request once', () => {
  test('holds', () => {
    expect(judged(countsEachRequest, ...four, ...say(4, 4), counted())).toMatchObject({ status: 'holds', judged: 4 });
  });

  test('is broken by a wrong shape, a wrong local and a wrong total', () => {
    const odd = request(1, 450, { path: '/stats', body: 'no', status: 404 });
    expect(judged(countsEachRequest, ...four, odd, counted()).cause).toBe('the path has no handler');
    const local = judged(countsEachRequest, ...four, ...say(4, 4, 3), counted());
    expect(local.observed).toBe('worker pid 1001 answered 2 requests and says "local": 3');
    const total = judged(countsEachRequest, ...four, ...say(2, 2), counted(false));
    expect(total).toMatchObject({ status: 'broken', expected: 'total 4 on every worker' });
    expect(total.cause).toContain('each worker’s total is its own count');
  });

  test('is broken by a total that is told too rarely', () => {
    const late = [stats(1, 1400, 2, 3), stats(1, 1800, 2, 4), stats(2, 1810, 2, 4)];
    const opinion = judged(countsEachRequest, ...four, ...late, wait(AGREE.counted, 400, 1900));
    expect(opinion.cause).toBe('the totals are told too rarely');
  });

  test('is broken by the primary’s death, and by what it says', () => {
    const opinion = judged(
      countsEachRequest,
      ...four,
      ...say(2, 2),
      primaryDied(480),
      wait(AGREE.counted, 400, 500, false),
    );
    expect(opinion.observed).toContain('ended with code 1');
  });

  test('is open where nothing could be compared, or the machine is too busy', () => {
    expect(judged(countsEachRequest, ...four).status).toBe('inconclusive');
    expect(judged(countsEachRequest, ...two, counted()).status).toBe('inconclusive');
    expect(judged(countsEachRequest, ...four, ...say(2, 2), counted(false, { stretch: 6 })).status).toBe(
      'inconclusive',
    );
  });
});

test('numbers are whole, not below zero, and of a whole answer', () => {
  const of = (local: unknown, how: object = {}) =>
    statsOf({ outcome: 'answered', status: 200, body: JSON.stringify({ pid: 1, local, total: 0 }), ...how });
  expect(of(0)).toEqual({ pid: 1, local: 0, total: 0 });
  for (const local of [-1, 1.5, null, '0']) expect(of(local)).toBeUndefined();
  expect(of(0, { outcome: 'cut' })).toBeUndefined();
  const odd = (numbers: object) => statsOf({ outcome: 'answered', status: 200, body: JSON.stringify(numbers) });
  expect(odd({ pid: 'x', local: 1, total: 1 })).toBeUndefined();
  expect(odd({ pid: 1, local: 1, total: 'x' })).toBeUndefined();
  expect(statsOf(null)).toBeUndefined();
});

describe('3.1 tells what is wrong', () => {
  const counts = (...events: readonly Event[]) => judged(countsEachRequest, ...four, ...events);

  test('with an answer that is none', () => {
    const odd = request(1, 450, { path: '/stats', body: null });
    expect(counts(odd, stats(2, 460, 2, 4), counted())).toMatchObject({
      status: 'broken',
      judged: 2,
      observed: 'GET /stats answered 200 and nothing',
      cause: 'the three numbers are to be there, as numbers',
      evidence: [odd],
    });
    const long = request(1, 450, { path: '/stats', body: 'x'.repeat(90) });
    expect(counts(long, counted()).observed).toBe(`GET /stats answered 200 and "${'x'.repeat(80)}"`);
    expect(counts(request(1, 450, { path: '/other', body: 'x' }), ...say(4, 4), counted()).status).toBe('holds');
    expect(counts(lost('reset', 450, { path: '/stats' }), ...say(4, 4), counted()).status).toBe('holds');
  });

  test('with a pid that is another’s', () => {
    const asked = stats(1, 450, 2, 4);
    const opinion = counts(asked, taken(2, 450, asked.conn), counted());
    expect(opinion).toMatchObject({ status: 'broken', judged: 1, evidence: [asked] });
    expect(opinion.observed).toBe('pid 1002 answered /stats with "pid": 1001');
    expect(counts(...say(4, 4), taken(1, 450, 1), counted()).status).toBe('holds');
  });

  test('with the end of the program', () => {
    expect(counts(primaryDied(300))).toMatchObject({ status: 'broken', judged: 1, evidence: [{ kind: 'ended' }] });
    expect(counts(...say(4, 4), primaryDied(480))).toMatchObject({ judged: 2 });
    expect(counts(...say(4, 4), primaryDied(480), counted(false))).toMatchObject({ status: 'broken', judged: 2 });
    expect(counts(primaryDied(480), counted(false))).toMatchObject({ status: 'broken', judged: 1 });
    // it told all that it had to tell
    expect(counts(...say(4, 4), counted(), primaryDied(600)).status).toBe('holds');
    expect(counts().summary).toBe('the program was not asked for its numbers');
  });

  test('with a local count that is too high or too low', () => {
    const high = counts(...say(4, 4, 3), counted());
    expect(high).toMatchObject({ status: 'broken', judged: 4, cause: expect.stringContaining('counted too') });
    expect(high.evidence).toMatchObject([{ path: '/stats', pid: 1001 }]);
    expect(counts(...say(4, 4, 1), counted()).cause).toBe('not every answer is counted in the worker that gives it');
    const nameless = visits([1], 260, { pid: null });
    expect(counts(...nameless, ...say(5, 5, 3), counted())).toMatchObject({ status: 'holds', judged: 5 });
  });

  test('with what was answered before the wait was over, and no more', () => {
    expect(counts(...say(4, 4), request(1, 499), counted()).status).toBe('broken');
    expect(counts(...say(4, 4), request(1, 500), counted())).toMatchObject({ status: 'holds', judged: 4 });
    expect(counts(...say(4, 4), ...visits([1], 300, { path: '/other' }), counted())).toMatchObject({ judged: 4 });
    expect(counts(...say(4, 4), lost('reset', 300), counted())).toMatchObject({ judged: 4 });
  });

  test('with what each worker said last', () => {
    const before = [stats(1, 410, 2, 3), stats(1, 399, 9, 9)];
    expect(counts(...before, ...say(4, 4), counted()).status).toBe('holds');
    expect(counts(stats(1, 500, 9, 9), ...say(4, 4), counted()).status).toBe('holds');
    expect(counts(stats(1, 399, 2, 4), counted()).summary).toBe('no numbers could be compared');
    expect(judged(countsEachRequest, ...two, ...say(0, 0), counted()).summary).toBe('no numbers could be compared');
  });

  test('with a total that is wrong, and why', () => {
    const wrong = (one: number, other: number, ...events: readonly Event[]) =>
      counts(...say(one, other), ...events, counted(false));
    expect(wrong(2, 2)).toMatchObject({
      judged: 4,
      expected: 'total 4 on every worker',
      observed: '1.6 s after 4 answered requests pid 1001 says 2 and 1002 says 2',
    });
    expect(wrong(2, 2).evidence).toHaveLength(2);
    for (const [one, other] of [
      [0, 3],
      [2, 4],
    ] as const)
      expect(wrong(one, other).cause).toBe('some of what the workers report does not arrive in the sum');
    expect(wrong(0, 0).cause).toBe('no total ever reaches the workers');
    expect(wrong(3, 5).cause).toBe('some requests are counted more than once');
    expect(wrong(3, 4).cause).toBe('some of what the workers report does not arrive in the sum');
    expect(wrong(3, 3, received(1, 300, 2), unheard(2, 300, 2)).cause).toContain('exist for worker 1 only');
    expect(counts(...say(3, 3), counted(false, { stretch: 6 })).summary).toContain('too busy');
    expect(counts(...say(4, 3), counted()).status).toBe('broken');
  });

  test('with a total that came too late', () => {
    // the last answer at 231: 500 ms, and 250 for its way
    const late = (t: number, total = 3, how: object = {}) =>
      counts(
        stats(1, t, 2, total),
        stats(1, 1800, 2, 4),
        stats(2, 1810, 2, 4),
        wait(AGREE.counted, 400, 1900, true, how),
      );
    expect(late(982)).toMatchObject({ status: 'broken', judged: 4, expected: 'a total that is at most 500 ms old' });
    expect(late(982).observed).toBe('751 ms after the last answer pid 1001 still said "total": 3 instead of 4');
    expect(late(982).evidence).toMatchObject([{ t: 982 }]);
    expect(late(981).status).toBe('holds');
    expect(late(982, 4).status).toBe('holds');
    expect(late(982, 3, { stretch: 2 })).toMatchObject({ status: 'inconclusive', judged: 4 });
    expect(late(1231, 3, { stretch: 2 }).status).toBe('inconclusive');
    expect(late(1232, 3, { stretch: 2 }).status).toBe('broken');
    expect(counts(...say(4, 4), counted(), stats(1, 1500, 2, 3)).status).toBe('holds');
  });
});

describe('3.1 and a replacement that is asked at once', () => {
  const kill = [fault('SIGKILL', 1, 600), exit(1, 603), ...worker(3, 610, 650)];
  const heir = (met = true, how: object = {}) => wait(AGREE.heir, 1200, 1500, met, how);
  const known = [...say(4, 4), counted(), ...kill];
  const after = (...events: readonly Event[]) => judged(countsEachRequest, ...four, ...known, ...events);
  const asked = (local: number, total: number, other = 4) => [stats(2, 1300, 2, other), stats(3, 1310, local, total)];

  test('holds where it knows the total and has a count of its own', () => {
    expect(after(...asked(0, 4), heir()).status).toBe('holds');
    expect(after(...visits([3, 3], 700), ...asked(2, 6, 6), heir()).status).toBe('holds');
  });

  test('is broken by the count of the one that died', () => {
    const opinion = after(...asked(2, 4), heir());
    expect(opinion).toMatchObject({ status: 'broken', judged: 2 });
    expect(opinion.observed).toBe('the replacement worker 3 (pid 1003) answered 0 requests and says "local": 2');
    expect(opinion.evidence).toMatchObject([{ worker: 3 }, { path: '/stats' }]);
    // what it answers when the wait is over does not count
    expect(after(...visits([3], 1500), ...asked(1, 4), heir()).status).toBe('broken');
    expect(after(...visits([3], 1499), ...asked(1, 5, 5), heir()).status).toBe('holds');
  });

  test('is broken by a total that it was not told', () => {
    const opinion = after(...asked(0, 0), heir(false));
    expect(opinion).toMatchObject({ status: 'broken', judged: 2 });
    expect(opinion.expected).toBe('a worker that has listened for 500 ms knows the total, 4');
    expect(opinion.observed).toBe('the replacement worker 3 (pid 1003) says "total": 0, 850 ms after it listened');
    expect(opinion.evidence).toMatchObject([{ worker: 3 }, { path: '/stats' }]);
  });

  test('leaves it open where the wait was met, the machine was too busy, or the others are wrong too', () => {
    expect(after(...asked(0, 0), heir()).status).toBe('holds');
    expect(after(...asked(0, 0), heir(false, { stretch: 6 }))).toMatchObject({ status: 'inconclusive', judged: 2 });
    expect(after(...asked(0, 0), heir(false, { stretch: 5.9 })).status).toBe('broken');
    expect(after(...asked(0, 0, 0), heir(false)).status).toBe('holds');
    expect(after(...asked(0, 4, 0), heir(false)).status).toBe('holds');
    expect(after(stats(2, 1300, 2, 0), heir(false)).status).toBe('holds');
    expect(judged(countsEachRequest, ...four, ...say(4, 4), counted(), ...asked(9, 4), heir()).status).toBe('holds');
  });

  test('looks at the replacement that lives', () => {
    const twice = [fault('SIGKILL', 3, 700), exit(3, 702), ...worker(4, 710, 750)];
    const opinion = after(...twice, stats(2, 1300, 2, 4), stats(4, 1310, 0, 0), heir(false));
    expect(opinion.observed).toContain('the replacement worker 4 (pid 1004) says "total": 0');
  });

  test('takes the fork where it was never seen to listen', () => {
    const blind = [...say(4, 4), counted(), fault('SIGKILL', 1, 600), ...worker(3, 610, null)];
    expect(judged(countsEachRequest, ...four, ...blind, ...asked(0, 0), heir(false)).observed).toContain(
      '890 ms after',
    );
  });
});
