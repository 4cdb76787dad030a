// Clause 2.2: connections in turn, and nobody idle under load.
import { describe, expect, test } from 'vitest';
import type { Event } from '#history';
import { dealsInTurn } from '#checker';
import {
  begun,
  exit,
  fault,
  pace,
  pressure,
  range,
  request,
  start,
  taken,
  upAndListening,
  visits,
  wait,
  worker,
  judged,
} from './history.ts';

const three = upAndListening(3);

const rotation = { stream: 'rotation' };
const rounds = (order: readonly number[], t: number) =>
  visits(
    range(6).flatMap(() => order),
    t,
    rotation,
  );
const busy = (t: number, ...numbers: readonly number[]) => numbers.map((number) => begun(number, t));

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

describe('2.2 tells how many rounds were whole', () => {
  const loaded = [pressure(600), ...busy(560, 1, 2, 3)];
  const dealt = (order: string, ...events: readonly Event[]) =>
    judged(dealsInTurn, ...three, ...visits([...order].map(Number), 200, rotation), ...loaded, ...events);

  test('and lets one in ten be otherwise', () => {
    expect(dealt('123123123122')).toMatchObject({ status: 'holds', judged: 12 });
    const opinion = dealt('123123123312');
    expect(opinion).toMatchObject({ status: 'broken', judged: 12 });
    expect(opinion.observed).toBe('worker 1, 2, 3, 1, 2, 3, 1, 2, … (8 of 10 rounds met every worker once)');
    expect(opinion.evidence).toHaveLength(8);
    expect(opinion.evidence?.[0]).toMatchObject({ kind: 'request', stream: 'rotation' });
  });

  test('and is open on a busy machine only where most were', () => {
    expect(dealt('123123123333', pace(3)).status).toBe('inconclusive');
    expect(dealt('123123123333', pace(2)).status).toBe('broken');
    expect(dealt('123123122222', pace(3)).status).toBe('broken');
  });

  test('of connections that were answered, and enough of them', () => {
    expect(dealt('12312312')).toMatchObject({ status: 'holds', judged: 8 });
    expect(dealt('1231231')).toMatchObject({ status: 'inconclusive', judged: 7 });
    const others = [
      ...visits([1, 1, 1], 211, { stream: 'visits' }),
      ...visits([1, 1, 1], 212, { ...rotation, outcome: 'cut' }),
      ...visits([1, 1, 1], 213, { ...rotation, pid: null }),
    ];
    expect(dealt('12312312', ...others)).toMatchObject({ status: 'holds', judged: 8 });
  });

  test('by who took them, not by what the bodies say', () => {
    const asked = range(9).map((i) => request(1 + (i % 3), 200 + 10 * i, rotation));
    expect(judged(dealsInTurn, ...three, ...asked, ...loaded).status).toBe('holds');
    const one = asked.map(({ t, conn }) => taken(1, t, conn));
    expect(judged(dealsInTurn, ...three, ...asked, ...one, ...loaded).observed).toContain('0 of 7 rounds');
    const stranger = judged(dealsInTurn, ...three, ...asked.map((each) => ({ ...each, pid: 4 })), ...loaded);
    expect(stranger.observed).toContain('worker ?, ?, ');
  });

  test('of as many as listen, before and after a kill', () => {
    const kill = [fault('SIGKILL', 1, 300), exit(1, 301)];
    const before = visits([1, 2, 3, 1, 2, 3], 200, rotation);
    const after = visits([2, 3, 2, 3, 2, 3], 310, rotation);
    // the two of a round that a kill parts are compared with nobody
    const later = [pressure(600), ...busy(560, 2, 3)];
    expect(judged(dealsInTurn, ...three, ...before, ...kill, ...after, ...later)).toMatchObject({
      status: 'holds',
      judged: 12,
    });
    const alone = [start(3), ...worker(1, 10, 50), wait('all workers listening', 1, 100, false)];
    expect(judged(dealsInTurn, ...alone, ...rounds([1], 200), ...loaded).status).toBe('inconclusive');
    const two = [start(3), ...worker(1, 10, 50), ...worker(2, 11, 51)];
    expect(judged(dealsInTurn, ...two, ...rounds([1, 2], 200), ...loaded).status).toBe('holds');
  });
});

test('2.2 cannot be told of two workers', () => {
  const two = [...upAndListening(2), ...rounds([1, 2], 200), pressure(600), ...busy(560, 1, 2)];
  expect(judged(dealsInTurn, ...two).summary).toBe('two workers cannot show a rotation');
});

describe('2.2 tells who was idle', () => {
  const under = (...events: readonly Event[]) =>
    judged(dealsInTurn, ...three, ...rounds([1, 2, 3], 200), pressure(600), ...events);

  test('by what was begun or taken up while the load lasted', () => {
    expect(under(...busy(500, 1), ...busy(700, 2), taken(3, 550, 1)).status).toBe('holds');
    const opinion = under(...busy(499, 1), ...busy(701, 2), ...busy(600, 3));
    expect(opinion).toMatchObject({ status: 'broken', judged: 18 });
    expect(opinion.observed).toBe(
      'worker 1 (pid 1001) and worker 2 (pid 1002) had nothing of 300 requests on 6 connections',
    );
    expect(opinion.evidence).toMatchObject([{ kind: 'pressure' }, { worker: 1 }, { worker: 2 }]);
  });

  test('but not of one that came later, or had gone', () => {
    expect(under(...busy(560, 1, 2, 3), ...worker(4, 520, 550)).status).toBe('holds');
    expect(under(...busy(560, 2, 3), exit(1, 499)).status).toBe('holds');
    expect(under(...busy(560, 2, 3), ...worker(4, 450, null), exit(1, 499)).status).toBe('holds');
  });
});
