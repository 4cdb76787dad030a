// Clauses 4.1 to 4.8: a rolling restart by SIGHUP, in histories of two workers that two others replace.
import { describe, expect, test } from 'vitest';
import type { Event, History } from '#history';
import {
  forksOnceEach,
  losesNothing,
  neverListensWithFewer,
  replacementWait,
  replacesAfterRestart,
  replacesEveryWorker,
  RESTART,
  retiredWorkersGo,
  servesASecondSignal,
  waitsWithoutBlocking,
  type Opinion,
} from '#checker';
import {
  answers,
  closed,
  exit,
  fault,
  historyOf,
  load,
  lost,
  pidOf,
  primaryDied,
  request,
  upAndListening,
  wait,
  worker,
} from './history.ts';

const judged = (property: (history: History) => Opinion, ...events: readonly Event[]) => property(historyOf(events));
const two = upAndListening(2);
const hup = fault('SIGHUP', 0, 1000);
const gone = (number: number, t: number) => [
  closed(number, t),
  exit(number, t + 40, { code: 0, signal: null, planned: true }),
];
const first = [...worker(3, 1010, 1060), ...gone(1, 1070)];
const second = [...worker(4, 1120, 1170), ...gone(2, 1180)];
const over = (met = true, how: object = {}) => wait(RESTART.over, 1011, met ? 1230 : 11_100, met, how);
const restarted = [...two, hup, ...first, ...second, over()];
const loads = [answers(1, 1100, 80), load('busy', 2000, 80)];
const all = [replacesEveryWorker, neverListensWithFewer, losesNothing, retiredWorkersGo, forksOnceEach];

test('a restart that is right holds everywhere', () => {
  expect(all.map((property) => judged(property, ...restarted, ...loads).status)).toEqual(all.map(() => 'holds'));
});

test('without a signal, or a fork after it, nothing holds', () => {
  for (const property of [...all, servesASecondSignal, replacesAfterRestart]) {
    expect(judged(property, ...two, ...loads).status).toBe('inconclusive');
    expect(judged(property, ...two, hup, ...loads).status, property.name).toBe('inconclusive');
  }
});

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

describe('4.3 never fewer', () => {
  test('is broken where the old one goes first', () => {
    const late = [...worker(3, 1010, 1090), ...gone(1, 1070)];
    const opinion = judged(neverListensWithFewer, ...two, hup, ...late, ...second, over());
    expect(opinion.observed).toBe(
      '70 ms after SIGHUP only 1 listened: worker 1 (pid 1001) no longer, worker 3 (pid 1003) not yet',
    );
  });

  test('holds where the one listens in the moment in which the other goes', () => {
    const tie = [...worker(3, 1010, 1070), ...gone(1, 1070)];
    expect(judged(neverListensWithFewer, ...two, hup, ...tie, ...second, over()).status).toBe('holds');
  });
});

describe('4.4 nothing is lost', () => {
  const reset = (how: object = {}) => lost('reset', 1065, { stream: 'busy', before: pidOf(1), end: 1071, ...how });

  test('is broken by one request', () => {
    const opinion = judged(losesNothing, ...restarted, ...loads, reset());
    expect(opinion.observed).toContain('GET /, was reset before its answer at worker 1 (pid 1001)');
    expect(opinion.cause).toContain('Connection: close');
  });

  test('leaves out what the clients ended, what came before, and what a kill took', () => {
    for (const how of [{ outcome: 'unfinished' }, { t: 900, end: 950 }])
      expect(judged(losesNothing, ...restarted, ...loads, reset(how)).status).toBe('holds');
    const kill = fault('SIGKILL', 3, 1229);
    const taken = reset({ before: pidOf(3), t: 1225, end: 1231 });
    const untold = reset({ before: null, t: 1225, end: 1231 });
    expect(judged(losesNothing, ...restarted, ...loads, kill, taken, untold).status).toBe('holds');
    expect(judged(losesNothing, ...restarted, ...loads, kill, reset({ before: pidOf(3) })).status).toBe('broken');
  });

  test('is open where a load sent nothing meanwhile', () => {
    expect(judged(losesNothing, ...restarted, ...loads, load('fresh', 2000, 5)).status).toBe('inconclusive');
    expect(judged(losesNothing, ...restarted).status).toBe('inconclusive');
  });
});

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

describe('4.6 one fork each', () => {
  test('is broken by forks all at once, and by a third', () => {
    const both = [...worker(3, 1010, 1060), ...worker(4, 1012, 1062), ...gone(1, 1070), ...gone(2, 1072)];
    expect(judged(forksOnceEach, ...two, hup, ...both, over()).cause).toContain('all at once');
    const opinion = judged(forksOnceEach, ...restarted, ...worker(5, 1215, 1260));
    expect(opinion.observed).toContain('3 workers forked');
    expect(opinion.cause).toContain('exitedAfterDisconnect');
  });

  test('is open where the restart did not come to its end', () => {
    expect(judged(forksOnceEach, ...two, hup, ...first, over(false)).status).toBe('inconclusive');
  });
});

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
