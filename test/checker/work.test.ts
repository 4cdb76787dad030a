// Clause 2.1: work that keeps a thread busy, done by two workers side by side.
import { describe, expect, test } from 'vitest';
import type { Event } from '#history';
import { worksInParallel } from '#checker';
import { lost, pace, pidOf, request, upAndListening, judged } from './history.ts';

const three = upAndListening(3);

const spent = (n: number, number: number, cpuMs: number, path = '/work'): Event => ({
  kind: 'worked',
  t: 300,
  pid: pidOf(number),
  n,
  path,
  cpuMs,
});
const alone = (cpuMs: number, took = 52, forHello = 1): Event[] => {
  const hello = request(1, 200, { stream: 'alone' });
  const work = request(2, 210, { stream: 'alone', path: '/work', end: 210 + took });
  return [hello, spent(hello.n, 1, forHello, '/'), work, spent(work.n, 2, cpuMs)];
};
const pair = (t: number, first: number, second: number, meanwhile: number, took = 55): Event[] => {
  const one = request(first, t, { stream: 'pair', path: '/work', end: t + 52 });
  const other = request(second, t, { stream: 'pair', path: '/work', end: t + took });
  return [one, other, spent(one.n, first, 50), spent(one.n, second, meanwhile)];
};

describe('2.1 work in parallel', () => {
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
    const slow = pace(3);
    const opinion = judged(worksInParallel, ...three, slow, ...alone(50), ...pair(400, 1, 2, 0));
    expect(opinion.status).toBe('inconclusive');
    expect(judged(worksInParallel, ...three, ...alone(50)).status).toBe('inconclusive');
    expect(judged(worksInParallel, ...three).status).toBe('inconclusive');
  });
});

describe('2.1 work of the worker’s own', () => {
  const measured = (...events: readonly Event[]) =>
    judged(worksInParallel, ...three, ...events, ...pair(400, 1, 2, 48));

  test('takes its time', () => {
    expect(measured(...alone(50, 40)).status).toBe('holds');
    const quick = measured(...alone(50, 39));
    expect(quick).toMatchObject({ status: 'broken', judged: 1, observed: 'it was answered after 39 ms' });
    expect(quick.evidence).toMatchObject([{ path: '/work', stream: 'alone' }]);
  });

  test('costs clearly more CPU than a greeting', () => {
    expect(measured(...alone(8)).status).toBe('holds');
    expect(measured(...alone(7.9))).toMatchObject({
      status: 'broken',
      judged: 1,
      observed: '7.9 ms of CPU for GET /work, 1.0 ms for GET /',
    });
    expect(measured(...alone(12, 52, 3)).status).toBe('holds');
    expect(measured(...alone(11.9, 52, 3)).status).toBe('broken');
    expect(measured(...alone(1)).evidence).toMatchObject([{ path: '/work' }]);
  });

  test('is averaged', () => {
    expect(measured(...alone(2), ...alone(20)).status).toBe('holds');
    expect(measured(...alone(2), ...alone(8)).observed).toContain('5.0 ms of CPU for GET /work, 1.0 ms');
  });

  test('is open on a busy machine where it costs a little, not nothing', () => {
    expect(measured(pace(3), ...alone(1.1))).toMatchObject({ status: 'inconclusive', judged: 1 });
    expect(measured(pace(2), ...alone(1.1)).status).toBe('broken');
    expect(measured(pace(3), ...alone(1)).status).toBe('broken');
    expect(measured(pace(3), ...alone(11, 52, 3)).status).toBe('inconclusive');
  });

  test('is what was spent when a busy machine gave most', () => {
    expect(measured(pace(3), ...alone(2), ...alone(8)).status).toBe('holds');
    expect(measured(pace(2), ...alone(2), ...alone(8)).status).toBe('broken');
  });

  test('is open where no CPU time is told, or one path was not asked alone', () => {
    const untold = alone(50).filter(({ kind }) => kind !== 'worked');
    expect(measured(...untold).summary).toBe('this system does not tell the CPU time of a thread');
    expect(measured(...alone(50).slice(2)).summary).toBe('GET /work was not measured');
    expect(measured(...alone(50).slice(0, 2)).summary).toBe('GET /work was not measured');
    expect(measured(request(1, 200, { stream: 'alone' }), ...alone(50).slice(2)).summary).toContain('does not tell');
  });

  test('is a greeting at that path', () => {
    expect(measured(...alone(50), request(1, 300, { path: '/work', status: 500 })).observed).toContain('answered 500');
    expect(measured(...alone(50), request(1, 300, { path: '/stats', status: 500 })).status).toBe('holds');
  });
});

describe('2.1 side by side', () => {
  const both = (...events: readonly Event[]) => judged(worksInParallel, ...three, ...alone(50), ...events);

  test('holds where one pair overlaps, and says how many did', () => {
    const opinion = both(...pair(400, 1, 2, 0), ...pair(500, 2, 3, 8), ...pair(600, 3, 1, 30));
    expect(opinion).toMatchObject({
      status: 'holds',
      judged: 7,
      summary: '2 pairs side by side, such as on pid 1002 and 1003',
    });
    const not = both(...pair(400, 1, 2, 0), ...pair(500, 2, 3, 7.9));
    expect(not).toMatchObject({ status: 'broken', judged: 5 });
    expect(not.observed).toBe('in 2 pairs the second worker had not begun when the first one answered (7.9 ms of CPU)');
    expect(not.evidence).toHaveLength(4);
  });

  test('is no sooner than two pieces of work one after the other could be done, or else in most pairs', () => {
    const late = (t: number, meanwhile: number, took = 80) => pair(t, 1, 2, meanwhile, took);
    expect(both(...late(400, 8, 79), ...late(500, 0), ...late(600, 0)).status).toBe('holds');
    expect(both(...late(400, 8), ...late(500, 8), ...late(600, 0))).toMatchObject({
      status: 'holds',
      summary: '2 pairs side by side, such as on pid 1001 and 1002',
    });
    expect(both(...late(400, 8), ...late(500, 0))).toMatchObject({ status: 'inconclusive', judged: 5 });
    expect(both(...late(400, 8), ...late(500, 0)).summary).toContain('whether two workers work at the same time');
    expect(both(...late(400, 7.9), ...late(500, 0)).status).toBe('broken');
  });

  test('looks at the one that was answered last, whichever was sent first', () => {
    const late = request(1, 400, { stream: 'pair', path: '/work', end: 460 });
    const early = request(2, 400, { stream: 'pair', path: '/work', end: 452 });
    expect(both(late, early, spent(early.n, 1, 48)).status).toBe('holds');
    expect(both(late, early, spent(late.n, 2, 48)).summary).toContain('does not tell');
    expect(both({ ...late, end: 452 }, early, spent(late.n, 2, 48)).status).toBe('holds');
  });

  test('is broken where both went to one worker, with the times of both', () => {
    const opinion = both(...pair(400, 1, 1, 0));
    expect(opinion).toMatchObject({
      status: 'broken',
      judged: 3,
      observed: 'both went to pid 1001: answered after 52 ms and 55 ms',
    });
    expect(opinion.evidence).toHaveLength(2);
  });

  test('knows pairs by their numbers, not by their times', () => {
    const [one, other] = [pair(400, 1, 2, 48), pair(402, 1, 2, 48)];
    const mixed = [...one, ...other].map((event) =>
      event === one[1] ? ({ ...event, t: 405, end: 460 } as Event) : event,
    );
    expect(both(...mixed).status).toBe('holds');
  });

  test('is open where a pair was not whole', () => {
    const half = request(1, 400, { stream: 'pair', path: '/work', end: 452 });
    expect(both(half).summary).toContain('no two requests');
    const gone = (t: number) => lost('unfinished', t, { stream: 'pair', path: '/work' });
    expect(both(half, gone(401)).summary).toContain('no two requests');
    const first = gone(399);
    expect(both(first, request(1, 400, { stream: 'pair', path: '/work', end: 452 })).summary).toContain('no two');
    expect(both(pace(2), ...pair(400, 1, 2, 0)).status).toBe('broken');
    expect(both(pace(3), ...pair(400, 1, 2, 0))).toMatchObject({ status: 'inconclusive', judged: 3 });
  });
});
