// Clauses 2.1 to 2.4: connections in turn, work side by side, and a worker that is killed.
import { describe, expect, test } from 'vitest';
import type { Event, History } from '#history';
import { dealsInTurn, losesOnlyWhatTheKilledHad, replacementWait, replacesTheKilled, worksInParallel } from '#checker';
import type { Opinion } from '#checker';
import {
  answers,
  ending,
  exit,
  fault,
  historyOf,
  load,
  lost,
  mark,
  pidOf,
  primaryDied,
  range,
  request,
  taken,
  upAndListening,
  visits,
  wait,
  worker,
} from './history.ts';

const judged = (property: (history: History) => Opinion, ...events: readonly Event[]) => property(historyOf(events));
const three = upAndListening(3);
const rotation = { stream: 'rotation' };
const rounds = (order: readonly number[], t: number) =>
  visits(
    range(6).flatMap(() => order),
    t,
    rotation,
  );

function pressure(t: number, ok = 300): Event {
  return {
    kind: 'pressure',
    t,
    since: t - 100,
    connections: 6,
    sent: ok,
    ok,
    other: 0,
    errors: 0,
    perSecond: 0,
    p50: 0,
    p99: 0,
  };
}
const busy = (t: number, ...numbers: readonly number[]) =>
  numbers.map((number): Event => ({ kind: 'begun', t, pid: pidOf(number), count: 9, finished: 9 }));

describe('2.2 in turn', () => {
  test('holds', () => {
    const opinion = judged(dealsInTurn, ...three, ...rounds([1, 2, 3], 200), pressure(600), ...busy(560, 1, 2, 3));
    expect(opinion).toMatchObject({ status: 'holds', judged: 18 });
  });

  test('is broken by the operating system’s dealing', () => {
    const opinion = judged(dealsInTurn, ...three, ...rounds([1, 1, 3], 200), pressure(600), ...busy(560, 1, 2, 3));
    expect(opinion.observed).toContain('0 of 16 rounds');
    expect(opinion.cause).toContain('SCHED_RR');
  });

  test('is broken by a worker that is idle under load', () => {
    const opinion = judged(dealsInTurn, ...three, ...rounds([1, 2, 3], 200), pressure(600), ...busy(560, 1, 3));
    expect(opinion.observed).toContain('worker 2 (pid 1002) had nothing of 300 requests');
  });

  test('is open with too few connections, two workers or no load', () => {
    expect(judged(dealsInTurn, ...three, ...visits([1, 2, 3], 200, rotation)).status).toBe('inconclusive');
    expect(judged(dealsInTurn, ...upAndListening(2), ...rounds([1, 2], 200)).status).toBe('inconclusive');
    expect(judged(dealsInTurn, ...three, ...rounds([1, 2, 3], 200)).status).toBe('inconclusive');
    expect(judged(dealsInTurn, ...three, ...rounds([1, 2, 3], 200), pressure(600, 0)).status).toBe('inconclusive');
  });
});

describe('2.1 work in parallel', () => {
  const spent = (n: number, number: number, cpuMs: number, path = '/work'): Event => ({
    kind: 'worked',
    t: 300,
    pid: pidOf(number),
    n,
    path,
    cpuMs,
  });
  const alone = (cpuMs: number, took = 52): Event[] => {
    const hello = request(1, 200, { stream: 'alone' });
    const work = request(2, 210, { stream: 'alone', path: '/work', end: 210 + took });
    return [hello, spent(hello.n, 1, 1, '/'), work, spent(work.n, 2, cpuMs)];
  };
  const pair = (t: number, first: number, second: number, meanwhile: number): Event[] => {
    const one = request(first, t, { stream: 'pair', path: '/work', end: t + 52 });
    const other = request(second, t, { stream: 'pair', path: '/work', end: t + 55 });
    return [one, other, spent(one.n, first, 50), spent(one.n, second, meanwhile)];
  };

  test('holds', () => {
    expect(judged(worksInParallel, ...three, ...alone(50), ...pair(400, 1, 2, 48)).status).toBe('holds');
  });

  test('is broken by no work, by waiting, and by one at a time', () => {
    expect(judged(worksInParallel, ...three, ...alone(50, 10)).observed).toBe('it was answered after 10 ms');
    expect(judged(worksInParallel, ...three, ...alone(1)).cause).toContain('waited for');
    const opinion = judged(worksInParallel, ...three, ...alone(50), ...pair(400, 1, 2, 0));
    expect(opinion.observed).toContain('the second worker had not begun');
    expect(judged(worksInParallel, ...three, ...alone(50), ...pair(400, 1, 1, 0)).observed).toContain(
      'both went to pid',
    );
  });

  test('compares no halves of different pairs where one was lost', () => {
    const half = request(1, 400, { stream: 'pair', path: '/work', end: 452 });
    const gone = lost('unfinished', 400, { stream: 'pair', path: '/work' });
    const opinion = judged(worksInParallel, ...three, ...alone(50), half, gone, ...pair(500, 1, 2, 48));
    expect(opinion.status).toBe('holds');
  });

  test('is open on a busy machine, or where nothing was measured', () => {
    const slow: Event = { kind: 'pace', t: 5, stretch: 3 };
    const opinion = judged(worksInParallel, ...three, slow, ...alone(50), ...pair(400, 1, 2, 0));
    expect(opinion.status).toBe('inconclusive');
    expect(judged(worksInParallel, ...three, ...alone(50)).status).toBe('inconclusive');
    expect(judged(worksInParallel, ...three).status).toBe('inconclusive');
  });
});

describe('2.3 a killed worker is replaced', () => {
  const killed = [...three, fault('SIGKILL', 1, 1000), exit(1, 1003)];
  const met = wait(replacementWait(1), 1001, 1100);
  const replaced = [...killed, ...worker(4, 1010, 1080), met];
  const visited = [mark('replacement is visited', 1200), ...visits([2, 3, 4, 2, 3, 4], 1210)];
  const unmet = (how: object = {}) => wait(replacementWait(1), 1001, 6000, false, how);

  test('holds', () => {
    const opinion = judged(replacesTheKilled, ...replaced, ...visited);
    expect(opinion).toMatchObject({ status: 'holds', judged: 1 });
    expect(opinion.summary).toBe('worker 1 (pid 1001), SIGKILL → worker 4 (pid 1004) after 80 ms');
  });

  test('is broken where nothing is forked, or does not listen', () => {
    expect(judged(replacesTheKilled, ...killed, unmet()).observed).toContain('nothing was forked in its place');
    const opinion = judged(replacesTheKilled, ...killed, ...worker(4, 1010, null), unmet());
    expect(opinion.cause).toBe('worker 4 (pid 1004) does not come to listen');
  });

  test('is broken by two for one, but not by what is forked after the end', () => {
    const second = worker(5, 1012, 1085);
    expect(judged(replacesTheKilled, ...replaced, ...second, ...visited).observed).toContain('2 workers forked for it');
    const late = [...ending(1500), exit(2, 1503), ...worker(6, 1510, null)];
    expect(judged(replacesTheKilled, ...replaced, ...visited, ...late).status).toBe('holds');
    // one that crashed by itself has a replacement of its own
    expect(judged(replacesTheKilled, ...replaced, exit(2, 1005), ...second, ...visited).status).toBe('holds');
  });

  test('is broken by a replacement that is dealt nothing', () => {
    const others = visits([2, 3, 2, 3, 2, 3, 2, 3], 1210);
    const opinion = judged(replacesTheKilled, ...replaced, mark('replacement is visited', 1200), ...others);
    expect(opinion.observed).toContain('worker 4 (pid 1004) listens, and none');
    expect(judged(replacesTheKilled, ...replaced, mark('replacement is visited', 1200)).status).toBe('inconclusive');
  });

  test('is broken by a primary that dies of it', () => {
    expect(judged(replacesTheKilled, ...killed, primaryDied(1004)).observed).toContain('the primary (pid 1000) ended');
    expect(judged(replacesTheKilled, ...replaced, primaryDied(1150)).observed).toContain(
      'the primary (pid 1000) ended',
    );
  });

  test('is open where the kill did not land, was not waited for, or the machine is too busy', () => {
    expect(judged(replacesTheKilled, ...three).status).toBe('inconclusive');
    const missed = [...three, fault('SIGKILL', 1, 1000, { landed: false }), ...worker(4, 1010, 1080), met, ...visited];
    expect(judged(replacesTheKilled, ...missed).status).toBe('inconclusive');
    expect(judged(replacesTheKilled, ...killed, ...worker(4, 1010, 1080), ...visited).status).toBe('inconclusive');
    expect(judged(replacesTheKilled, ...killed, unmet({ stretch: 6 })).status).toBe('inconclusive');
    expect(judged(replacesTheKilled, ...killed, unmet({ stretch: 6, quiescent: true })).status).toBe('broken');
    // as many as before listen, but nothing was forked: a worker was late
    expect(judged(replacesTheKilled, ...killed, met).status).toBe('inconclusive');
  });
});

describe('2.4 the others go on', () => {
  const kill = [...three, fault('SIGKILL', 1, 1000, { inHand: 2 }), exit(1, 1003)];
  const ends = [load('busy', 2000, 500), answers(2, 1500, 499)];
  const inHand = (how: object = {}) => lost('reset', 995, { stream: 'busy', end: 1001, before: pidOf(1), ...how });

  test('holds where only the killed worker’s are lost', () => {
    const opinion = judged(losesOnlyWhatTheKilledHad, ...kill, ...ends, inHand());
    expect(opinion).toMatchObject({ status: 'holds', judged: 500 });
    expect(opinion.summary).toContain('1 request lost');
  });

  test('forgives a connection whose report died with the worker, on a slow machine later', () => {
    const untold = (end: number) => inHand({ before: null, end });
    expect(judged(losesOnlyWhatTheKilledHad, ...kill, ...ends, untold(1400)).status).toBe('holds');
    expect(judged(losesOnlyWhatTheKilledHad, ...kill, ...ends, untold(1800)).status).toBe('broken');
    const slow: Event = { kind: 'pace', t: 5, stretch: 3 };
    expect(judged(losesOnlyWhatTheKilledHad, ...kill, slow, ...ends, untold(1800)).status).toBe('holds');
  });

  test('is broken by what another worker loses, or the killed one before it was killed', () => {
    const other = inHand({ before: pidOf(2) });
    expect(judged(losesOnlyWhatTheKilledHad, ...kill, ...ends, other).observed).toContain('at worker 2 (pid 1002)');
    const before = inHand({ t: 600, end: 700 });
    expect(judged(losesOnlyWhatTheKilledHad, ...kill, ...ends, before).status).toBe('broken');
  });

  test('is broken by a refusal and by the primary’s death', () => {
    const refused = lost('refused', 1010, { stream: 'busy', conn: null });
    expect(judged(losesOnlyWhatTheKilledHad, ...kill, ...ends, refused).observed).toContain('1 connection refused');
    const dead = judged(losesOnlyWhatTheKilledHad, ...kill, ...ends, inHand(), primaryDied(1010));
    expect(dead.observed).toContain('the primary (pid 1000) ended');
  });

  test('is open where nothing was sent, or nothing hit', () => {
    expect(judged(losesOnlyWhatTheKilledHad, ...three, ...ends).status).toBe('inconclusive');
    expect(judged(losesOnlyWhatTheKilledHad, ...kill).status).toBe('inconclusive');
    const missed = [...three, fault('SIGKILL', 1, 1000, { inHand: 0, landed: false }), ...ends];
    expect(judged(losesOnlyWhatTheKilledHad, ...missed).status).toBe('inconclusive');
    expect(judged(losesOnlyWhatTheKilledHad, ...kill, ...ends, taken(1, 999, 1)).status).toBe('holds');
  });
});
