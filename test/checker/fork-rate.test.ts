// Clause 6.2: at most ten workers are forked in any five seconds while every new one dies, and the others go on serving.
import { describe, expect, test } from 'vitest';
import { forksSlowlyWhileTheyDie } from '#checker';
import type { Event } from '#history';
import { boots, looping, stillbirths, stillborn, two } from './crash-loop.ts';
import { closed, exit, fault, judged, load, lost, pace, primaryDied, range, taken, worker } from './history.ts';

const forks = forksSlowlyWhileTheyDie;

describe('6.2 forks in any five seconds', () => {
  test('holds where they are ten', () => {
    expect(judged(forks, ...looping, ...stillbirths(20, 1100, 500))).toMatchObject({
      status: 'holds',
      judged: 20,
      summary: '20 deaths at boot in 14.0 s, at most 10 in 5.0 s',
    });
  });

  test('is broken by eleven, wherever they are', () => {
    const opinion = judged(forks, ...looping, ...stillborn(3, 1100), ...stillbirths(11, 8000, 400, 4));
    expect(opinion).toMatchObject({
      status: 'broken',
      judged: 12,
      observed: '11 workers forked within 4.0 s, each of which died at boot',
    });
    expect(opinion.evidence).toHaveLength(12);
  });

  test('does not count those that were forked before, or when workers could boot again', () => {
    const others = range(20).flatMap((i) => worker(30 + i, 15_001 + i, 15_060 + i));
    expect(judged(forks, ...looping, ...stillbirths(8, 1100, 600), ...others).status).toBe('holds');
  });

  test('is broken where the program forks beyond its bounds', () => {
    const [, ...rest] = looping.filter((event) => event.kind !== 'boots' || event.t < 10_000);
    const bounded = { kind: 'bounded', t: 3000, what: 'forks', detail: '51 workers forked' } as const;
    expect(judged(forks, looping[0]!, ...rest, ...stillbirths(40, 1100, 45), bounded)).toMatchObject({
      status: 'broken',
      judged: 40,
    });
  });

  test('is open where no worker was forked, or none was made to die', () => {
    expect(judged(forks, ...looping)).toMatchObject({ status: 'inconclusive', judged: 0 });
    expect(judged(forks, ...two, fault('SIGKILL', 1, 1010), exit(1, 1012))).toMatchObject({ status: 'inconclusive' });
    expect(judged(forks, ...looping, ...worker(3, 1100, 1160)).summary).toContain('no worker was forked');
  });
});

describe('6.2 those that live', () => {
  const slowly = stillbirths(8, 1100, 1000);
  const by = (number: number, t: number, end = t + 1) => {
    const request = lost('closed', t, {
      stream: 'keep-alive',
      conn: 60_001,
      opened: t - 50,
      before: number + 1000,
      end,
    });
    return [request, taken(number, t - 40, 60_001)];
  };

  test('lose nothing', () => {
    const opinion = judged(forks, ...looping, ...slowly, ...by(2, 4000));
    expect(opinion).toMatchObject({ status: 'broken', observed: expect.stringContaining('1 request of 80 lost') });
    expect(opinion.cause).toContain('nobody was there to serve');
    expect(judged(forks, ...looping, ...slowly, ...by(2, 4000), exit(2, 4001)).cause).toContain('whoever serves');
  });

  test('are not killed by a boot’s deadline when they listen', () => {
    const untold = lost('reset', 5020, { stream: 'fresh', conn: 60_002, end: 5021 });
    const clients = load('fresh', 30_000, 20);
    const cause = (...events: readonly Event[]) =>
      judged(forks, ...looping, clients, ...slowly, untold, ...events).cause;
    expect(cause(exit(2, 5012))).toBe(
      'the program killed worker 2 (pid 1002), which listened, 5.0 s after its fork: the deadline of a boot is to be cleared when the worker listens',
    );
    const nobody = 'for a moment nobody was there to serve';
    expect(cause()).toBe(nobody);
    expect(cause(exit(2, 3000))).toBe(nobody);
    expect(cause(fault('SIGKILL', 2, 5100), exit(2, 5101))).toBe(nobody);
    expect(cause(exit(2, 5012, { code: 1, signal: null }))).toBe(nobody);
    expect(cause(closed(2, 5000), exit(2, 5012))).toBe(nobody);
    expect(cause(...worker(90, 1100, null), exit(90, 6100))).toBe(nobody);
  });

  test('where the killed one had it in hand, it is no loss; nor before and after', () => {
    expect(judged(forks, ...looping, ...slowly, ...by(1, 1005, 1012)).status).toBe('holds');
    expect(judged(forks, ...looping, ...slowly, ...by(2, 16_000)).status).toBe('holds');
  });

  test('refuse nobody, also when one was just killed', () => {
    const refused = lost('refused', 1015, { stream: 'fresh', conn: null });
    expect(judged(forks, ...looping, load('fresh', 30_000, 20), ...slowly, refused)).toMatchObject({
      status: 'broken',
      observed: expect.stringContaining('was refused'),
    });
    const untold = (t: number) => lost('closed', t, { stream: 'fresh', conn: 60_002 });
    expect(judged(forks, ...looping, load('fresh', 30_000, 20), ...slowly, untold(1015)).status).toBe('holds');
    expect(judged(forks, ...looping, load('fresh', 30_000, 20), ...slowly, untold(5000)).status).toBe('broken');
  });

  test('on a machine that stalls a few losses tell nothing', () => {
    const many = load('fresh', 30_000, 5000);
    expect(judged(forks, ...looping, many, ...slowly, ...by(2, 4000), pace(7))).toMatchObject({
      status: 'inconclusive',
      summary: expect.stringContaining('too busy'),
    });
  });

  test('do not end with the primary', () => {
    expect(judged(forks, ...looping.slice(0, -3), ...slowly.slice(0, 9), primaryDied(5000))).toMatchObject({
      status: 'broken',
      observed: expect.stringContaining('ended with code 1'),
    });
  });

  test('in a restart they are told of by 6.5', () => {
    const hup = fault('SIGHUP', 0, 1020);
    expect(judged(forks, ...looping, hup, ...slowly, ...by(2, 4000)).status).toBe('holds');
    expect(judged(forks, ...two, boots('dies', 1000), hup, primaryDied(1030)).status).toBe('inconclusive');
  });
});
