// Clause 2.4: what is lost while a killed is replaced.
import { describe, expect, test } from 'vitest';
import type { Event } from '#history';
import { losesOnlyWhatTheKilledHad } from '#checker';
import {
  answers,
  exit,
  fault,
  load,
  lost,
  pace,
  pidOf,
  primaryDied,
  taken,
  uncaught,
  upAndListening,
  judged,
} from './history.ts';

const three = upAndListening(3);

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
    const slow = pace(3);
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

describe('2.4 tells what was lost', () => {
  const kill = [...three, fault('SIGKILL', 1, 1000, { inHand: 2 }), exit(1, 1003)];
  const ends = [load('busy', 2000, 500), load('fresh', 2000, 40)];
  const gone = (how: object = {}) => lost('reset', 995, { stream: 'busy', end: 1001, before: pidOf(2), ...how });
  const lose = (...events: readonly Event[]) => judged(losesOnlyWhatTheKilledHad, ...kill, ...ends, ...events);

  test('by whom, and how', () => {
    const first = gone();
    const opinion = lose(first, gone({ before: pidOf(3), t: 999 }));
    expect(opinion).toMatchObject({
      status: 'broken',
      judged: 540,
      observed:
        '2 requests lost that the killed worker did not have: / was reset before its answer at worker 2 (pid 1002)',
      cause: 'a worker that goes on drops connections',
    });
    expect(opinion.evidence).toMatchObject([first, { kind: 'request' }, { worker: 2 }]);
    const nobodys = lose(gone({ before: null, end: 1501 }));
    expect(nobodys.observed).toMatch(/before its answer$/);
    expect(nobodys.cause).toBe('a worker that goes on drops connections');
  });

  test('with a worker that ended though nobody killed it', () => {
    expect(lose(gone(), exit(2, 1001, { code: 1, signal: null })).cause).toBe(
      'worker 2 (pid 1002) was not killed by the checker and ended with code 1: the program ends workers that could go on',
    );
    expect(lose(gone(), exit(2, 1001), uncaught(2, 1000, 'Error: no')).cause).toContain('SIGKILL: Error: no');
  });

  test('by a refusal, the first of them', () => {
    const refused = [lost('refused', 1010, { stream: 'fresh' }), lost('refused', 1020, { stream: 'fresh' })];
    expect(lose(...refused)).toMatchObject({
      status: 'broken',
      judged: 540,
      observed: '2 connections refused, the first at 1.0 s',
      evidence: refused,
    });
  });

  test('by the end of the primary', () => {
    expect(lose(gone(), primaryDied(1010))).toMatchObject({ judged: 1, evidence: [{ kind: 'ended' }] });
    expect(lose(primaryDied(1010)).status).toBe('holds');
  });

  test('but not what its clients left, what no load sent, or what came after its end', () => {
    expect(lose(gone({ outcome: 'unfinished' })).status).toBe('holds');
    expect(lose(gone({ stream: 'visits' })).status).toBe('holds');
    expect(lose(gone({ outcome: 'answered', status: 200 })).status).toBe('holds');
    const begin: Event = { ...load('visits', 900, 7), state: 'begin' } as Event;
    expect(lose(begin, gone({ stream: 'visits' }))).toMatchObject({ status: 'holds', judged: 540 });
  });

  test('but not what the killed one had', () => {
    const its = (how: object) => lose(gone({ before: pidOf(1), ...how })).status;
    expect([its({ end: 1000 }), its({ end: 999 }), its({ end: 9000 })]).toEqual(['holds', 'broken', 'holds']);
    const untold = (how: object) => its({ before: null, ...how });
    expect([untold({ end: 1500 }), untold({ end: 1501 })]).toEqual(['holds', 'broken']);
    const hung = { outcome: 'hanging', end: 4000 };
    expect([untold(hung), untold({ ...hung, t: 1500 }), untold({ ...hung, t: 1501 })]).toEqual([
      'holds',
      'holds',
      'broken',
    ]);
    expect(lose(gone({ before: pidOf(1) })).summary).toBe(
      '540 requests sent, 1 request lost, all in the killed workers’ hands',
    );
  });

  test('nor what any of the killed ones had', () => {
    const other = fault('SIGKILL', 3, 1100);
    expect(lose(other, gone({ before: pidOf(1) }), gone({ before: pidOf(3), t: 1095, end: 1101 })).status).toBe(
      'holds',
    );
    expect(lose(other, gone({ before: pidOf(3), end: 1001 })).status).toBe('broken');
  });

  test('where a kill hit a worker with requests in hand', () => {
    const idle = [...three, fault('SIGKILL', 1, 1000, { inHand: 0 }), ...ends];
    expect(judged(losesOnlyWhatTheKilledHad, ...idle)).toMatchObject({ status: 'inconclusive', judged: 540 });
    const late = fault('SIGKILL', 2, 1100, { landed: false, inHand: 3 });
    expect(judged(losesOnlyWhatTheKilledHad, ...idle, late).status).toBe('inconclusive');
    expect(judged(losesOnlyWhatTheKilledHad, ...idle, fault('SIGKILL', 2, 1100)).status).toBe('holds');
    expect(judged(losesOnlyWhatTheKilledHad, ...kill).summary).toBe(
      'nothing was under way while the worker was killed',
    );
  });
});
