// Clause 4.8: after a restart a crash is still a crash.
import { describe, expect, test } from 'vitest';
import type { Event } from '#history';
import { replacementWait, replacesAfterRestart } from '#checker';
import { exit, fault, primaryDied, wait, worker, judged } from './history.ts';
import { two, hup, restarted } from './rolling-restart.ts';

describe('4.8 a crash after a restart', () => {
  const kill = [fault('SIGKILL', 3, 1300), exit(3, 1302)];
  const waited = (met: boolean) => wait(replacementWait(1), 1301, 6500, met);

  test('holds, and is broken where nothing is forked', () => {
    expect(judged(replacesAfterRestart, ...restarted, ...kill, ...worker(5, 1310, 1350), waited(true)).status).toBe(
      'holds',
    );
    const opinion = judged(replacesAfterRestart, ...restarted, ...kill, waited(false));
    expect(opinion).toMatchObject({ status: 'broken' });
    expect(opinion.cause).toContain('after the restart an exit is no longer answered');
  });

  test('says what is true where too many are forked, or the primary dies', () => {
    const both = [...worker(5, 1310, 1350), ...worker(6, 1311, 1351)];
    expect(judged(replacesAfterRestart, ...restarted, ...kill, ...both, waited(true)).cause).toContain('more than one');
    const dead = judged(replacesAfterRestart, ...restarted, ...kill, primaryDied(1303));
    expect(dead.observed).toContain('ended with code 1');
    expect(dead.cause).not.toContain('after the restart');
  });

  test('is open where nothing was killed after it', () => {
    expect(judged(replacesAfterRestart, ...restarted).status).toBe('inconclusive');
  });
});

describe('4.8 blames the restart', () => {
  const kill = [fault('SIGKILL', 3, 1300), exit(3, 1302)];
  const unmet = wait(replacementWait(1), 1301, 6500, false);
  const after = (...events: readonly Event[]) => judged(replacesAfterRestart, ...restarted, ...events);

  test('where nothing is forked after it', () => {
    expect(after(...kill, unmet).evidence).toMatchObject([{ fault: 'SIGKILL' }, { worker: 3 }, { kind: 'wait' }]);
    const dumb = after(...kill, ...worker(5, 1310, null), unmet);
    expect(dumb).toMatchObject({ status: 'broken', cause: 'worker 5 (pid 1005) does not come to listen' });
    const busy = after(...kill, wait(replacementWait(1), 1301, 6500, false, { stretch: 6 }));
    expect(busy.status).toBe('inconclusive');
    expect(busy).not.toHaveProperty('cause');
  });

  test('also where another was killed before it', () => {
    const early = [fault('SIGKILL', 1, 500), exit(1, 502), ...worker(5, 510, 550), wait(replacementWait(1), 501, 560)];
    const next = wait(replacementWait(2), 1301, 6500, false);
    const opinion = after(...early, ...kill, next);
    expect(opinion).toMatchObject({ status: 'broken', cause: expect.stringContaining('after the restart an exit') });
  });

  test('but not for a kill before the signal, nor for a signal that was not served', () => {
    const before = fault('SIGKILL', 1, 900);
    expect(judged(replacesAfterRestart, ...restarted, before).summary).toBe('no worker was killed after the restart');
    expect(judged(replacesAfterRestart, ...restarted, fault('SIGKILL', 1, 1000)).summary).toContain(
      'no worker was killed',
    );
    expect(judged(replacesAfterRestart, ...two, hup, ...kill, unmet).summary).toBe('no restart took place');
  });
});
