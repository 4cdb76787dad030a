// Clause 5.1: any worker tells, in order of id, what has become of all workers ever forked.
import { describe, expect, test } from 'vitest';
import type { Event } from '#history';
import { isUpToDate, tellsEveryWorker } from '#checker';
import { exit, fault, judged, lost, pace, pidOf, primaryDied, request } from './history.ts';
import { exitWith, killed, life, OLD, reading, told, up } from './lives.ts';

const all = [told(1), told(2)];
const says = (...events: readonly Event[]) => judged(tellsEveryWorker, ...up(2), ...events);
/** Both workers answer. */
const both = (t: number, entries: unknown): Event[] => [...reading(1, t, entries), ...reading(2, t + 5, entries)];
const death = [fault('SIGKILL', 1, OLD), exit(1, OLD + 5), ...life(3, OLD + 10)];

describe('5.1 holds', () => {
  test('where each worker that is old enough tells all', () => {
    expect(says(...both(OLD, all))).toMatchObject({ status: 'holds', judged: 2 });
  });

  test('where the dead are told too, by a replacement as well', () => {
    const entries = [killed(1), told(2), told(3)];
    expect(says(...death, ...reading(2, 2 * OLD, entries), ...reading(3, 2 * OLD, entries)).status).toBe('holds');
  });

  test('where what has just happened is not told yet, or is told already', () => {
    expect(says(...both(OLD - 10, all), ...death, ...reading(2, OLD + 300, all)).status).toBe('holds');
    const entries = [killed(1), told(2), told(3, 'online')];
    expect(says(...both(OLD - 10, all), ...death, ...reading(2, OLD + 60, entries)).status).toBe('holds');
  });

  test('with more fields than are asked for, and in any writing of JSON', () => {
    const more = JSON.stringify(
      all.map((each) => ({ ...each, since: 12 })),
      null,
      2,
    );
    expect(says(...both(OLD, more)).status).toBe('holds');
  });
});

describe('5.1 is broken', () => {
  const broken = (entries: unknown, how = {}) => {
    const opinion = says(...both(OLD, all), ...reading(2, OLD + 20, entries, how));
    expect(opinion.status).toBe('broken');
    return opinion;
  };

  test('by what is no register', () => {
    expect(broken('Not found\n', { status: 404 }).cause).toBe('the path has no handler');
    expect(broken('<p>2 workers</p>').observed).toContain('no JSON');
    expect(broken('').observed).toContain('the body is empty');
    expect(broken({ 1: told(1) }).observed).toContain('no array');
    for (const odd of [
      { id: '1' },
      { state: 'dead' },
      { code: undefined },
      { signal: 9 },
      { planned: 0 },
      { pid: null },
    ])
      expect(broken([{ ...told(1), ...odd }, told(2)]).observed).toContain('entry 1 is');
    expect(broken([null]).observed).toContain('entry 1 is null');
  });

  test('by another order, or somebody told twice', () => {
    expect(broken([told(2), told(1)]).observed).toContain('in the order 2 and 1');
    expect(broken([told(1), told(10), told(2)]).cause).toContain('sorted as text');
    expect(broken([told(1), told(1), told(2)]).expected).toContain('each once');
  });

  test('by workers that are not there', () => {
    expect(broken([...all, told(9)]).observed).toContain('worker 9');
    expect(broken([told(1, 'listening', { pid: 5 }), told(2)]).observed).toContain('with pid 5');
  });

  test('by workers that are left out, with the reason why', () => {
    expect(broken([]).cause).toContain('nobody has told this worker');
    expect(broken([told(2)]).cause).toContain('each worker tells of itself');
    expect(broken([told(1)]).cause).toContain('a worker that comes later');
    const forgotten = says(...death, ...reading(2, 2 * OLD, [told(2), told(3)]));
    expect(forgotten).toMatchObject({ status: 'broken', cause: expect.stringContaining('the dead are forgotten') });
    const unknown = says(...death, ...reading(2, 2 * OLD, [killed(1), told(2)]));
    expect(unknown).toMatchObject({ status: 'broken', cause: expect.stringContaining('forked later') });
  });

  test('by an end that is told of the living', () => {
    expect(broken([told(1, 'listening', { planned: false }), told(2)]).expected).toContain('null until');
    expect(broken([told(1, 'listening', { code: 0 }), told(2)]).observed).toContain('code 0');
  });

  test('by what was so longer than 500 ms before', () => {
    expect(broken([told(1, 'online'), told(2)]).observed).toContain('told that worker 1 is online');
    const old = says(...death, ...reading(3, 2 * OLD, [killed(1), told(2), told(3, 'online')]));
    expect(old).toMatchObject({ status: 'broken', cause: expect.stringContaining('a replacement is not told') });
  });

  test('by a crash of its own that is not told', () => {
    const crashed = says(exitWith(1, OLD, 1), ...life(3, OLD + 5), ...reading(2, 2 * OLD, [...all, told(3)]));
    expect(crashed.status).toBe('broken');
  });

  test('where nobody ever answers', () => {
    const hanging = lost('hanging', OLD, { path: '/workers', end: OLD + 3000 });
    expect(says(hanging)).toMatchObject({ status: 'broken', judged: 1 });
    expect(says(hanging, primaryDied(OLD + 10)).observed).toContain('the primary');
  });
});

describe('5.1 is open', () => {
  test('where nobody was asked, or nobody that had to know', () => {
    expect(says().status).toBe('inconclusive');
    expect(says(...reading(1, 400, [])).status).toBe('inconclusive');
    expect(says(lost('unfinished', OLD, { path: '/workers' })).status).toBe('inconclusive');
  });

  test('where a worker that had to know was not asked', () => {
    expect(says(...reading(1, OLD, all)).summary).toContain('worker 2 (pid 1002) was not asked');
  });

  test('what the dead are told as is another clause’s matter', () => {
    const entries = [told(1), told(2), told(3)];
    expect(says(...death, ...reading(2, 2 * OLD, entries), ...reading(3, 2 * OLD, entries)).status).toBe('holds');
  });

  test('where the machine is too slow to tell how old it is', () => {
    const slow = (entries: unknown) => says(pace(7), ...both(OLD, all), ...reading(2, 2 * OLD, entries));
    expect(says(pace(7), ...reading(2, OLD, [told(2)])).summary).toContain('too busy');
    expect(slow([told(1, 'online'), told(2)]).summary).toContain('too busy');
    expect(slow([told(2), told(1)]).status).toBe('broken');
    // what it has told once it does know
    expect(slow([told(2)])).toMatchObject({ status: 'broken' });
  });

  test('a stall of some process makes what is told older', () => {
    const stalled = request(1, OLD + 100, { end: OLD + 900 });
    const entries = [...death, ...both(OLD - 10, all), ...reading(2, OLD + 1200, all)];
    expect(says(...entries).status).toBe('broken');
    expect(says(...entries, stalled).status).toBe('holds');
  });
});

test('an answer is up to date where it tells of every worker what it is', () => {
  const lives = [
    { ...lifeOf(1), exited: 9 },
    { ...lifeOf(2), online: null, listening: null },
    { ...lifeOf(3), listening: null },
    lifeOf(4),
    { ...lifeOf(5), disconnected: 8 },
  ];
  const entries = [killed(1), told(2, 'forked'), told(3, 'online'), told(4), told(5, 'disconnected')];
  const answer = (body: unknown, status = 200) => ({ status, body: JSON.stringify(body) });
  expect(isUpToDate(answer(entries), lives)).toBe(true);
  expect(isUpToDate(answer(entries.with(0, told(1))), lives)).toBe(false);
  expect(isUpToDate(answer(entries.slice(1)), lives)).toBe(false);
  expect(isUpToDate(answer([...entries, told(6)]), lives)).toBe(false);
  expect(isUpToDate(answer(entries, 500), lives)).toBe(false);
});

function lifeOf(number: number) {
  return {
    worker: number,
    pid: pidOf(number),
    forked: 1,
    online: 2,
    listening: 3,
    elsewhere: null,
    closed: null,
    disconnected: null,
    exited: null,
    code: null,
    signal: null,
    planned: null,
  };
}
