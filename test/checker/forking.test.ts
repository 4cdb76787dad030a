// Clauses 0.3 and 1.1: who is forked, by whom, and how many of them.
import { describe, expect, test } from 'vitest';
import type { Event } from '#history';
import { forksPerCore, oneListensPerCore } from '#checker';
import {
  ending,
  exit,
  fault,
  pidOf,
  PRIMARY,
  primaryDied,
  start,
  uncaught,
  upAndListening,
  wait,
  worker,
  judged,
} from './history.ts';

const two = upAndListening(2);

const ready = (met: boolean, how: object = {}) => wait('all workers listening', 1, 10_100, met, how);

describe('0.3 and 1.1 as many workers as cores', () => {
  test('hold', () => {
    expect(judged(forksPerCore, ...two)).toMatchObject({ status: 'holds', judged: 2 });
    expect(judged(oneListensPerCore, ...two)).toMatchObject({ status: 'holds', judged: 2 });
  });

  test('are broken by the number of the machine', () => {
    const opinion = judged(forksPerCore, ...upAndListening(2, 6, 6));
    expect(opinion).toMatchObject({ status: 'broken', judged: 6 });
    expect(opinion.observed).toContain('6 workers forked');
    expect(opinion.cause).toContain('os.cpus()');
  });

  test('are broken by a constant, too', () => {
    const opinion = judged(forksPerCore, ...upAndListening(3, 2, 6));
    expect(opinion.cause).toContain('the program forks 2, whatever the number of cores');
    expect(judged(oneListensPerCore, ...upAndListening(3, 2, 6)).status).toBe('broken');
  });

  test('are broken by one more that is forked after all listen', () => {
    const opinion = judged(forksPerCore, ...two, ...worker(3, 101, 140), ...ending(500));
    expect(opinion).toMatchObject({ status: 'broken' });
    expect(opinion.observed).toContain('worker 3 (pid 1003)');
  });

  test('allow a replacement of one that ended by itself, or was killed', () => {
    expect(judged(forksPerCore, ...two, exit(1, 150), ...worker(3, 160, 200)).status).toBe('holds');
    expect(judged(forksPerCore, ...two, fault('SIGKILL', 1, 150), ...worker(3, 160, 200)).status).toBe('holds');
    const atBoot = [start(2), ...worker(1, 10, null), exit(1, 20), ...worker(2, 11, 50), ...worker(3, 25, 70)];
    expect(judged(forksPerCore, ...atBoot, wait('all workers listening', 1, 100)).status).toBe('holds');
  });

  test('are open on a machine that is too busy, and where nobody waited', () => {
    const one = [start(2), ...worker(1, 10, 50)];
    expect(judged(forksPerCore, ...one, ready(false, { stretch: 6 })).status).toBe('inconclusive');
    expect(judged(oneListensPerCore, ...one).status).toBe('inconclusive');
  });

  test('are broken by processes past the cluster', () => {
    const hello: Event = { kind: 'hello', t: 20, pid: 77, ppid: PRIMARY, role: 'other', worker: null, forked: true };
    expect(judged(forksPerCore, start(2), hello, ready(false)).cause).toContain('child_process.fork()');
  });
});

describe('0.3 past the cluster', () => {
  const hello = (how: object): Event =>
    ({ kind: 'hello', t: 20, pid: 77, ppid: PRIMARY, role: 'other', worker: null, forked: true, ...how }) as Event;

  test('is broken by children of the primary where workers are missing', () => {
    const both = [hello({}), hello({ pid: 78, t: 21 })];
    expect(judged(forksPerCore, start(2), ...both, ready(false))).toMatchObject({
      status: 'broken',
      judged: 2,
      observed: '2 processes forked by the primary past the cluster (pid 77)',
      evidence: both,
    });
  });

  test('lets other children be', () => {
    const cause = (how: object) => judged(forksPerCore, start(2), hello(how), ready(false)).cause;
    for (const how of [{ role: 'worker' }, { forked: false }, { ppid: pidOf(1) }])
      expect(cause(how)).toBe('no worker was forked with cluster.fork()');
    expect(judged(forksPerCore, ...two, hello({})).status).toBe('holds');
  });
});

describe('0.3 forked unasked', () => {
  test('is broken by one more, between the first that all listen and the first fault or the stop', () => {
    const more = (forked: number, ...events: readonly Event[]) =>
      judged(forksPerCore, ...two, ...worker(3, forked, null), ...events);
    expect(more(101)).toMatchObject({
      status: 'broken',
      judged: 3,
      observed: '2 workers forked at the start, and 1 more later, though none had ended: worker 3 (pid 1003)',
      evidence: [{ worker: 3 }],
    });
    expect(more(499, fault('SIGHUP', 0, 500)).status).toBe('broken');
    expect(more(500, fault('SIGHUP', 0, 500)).status).toBe('holds');
    expect(more(499, ...ending(500)).status).toBe('broken');
    expect(more(500, ...ending(500)).status).toBe('holds');
  });

  test('forgives one for each worker that ended by itself, at boot or later', () => {
    const ended = [exit(1, 150), exit(2, 160)];
    const later = [...worker(3, 170, 180), ...worker(4, 171, 181)];
    expect(judged(forksPerCore, ...two, ...ended, ...later).status).toBe('holds');
    expect(judged(forksPerCore, ...two, ...ended, ...later, ...worker(5, 190, 200)).observed).toContain('1 more later');
    // an end after the fork is not its reason
    expect(judged(forksPerCore, ...two, ...worker(3, 150, 180), exit(1, 150)).status).toBe('broken');
    const atBoot = [start(2), ...worker(1, 10, null), exit(1, 20), ...worker(2, 11, 50), ...worker(3, 25, 70)];
    const all = wait('all workers listening', 1, 100);
    expect(judged(forksPerCore, ...atBoot, all, ...worker(4, 150, 190)).status).toBe('broken');
    expect(judged(forksPerCore, ...atBoot, all, exit(2, 140), ...worker(4, 150, 190)).status).toBe('holds');
  });

  test('is not asked where nobody waited', () => {
    expect(judged(forksPerCore, start(1), ...worker(1, 10, 50))).toMatchObject({ status: 'holds', judged: 1 });
  });
});

describe('0.3 and 1.1 tell why the number is wrong', () => {
  const forked = (cores: number, workers: number, cpus: number, ...events: readonly Event[]) =>
    judged(forksPerCore, ...upAndListening(cores, workers, cpus), ...events);

  test('by the numbers that the program could have asked for', () => {
    expect(forked(3, 6, 6)).toMatchObject({
      status: 'broken',
      judged: 6,
      observed:
        '6 workers forked after 100 ms: pid 1001, 1002, 1003, 1004, 1005 and 1006 (os.availableParallelism() says 3, os.cpus().length says 6)',
    });
    expect(forked(3, 2, 3).observed).toBe(
      '2 workers forked after 100 ms: pid 1001 and 1002 (os.availableParallelism() says 3)',
    );
    expect(forked(3, 2, 3).evidence).toMatchObject([{ kind: 'wait' }, { worker: 1 }, { worker: 2 }]);
    expect(forked(3, 2, 3).cause).toContain('the program forks 2, whatever the number of cores');
  });

  test('by what ended while starting, and by errors', () => {
    const dead = [start(2), ...worker(1, 10, 50), ...worker(2, 11, null)];
    const how = { code: 3, signal: null };
    const opinion = judged(forksPerCore, ...dead, exit(2, 30, how), ready(false));
    expect(opinion.cause).toBe('1 worker ended while starting (the first with code 3)');
    expect(judged(forksPerCore, ...dead, exit(2, 10_100, how), ready(false)).cause).toContain('ended while starting');
    expect(judged(oneListensPerCore, ...dead, exit(2, 10_101, how), ready(false)).cause).toBe(
      '2 workers forked, and not all of them listen on PORT through the cluster',
    );
    expect(judged(forksPerCore, ...dead, exit(2, 30), uncaught(2, 29, 'Error: no'), ready(false)).cause).toBe(
      'Error: no (exercise.ts:12)',
    );
  });

  test('by nothing at all', () => {
    expect(judged(forksPerCore, start(2), ready(false))).toMatchObject({
      judged: 1,
      observed: '0 workers forked after 10.1 s (os.availableParallelism() says 2)',
      cause: 'no worker was forked with cluster.fork()',
    });
  });

  test('by the end of the program', () => {
    const opinion = judged(oneListensPerCore, start(2), ...worker(1, 10, 50), primaryDied(60));
    expect(opinion).toMatchObject({ status: 'broken', judged: 1, evidence: [{ kind: 'ended' }] });
  });

  test('where the machine is too busy only more could come, not fewer', () => {
    const busy = { stretch: 6 };
    expect(judged(forksPerCore, start(2), ...worker(1, 10, 50), ready(false, busy)).status).toBe('inconclusive');
    const three = [1, 2, 3].flatMap((number) => worker(number, 10, 50));
    expect(judged(forksPerCore, start(2), ...three, ready(true, busy)).status).toBe('broken');
  });

  test('1.1 counts those that listen', () => {
    const half = [start(2), ...worker(1, 10, 50), ...worker(2, 11, null)];
    expect(judged(oneListensPerCore, ...half, ready(false))).toMatchObject({ status: 'broken', judged: 1 });
    expect(judged(oneListensPerCore, ...half, ready(false)).observed).toContain('1 worker listening after 10.1 s');
    expect(judged(forksPerCore, ...half, ready(false))).toMatchObject({ status: 'holds', judged: 2 });
  });
});
