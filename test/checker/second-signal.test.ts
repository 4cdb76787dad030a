// Clause 4.7: a second signal while the first is served loses nothing either.
import { describe, expect, test } from 'vitest';
import type { Event } from '#history';
import { RESTART, servesASecondSignal } from '#checker';
import { closed, exit, fault, load, lost, pidOf, primaryDied, wait, worker, judged } from './history.ts';
import { two, hup, gone, first, second, over, restarted, loads } from './rolling-restart.ts';

describe('4.7 a second signal', () => {
  const again = fault('SIGHUP', 0, 1011);
  const rest = wait(RESTART.atRest, 1231, 1800);

  test('holds', () => {
    expect(judged(servesASecondSignal, ...restarted, again, rest, ...loads)).toMatchObject({
      status: 'holds',
      judged: 2,
    });
  });

  test('is broken by more forks than two rounds, an old worker, a loss, and the primary’s death', () => {
    const many = [5, 6, 7].flatMap((number) => [...worker(number, 1300 + number, 1350), ...gone(number, 1400)]);
    expect(judged(servesASecondSignal, ...restarted, again, rest, ...many, ...loads).status).toBe('broken');
    const half = [...two, hup, again, ...first, over(false), ...loads];
    expect(judged(servesASecondSignal, ...half).observed).toContain('worker 2 (pid 1002) from before it');
    const cut = lost('cut', 1065, { stream: 'busy', before: pidOf(1) });
    expect(judged(servesASecondSignal, ...restarted, again, rest, ...loads, cut).status).toBe('broken');
    expect(judged(servesASecondSignal, ...two, hup, again, primaryDied(1020)).observed).toContain('ended with code 1');
  });

  test('is open with a single signal', () => {
    expect(judged(servesASecondSignal, ...restarted, ...loads).status).toBe('inconclusive');
  });
});

describe('4.7 tells what the second did', () => {
  const again = fault('SIGHUP', 0, 1011);
  const rest = (how: object = {}) => wait(RESTART.atRest, 1231, 1800, true, how);
  const serves = (...events: readonly Event[]) => judged(servesASecondSignal, ...restarted, again, ...loads, ...events);
  const round = (...numbers: readonly number[]) =>
    numbers.flatMap((number) => [
      ...worker(number, 1200 + 10 * number, 1205 + 10 * number),
      ...gone(number - 2, 1206 + 10 * number),
    ]);

  test('at most two rounds', () => {
    expect(serves(...round(5, 6), rest())).toMatchObject({
      status: 'holds',
      judged: 4,
      summary: '4 forks, 2 workers at the end, nothing lost',
    });
    const many = serves(...round(5, 6, 7), rest());
    expect(many).toMatchObject({ status: 'broken', judged: 5, observed: '5 workers forked' });
    expect(many.expected).toContain('at most 4 forks, and at the end 2 workers');
    expect(many.evidence).toHaveLength(7);
  });

  test('and as many workers as cores, none of them old', () => {
    const half = judged(servesASecondSignal, ...two, hup, again, ...first, over(false), ...loads);
    expect(half).toMatchObject({ status: 'broken', judged: 1, cause: expect.stringContaining('left half done') });
    expect(half.observed).toBe('10.1 s after the first signal 2 workers lived, worker 2 (pid 1002) from before it');
    expect(half.evidence).toMatchObject([hup, again, { worker: 2 }, { worker: 3 }]);
    const more = serves(...worker(5, 1700, 1750), rest());
    expect(more.observed).toBe(
      '3 new workers at the end, on 2 cores: worker 3 (pid 1003), worker 4 (pid 1004) and worker 5 (pid 1005)',
    );
    expect(more).toMatchObject({
      status: 'broken',
      cause: expect.stringContaining('two restarts run at the same time'),
    });
    expect(more.evidence).toMatchObject([hup, again, { worker: 3 }, { worker: 4 }, { worker: 5 }]);
    const few = serves(exit(4, 1800), ...worker(5, 1790, null), exit(3, 1795), rest());
    expect(few.status).toBe('broken');
    expect(serves(exit(4, 1801), rest()).status).toBe('holds');
    expect(serves(...worker(5, 1800, null), rest()).status).toBe('holds');
  });

  test('and nothing lost, nor fewer that listen', () => {
    const cut = serves(lost('cut', 1065, { stream: 'busy', before: pidOf(1) }), rest());
    expect(cut.expected).toContain('not one request is lost');
    const late = judged(
      servesASecondSignal,
      ...two,
      hup,
      again,
      closed(1, 1020),
      ...first,
      ...second,
      rest(),
      ...loads,
    );
    expect(late.expected).toContain('never fewer than 2 listening workers');
    const idle = judged(servesASecondSignal, ...restarted, again, rest(), load('busy', 2000, 80));
    expect(idle.summary).toContain('there was no busy request');
  });

  test('nor the program', () => {
    expect(judged(servesASecondSignal, ...two, hup, again, primaryDied(1020))).toMatchObject({
      status: 'broken',
      judged: 2,
      expected: 'a second SIGHUP while the first is served loses nothing',
      evidence: [{ kind: 'ended' }],
    });
  });

  test('is open where nobody waited, or the machine was too busy', () => {
    const half = [...two, hup, again, ...first, ...loads];
    expect(judged(servesASecondSignal, ...half).summary).toBe('the restart was not waited for');
    expect(judged(servesASecondSignal, ...half, over(false, { stretch: 6 })).summary).toContain('too busy');
    // the wait for rest says how slow it was, where there is one
    expect(serves(...worker(5, 1700, 1750), rest({ stretch: 6 })).status).toBe('inconclusive');
    expect(judged(servesASecondSignal, ...restarted, rest(), ...loads).summary).toContain('no second SIGHUP');
  });
});
