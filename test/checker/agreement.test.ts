// Clause 3.3: all workers come to say the same total.
import { describe, expect, test } from 'vitest';
import type { Event } from '#history';
import { AGREE, totalsAgree } from '#checker';
import {
  answers,
  fault,
  lost,
  pressure,
  primaryDied,
  received,
  request,
  stats,
  upAndListening,
  visits,
  wait,
  judged,
} from './history.ts';

const two = upAndListening(2);
const four = [...two, ...visits([1, 2, 1, 2], 200)];
const counted = (met = true, how: object = {}) => wait(AGREE.counted, 400, met ? 500 : 2000, met, how);
/** Both workers, asked in the wait that ends at 500. */
const say = (one: number, other: number, local = 2) => [stats(1, 450, local, one), stats(2, 460, 2, other)];
const unheard = (number: number, t: number, count: number) => received(number, t, count, count);

describe('3.3 the same total', () => {
  test('holds, over batches too', () => {
    expect(judged(totalsAgree, ...four, ...say(4, 4), counted())).toMatchObject({ status: 'holds', judged: 4 });
    expect(judged(totalsAgree, ...four, answers(1, 390, 96), ...say(100, 100), counted())).toMatchObject({
      judged: 100,
    });
  });

  test('is broken where they differ, or are too high or too low', () => {
    expect(judged(totalsAgree, ...four, ...say(4, 3), counted(false)).observed).toContain(
      'pid 1001 says 4 and pid 1002 says 3',
    );
    expect(judged(totalsAgree, ...four, ...say(5, 5), counted()).cause).toContain('more than once');
    expect(
      judged(totalsAgree, ...four, ...say(3, 3), received(1, 300, 1), unheard(2, 300, 1), counted()).cause,
    ).toContain('for worker 1 only');
  });

  test('allows for what a killed worker had in hand', () => {
    const kill = [fault('SIGKILL', 2, 300), lost('reset', 299)];
    expect(judged(totalsAgree, ...four, ...kill, ...say(5, 5), counted()).status).toBe('holds');
    expect(judged(totalsAgree, ...four, ...kill, ...say(6, 6), counted()).status).toBe('broken');
    const differing = (one: number, other: number) =>
      judged(totalsAgree, ...four, ...kill, ...say(one, other), counted(false)).cause;
    expect(differing(5, 6)).toContain('not all that the workers answer');
    expect(differing(6, 7)).toContain('more than once');
  });

  test('is open with nothing told, or on a busy machine, and tells of the primary’s death', () => {
    expect(judged(totalsAgree, ...four).status).toBe('inconclusive');
    expect(judged(totalsAgree, ...four, counted(false)).status).toBe('inconclusive');
    expect(judged(totalsAgree, ...four, ...say(4, 3), counted(false, { stretch: 6 })).status).toBe('inconclusive');
    const dead = [primaryDied(470), wait(AGREE.counted, 400, 471, false)];
    expect(judged(totalsAgree, ...four, ...say(4, 3), ...dead).observed).toContain('the primary (pid 1000) ended');
  });
});

describe('3.3 tells how they differ', () => {
  const agree = (...events: readonly Event[]) => judged(totalsAgree, ...four, ...events);

  test('with what each said, how long after, and why', () => {
    const opinion = agree(...say(1400, 3), counted(false));
    expect(opinion).toMatchObject({
      status: 'broken',
      judged: 2,
      observed: '1.6 s after the load pid 1001 says 1,400 and pid 1002 says 3',
    });
    expect(opinion.cause).toContain('not all that the workers answer');
    const more = agree(...say(1400, 1300), counted(false));
    expect(more.cause).toContain('some requests are counted more than once');
    expect(opinion.evidence).toHaveLength(2);
    expect(agree(...say(4, 3), received(1, 300, 2), unheard(2, 300, 2), counted(false)).cause).toContain(
      'worker 1 only',
    );
    expect(agree(...say(4, 3), unheard(1, 300, 2), unheard(2, 300, 2), counted(false)).cause).toBe(
      'no ‘message’ listener in the primary hears the workers',
    );
    expect(agree(...say(3, 3), counted())).toMatchObject({
      judged: 2,
      observed: 'pid 1001 says 3 and pid 1002 says 3, and 4 were answered',
      cause: 'not all that the workers answer reaches the primary’s sum',
    });
    expect(agree(...say(5, 5), counted())).toMatchObject({ judged: 2, evidence: [{}, {}] });
    expect(agree(primaryDied(470), ...say(4, 3), wait(AGREE.counted, 400, 471, false))).toMatchObject({
      judged: 2,
      evidence: [{ kind: 'ended' }],
    });
  });

  test('in each of the waits, the first that is wrong', () => {
    const at = (name: string, t: number, total: number) => [
      stats(1, t + 10, 2, total),
      stats(2, t + 20, 2, total),
      wait(name, t, t + 100),
    ];
    const right = at(AGREE.counted, 400, 4);
    for (const name of [AGREE.released, AGREE.loaded, AGREE.crashed]) {
      expect(agree(...right, ...at(name, 600, 4)).status).toBe('holds');
      expect(agree(...right, ...at(name, 600, 3)).status, name).toBe('broken');
      expect(agree(...at(name, 300, 3), ...right).status, name).toBe('broken');
    }
    expect(agree(...right, ...at(AGREE.strangers, 600, 3)).status).toBe('holds');
    expect(agree(...at(AGREE.heir, 600, 4)).status).toBe('inconclusive');
  });

  test('counts whole answers to GET / until the wait is over, batches and autocannon’s too', () => {
    const batch = [answers(1, 500, 6), pressure(500, 90)];
    expect(agree(...batch, ...say(100, 100), counted())).toMatchObject({
      status: 'holds',
      judged: 100,
      summary: '100 requests, total 100 on all 2 workers',
    });
    const later = [answers(1, 501, 6), pressure(501, 90), request(1, 500)];
    expect(agree(...later, ...say(4, 4), counted())).toMatchObject({ status: 'holds', judged: 4 });
    const none = [request(1, 300, { status: 500 }), request(1, 300, { path: '/x' }), lost('cut', 300)];
    expect(agree(...none, ...say(4, 4), counted())).toMatchObject({ status: 'holds', judged: 4 });
  });

  test('allows for a kill before the wait is over, and for what it cut, not for what was refused', () => {
    const kill = (t: number) => fault('SIGKILL', 2, t);
    expect(agree(kill(499), ...say(3, 3), counted()).status).toBe('holds');
    expect(agree(kill(500), ...say(3, 3), counted()).status).toBe('broken');
    expect(agree(lost('reset', 299), ...say(5, 5), counted()).status).toBe('broken');
    expect(agree(kill(300), lost('reset', 299), ...say(5, 5), counted()).status).toBe('holds');
    expect(agree(kill(300), lost('refused', 299), ...say(5, 5), counted()).status).toBe('broken');
    expect(agree(kill(300), lost('reset', 299, { path: '/x' }), ...say(5, 5), counted()).status).toBe('broken');
  });
});
