// Clause 7.4: who does not come to an end is killed.
import { describe, expect, test } from 'vitest';
import { SHUTDOWN, killsAtTheDeadline } from '#checker';
import type { Event } from '#history';
import { exit, fault, judged, pace, pidOf, primaryDied, wait } from './history.ts';
import { leaves, term, two } from './shutdown.ts';

const stuck = [...two, fault('freeze', 1, 990), fault('block', 2, 995), term];
const over = (t: number, met = true, stretch = 1): Event => wait(SHUTDOWN, 1001, t, met, { limit: 7000, stretch });
const shot = (one: number, two_: number, ended: number, code = 1) => [
  exit(1, 1000 + one),
  exit(2, 1000 + two_),
  primaryDied(1000 + ended, code),
  over(1001 + ended),
];
const says = (...events: readonly Event[]) => judged(killsAtTheDeadline, ...stuck, ...events);

describe('7.4 a deadline', () => {
  test('holds between 4.5 and 6 s, with code 1', () => {
    expect(says(...shot(5001, 5002, 5010))).toMatchObject({
      status: 'holds',
      judged: 2,
      summary: 'stopped worker 1 (pid 1001) and blocked worker 2 (pid 1002) killed 5.0 s after SIGTERM, code 1',
    });
    expect(says(...shot(4500, 4501, 4510)).status).toBe('holds');
    expect(says(...shot(6000, 6000, 7000)).status).toBe('holds');
  });

  test('is broken by one that is too short, too long, or not there', () => {
    expect(says(...shot(2500, 2501, 2510)).cause).toContain('too short');
    expect(says(...shot(4490, 5000, 5010)).status).toBe('broken');
    expect(says(...shot(5000, 6001, 6010)).cause).toContain('too long');
    expect(says(...shot(5000, 5000, 7001)).status).toBe('broken');
    const stays = says(exit(2, 6000), over(8002, false));
    expect(stays.observed).toContain('the stopped worker 1 (pid 1001) still lived');
    expect(stays.cause).toContain('SIGKILL');
    expect(says(exit(1, 6000), over(8002, false)).cause).toContain('blocked');
    expect(says(exit(1, 6000), exit(2, 6000), over(8002, false)).observed).toContain('the primary still ran');
  });

  test('is broken by another code, and by a primary that does not wait', () => {
    expect(says(...shot(5000, 5001, 5010, 0)).observed).toBe(
      '2 workers had to be killed, and the primary ended with code 0',
    );
    expect(says(primaryDied(1100, 0), over(1101)).observed).toContain('while the stopped worker 1 (pid 1001)');
    const ended: Event = { kind: 'ended', t: 1003, pid: pidOf(0), code: null, signal: 'SIGTERM' };
    expect(says(ended, over(1004)).cause).toContain('nothing in the primary listens');
  });

  test('takes the death of a worker from the end of its primary where nobody saw it', () => {
    expect(says(primaryDied(6000, 1), over(6001)).status).toBe('holds');
  });

  test('is open where no fault landed, without a signal, and on a busy machine', () => {
    const missed = [...two, fault('freeze', 1, 990, { landed: false }), term];
    expect(judged(killsAtTheDeadline, ...missed, leaves(1, 2000)).summary).toContain('no worker could be');
    expect(judged(killsAtTheDeadline, ...two).status).toBe('inconclusive');
    expect(says().summary).toContain('was not waited for');
    expect(says(over(9000, false, 6)).status).toBe('inconclusive');
    expect(says(...shot(5000, 6100, 6110), pace(2)).status).toBe('inconclusive');
  });
});
