// Clause 4.2: a signal replaces every worker.
import { describe, expect, test } from 'vitest';
import type { Event } from '#history';
import { replacesEveryWorker, RESTART } from '#checker';
import { exit, fault, primaryDied, uncaught, wait, worker, judged } from './history.ts';
import { two, hup, gone, first, second, over, restarted } from './rolling-restart.ts';

describe('4.2 every worker is replaced', () => {
  test('is broken where the restart stops half-way, or never begins', () => {
    const opinion = judged(replacesEveryWorker, ...two, hup, ...first, over(false));
    expect(opinion.observed).toContain('1 new worker listened, and worker 2 (pid 1002) listened still');
    const deaf = judged(replacesEveryWorker, ...two, hup, wait(RESTART.begun, 1000, 11_000, false));
    expect(deaf.cause).toBe('the primary does not act on SIGHUP');
    expect(judged(replacesEveryWorker, ...two, hup, ...first, over(false, { stretch: 6 })).status).toBe('inconclusive');
  });

  test('is broken by a signal that ends the primary, not by a later death', () => {
    const died: Event = { ...primaryDied(1002), code: null, signal: 'SIGHUP' } as Event;
    expect(judged(replacesEveryWorker, ...two, hup, died).cause).toContain('nothing in the primary handles SIGHUP');
    expect(judged(replacesEveryWorker, ...restarted, fault('SIGKILL', 3, 1300), primaryDied(1310)).status).toBe(
      'holds',
    );
  });
});

describe('4.2 tells how far it came', () => {
  const renews = (...events: readonly Event[]) => judged(replacesEveryWorker, ...two, ...events);

  test('holds with how long it took', () => {
    expect(judged(replacesEveryWorker, ...restarted)).toMatchObject({
      status: 'holds',
      judged: 2,
      summary: '2 workers replaced, 230 ms after the signal',
    });
    // all are new, and all old ones gone, though the wait was not met
    expect(renews(hup, ...first, ...second, over(false))).toMatchObject({
      status: 'holds',
      summary: '2 workers replaced',
    });
  });

  test('is broken where some stay', () => {
    const opinion = renews(hup, ...first, over(false));
    expect(opinion).toMatchObject({ status: 'broken', judged: 2, cause: expect.stringContaining('stops before') });
    expect(opinion.observed).toMatch(/^10.1 s after SIGHUP 1 new worker listened, and worker 2/);
    expect(opinion.evidence).toMatchObject([hup, { worker: 1 }, { worker: 2 }, { worker: 3 }]);
    const dumb = [...worker(4, 1120, null), uncaught(4, 1130, 'Error: no')];
    expect(renews(hup, ...first, ...dumb, over(false)).cause).toBe('Error: no (exercise.ts:12)');
    expect(renews(hup, ...first, uncaught(3, 1130, 'Error: no'), over(false)).cause).toContain('stops before');
  });

  test('is broken by more, or fewer, than there were', () => {
    const many = renews(hup, ...first, ...second, ...worker(5, 1200, 1220), over());
    expect(many).toMatchObject({ status: 'broken', observed: '230 ms after SIGHUP 3 new workers listened' });
    expect(many.cause).toBe('more workers are forked than go');
    const few = renews(hup, ...first, ...gone(2, 1080), over(false));
    expect(few.cause).toBe('not every worker that went has a successor');
    expect(renews(hup, ...first, ...second, exit(4, 1225), over(false)).cause).toContain('not every worker');
  });

  test('counts the new ones that live and listen', () => {
    expect(renews(hup, ...first, ...worker(4, 1120, null), ...gone(2, 1180), over(false)).cause).toContain('successor');
    expect(renews(hup, ...first, ...second, ...worker(5, 1190, null), over()).status).toBe('holds');
    expect(renews(hup, ...first, ...worker(4, 1120, 1170), over(false)).observed).toContain('listened still');
  });

  test('is broken by nothing at all', () => {
    const deaf = renews(hup, wait(RESTART.begun, 1000, 11_000, false), over(false));
    expect(deaf).toMatchObject({ status: 'broken', judged: 2 });
    expect(deaf.observed).toMatch(/^10.1 s /);
    expect(deaf.observed).toContain(
      'after SIGHUP nothing was forked: worker 1 (pid 1001) and worker 2 (pid 1002) still',
    );
    expect(deaf.evidence).toMatchObject([hup, { worker: 1 }, { worker: 2 }]);
    expect(renews(hup).summary).toBe('the restart was not waited for');
    expect(renews(hup, wait(RESTART.begun, 1000, 11_000, false, { stretch: 6 }))).toMatchObject({
      status: 'inconclusive',
      judged: 2,
    });
    expect(renews(hup, ...first, primaryDied(1100))).toMatchObject({ status: 'broken', judged: 2 });
    expect(renews(hup, ...first, primaryDied(1100)).evidence).toMatchObject([{ kind: 'ended' }]);
  });

  test('does not judge two signals that came to no end', () => {
    expect(renews(hup, fault('SIGHUP', 0, 1011), ...first, over(false)).summary).toContain('two signals');
  });
});

describe('4.2 again, when the first restart is over', () => {
  const again = fault('SIGHUP', 0, 2000);
  const before = [...restarted, wait(RESTART.atRest, 1231, 1900)];
  const later = (met = true, how: object = {}) => wait(RESTART.later, 2001, met ? 2300 : 12_000, met, how);
  const more = [...worker(5, 2010, 2060), ...worker(6, 2070, 2110)];
  const renews = (...events: readonly Event[]) => judged(replacesEveryWorker, ...before, ...events);

  test('holds', () => {
    expect(renews(again, ...more, later())).toMatchObject({
      status: 'holds',
      judged: 2,
      summary: '2 workers replaced once more',
    });
  });

  test('is broken where nothing, or not enough, follows', () => {
    const deaf = renews(again, wait(RESTART.begun, 2001, 12_000, false));
    expect(deaf).toMatchObject({ status: 'broken', judged: 2 });
    expect(deaf.observed).toBe('10.0 s after a later SIGHUP nothing was forked');
    expect(deaf.evidence).toMatchObject([again, { worker: 3 }, { worker: 4 }]);
    const half = renews(again, ...worker(5, 2010, 2060), later(false));
    expect(half.observed).toBe('10.0 s after a later SIGHUP 1 worker forked, and not all workers were new');
    expect(half.evidence).toMatchObject([again, {}, {}, { worker: 5 }]);
    expect(renews(again, wait(RESTART.begun, 2001, 2010), later(false)).status).toBe('broken');
    expect(renews(again, wait(RESTART.begun, 2001, 2010)).status).toBe('broken');
    expect(renews(again, primaryDied(2100))).toMatchObject({ judged: 2, evidence: [{ kind: 'ended' }] });
  });

  test('is open where it was not sent, not waited for, or the machine was too busy', () => {
    expect(renews().summary).toBe('no SIGHUP was sent after the first restart');
    expect(renews(again).summary).toBe('the later restart was not waited for');
    // that of the first restart is another wait
    expect(renews(again, wait(RESTART.begun, 1000, 1010)).summary).toBe('the later restart was not waited for');
    expect(renews(again, later(false, { stretch: 6 }))).toMatchObject({ status: 'inconclusive', judged: 2 });
    const edge = fault('SIGHUP', 0, 1900);
    expect(renews(edge, ...more, wait(RESTART.later, 1900, 2300)).status).toBe('holds');
  });
});
