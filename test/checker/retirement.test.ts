// Clause 4.5: a retired worker goes.
import { describe, expect, test } from 'vitest';
import type { Event } from '#history';
import { RESTART, retiredWorkersGo } from '#checker';
import { answers, closed, exit, fault, pidOf, primaryDied, request, wait, worker, judged } from './history.ts';
import { two, hup, first, over } from './rolling-restart.ts';

describe('4.5 a retired worker goes', () => {
  const stays = [...two, hup, ...first, ...worker(4, 1120, 1170), closed(2, 1180)];

  test('is broken by one that stays, or goes too late', () => {
    const opinion = judged(retiredWorkersGo, ...stays, over(false));
    expect(opinion.observed).toContain('worker 2 (pid 1002) still lived, told to go 9.9 s before');
    const late = [exit(2, 16_000, { code: 0, signal: null }), wait(RESTART.over, 9000, 16_001)];
    expect(judged(retiredWorkersGo, ...stays, ...late).observed).toContain('went only 15.0 s after it');
  });

  test('is open on a busy machine, where it was never told to go, and where the primary died', () => {
    expect(judged(retiredWorkersGo, ...stays, over(false, { stretch: 6 })).status).toBe('inconclusive');
    expect(judged(retiredWorkersGo, ...two, hup, ...first, over(false)).status).toBe('inconclusive');
    expect(judged(retiredWorkersGo, ...stays, primaryDied(1300), wait(RESTART.over, 1011, 1301, false)).status).toBe(
      'inconclusive',
    );
  });
});

describe('4.5 tells who stayed, and for how long', () => {
  const begun = [...two, hup, ...first, ...worker(4, 1120, 1170), closed(2, 1180)];
  const goes = (...events: readonly Event[]) => judged(retiredWorkersGo, ...begun, ...events);
  const left = (t: number, how: object = {}) => [exit(2, t), wait(RESTART.over, 1011, 30_000, true, how)];

  test('after ten seconds, by this machine’s clock', () => {
    expect(goes(...left(11_000))).toMatchObject({
      status: 'holds',
      judged: 2,
      summary: 'the last of 2 was gone 10.0 s after the signal',
    });
    const late = goes(...left(11_001));
    expect(late).toMatchObject({ status: 'broken', judged: 2 });
    expect(late.observed).toBe('worker 2 (pid 1002) went only 10.0 s after it');
    expect(late.evidence).toMatchObject([hup, { worker: 2 }]);
    expect(goes(...left(11_000, { stretch: 2 })).status).toBe('holds');
    expect(goes(...left(11_001, { stretch: 2 }))).toMatchObject({ status: 'inconclusive', judged: 2 });
    expect(goes(...left(21_000, { stretch: 2 })).status).toBe('inconclusive');
    expect(goes(...left(21_001, { stretch: 2 })).status).toBe('broken');
    // from the last signal on
    expect(goes(fault('SIGHUP', 0, 1011), ...left(11_011)).status).toBe('holds');
  });

  test('though it was told to go', () => {
    const opinion = goes(over(false));
    expect(opinion).toMatchObject({ status: 'broken', judged: 2 });
    expect(opinion.observed).toBe('10.1 s after the signal worker 2 (pid 1002) still lived, told to go 9.9 s before');
    expect(opinion.evidence).toMatchObject([hup, { worker: 2 }]);
    const disconnect: Event = { kind: 'disconnect', t: 1500, worker: 2, pid: pidOf(2) };
    const cut = judged(retiredWorkersGo, ...begun.slice(0, -1), disconnect, over(false));
    expect(cut.observed).toContain('told to go 9.6 s before');
    const both = judged(retiredWorkersGo, ...two, hup, ...worker(3, 1010, 1060), closed(1, 1070), over(false));
    expect(both.observed).toContain('signal worker 1 (pid 1001) still lived');
    // one that goes when the wait is over stayed as long
    expect(goes(exit(2, 11_101), over(false)).status).toBe('broken');
    expect(goes(exit(2, 11_100), over(false)).status).toBe('broken');
    expect(goes(exit(2, 11_100), over(false)).observed).toContain('went only');
    expect(goes(over(false, { stretch: 6 }))).toMatchObject({ status: 'inconclusive', judged: 2 });
  });

  test('also on a machine that keeps no time, where it answers still', () => {
    const late = (...events: readonly Event[]) =>
      goes(wait(RESTART.over, 1011, 12_000, false, { stretch: 6 }), ...events);
    expect(late().status).toBe('inconclusive');
    expect(late(answers(2, 11_001, 3)).status).toBe('broken');
    expect(late(answers(2, 11_000, 3)).status).toBe('inconclusive');
    expect(late(answers(3, 11_500, 3)).status).toBe('inconclusive');
    expect(late(request(2, 11_990, { end: 12_000 })).status).toBe('broken');
    expect(late(request(2, 11_990, { end: 12_001 })).status).toBe('inconclusive');
    // told 9.8 s before: it may have a little time yet
    const soon = wait(RESTART.over, 1011, 11_000, false, { stretch: 6 });
    expect(goes(soon, answers(2, 10_900, 3)).status).toBe('inconclusive');
  });

  test('is open where there was nothing to see', () => {
    expect(goes().summary).toBe('the restart was not waited for');
    expect(judged(retiredWorkersGo, ...two, hup, over(false)).summary).toBe('no restart took place');
    expect(goes(primaryDied(1300), over(false)).summary).toBe('the program did not live to let its workers go');
    expect(goes(primaryDied(1300), over()).status).toBe('broken');
  });
});
