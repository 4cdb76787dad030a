// Clause 4.4: not one request is lost during a restart.
import { describe, expect, test } from 'vitest';
import type { Event } from '#history';
import { losesNothing } from '#checker';
import { answers, closed, exit, fault, load, lost, pace, pidOf, primaryDied, request, judged } from './history.ts';
import { two, hup, restarted, loads } from './rolling-restart.ts';

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

describe('4.4 tells why', () => {
  const cut = (how: object = {}) => lost('reset', 1065, { stream: 'busy', before: pidOf(1), end: 1071, ...how });
  const loses = (...events: readonly Event[]) => judged(losesNothing, ...restarted, ...loads, ...events);

  test('by how it was lost, and whether its worker was leaving', () => {
    const cause = (how: object, ...events: readonly Event[]) => loses(cut(how), ...events).cause;
    expect(cause({ outcome: 'refused', conn: null, before: null })).toBe('for a moment nobody listened');
    expect(cause({ outcome: 'hanging' })).toContain('cluster.worker.disconnect() does');
    expect(cause({ path: '/slow?ms=9' })).toContain('ended while a request was under way');
    expect(cause({})).toContain('answer with Connection: close first');
    expect(cause({ before: pidOf(3) })).toBe('a connection was dropped');
    expect(cause({ before: pidOf(3), path: '/slow?ms=9' })).toBe('a connection was dropped');
    expect(cause({ before: null })).toBe('a connection was dropped');
    const disconnect: Event = { kind: 'disconnect', t: 1225, worker: 3, pid: pidOf(3) };
    for (const event of [disconnect, closed(3, 1225), exit(3, 1225)])
      expect(cause({ before: pidOf(3) }, event)).toContain('Connection: close');
    expect(cause({}, primaryDied(1300))).toContain('nothing left to do');
  });

  test('by stream, with the first of them', () => {
    const [one, other] = [cut(), cut({ t: 1066, stream: 'slow', path: '/slow?ms=2' })];
    const opinion = loses(one, other, load('slow', 2000, 20), load('fresh', 2000, 1000));
    expect(opinion).toMatchObject({ status: 'broken', judged: 1100 });
    expect(opinion.observed).toBe(
      '2 requests of 1,100 lost (1 busy and 1 slow); the first, GET /, was reset before its answer at worker 1 (pid 1001)',
    );
    expect(opinion.evidence).toMatchObject([one, other, { worker: 1 }]);
    expect(loses(cut({ before: null })).observed).toMatch(/before its answer$/);
    expect(loses(cut(), primaryDied(1300)).evidence).toMatchObject([{}, {}, { kind: 'ended' }]);
  });

  test('from the signal to its end', () => {
    const status = (t: number, end: number) => loses(cut({ t, end })).status;
    expect([status(900, 999), status(900, 1000), status(1230, 1300), status(1231, 1300)]).toEqual([
      'holds',
      'broken',
      'broken',
      'holds',
    ]);
  });

  test('but not with a worker that was killed, nor just before', () => {
    const kill = fault('SIGKILL', 3, 1229);
    const status = (how: object) => loses(kill, cut({ before: pidOf(3), t: 1225, end: 1231, ...how })).status;
    expect([status({ end: 1229 }), status({ end: 1228 })]).toEqual(['holds', 'broken']);
    expect(status({ before: pidOf(1) })).toBe('broken');
    const untold = { before: null, end: 1231 };
    expect([status({ ...untold, t: 729 }), status({ ...untold, t: 728 })]).toEqual(['holds', 'broken']);
    expect(loses(fault('SIGHUP', 3, 1229), cut({ before: pidOf(3), t: 1225, end: 1231 })).status).toBe('broken');
  });
});

describe('4.4 on a machine that stalls', () => {
  const among = (count: number, losses: number, stream: 'busy' | 'fresh', ...events: readonly Event[]) =>
    judged(
      losesNothing,
      ...restarted,
      answers(1, 1100, 80, stream),
      load(stream, 2000, count),
      ...Array.from({ length: losses }, (_, i) => lost('reset', 1065 + i, { stream, before: pidOf(1), end: 1071 + i })),
      ...events,
    );

  test('leaves a few losses of many open', () => {
    expect(among(101, 1, 'fresh', pace(6))).toMatchObject({ status: 'inconclusive', judged: 101 });
    expect(among(101, 1, 'fresh', pace(6)).summary).toContain('whether 1 lost request of 101 is');
    expect(among(100, 1, 'fresh', pace(6)).status).toBe('broken');
    expect(among(101, 1, 'fresh', pace(5.9)).status).toBe('broken');
  });

  test('leaves open one for each kept connection, and no more', () => {
    expect(among(50, 2, 'busy', pace(6)).status).toBe('inconclusive');
    expect(among(50, 3, 'busy', pace(6)).status).toBe('broken');
    expect(among(50, 2, 'busy', pace(5.9)).status).toBe('broken');
  });
});

describe('4.4 wants something under way', () => {
  const one = load('patient', 2000, 1);
  const under = (...events: readonly Event[]) => judged(losesNothing, ...restarted, ...loads, one, ...events);
  const patient = (t: number, end: number) => request(1, t, { stream: 'patient', end });

  test('of each stream while it lasted', () => {
    expect(under()).toMatchObject({ status: 'inconclusive', judged: 81 });
    expect(under().summary).toBe('during the restart there was no patient request');
    expect([under(patient(900, 999)).status, under(patient(900, 1000)).status]).toEqual(['inconclusive', 'holds']);
    expect([under(patient(1230, 1300)).status, under(patient(1231, 1300)).status]).toEqual(['holds', 'inconclusive']);
    const batch = (t: number, count = 1) => under(answers(1, t, count, 'patient')).status;
    expect([batch(999), batch(1000), batch(1330), batch(1331)]).toEqual([
      'inconclusive',
      'holds',
      'holds',
      'inconclusive',
    ]);
    expect(under(answers(1, 1100, 5, 'fresh')).status).toBe('inconclusive');
    expect(under(request(1, 1100, { stream: 'visits' })).status).toBe('inconclusive');
    expect(judged(losesNothing, ...restarted, ...loads)).toMatchObject({ status: 'holds', judged: 80 });
  });

  test('and slow requests in the hands of a worker that is to go', () => {
    // the replacements listen at 1060 and 1170
    const slow = (t: number, end: number) => request(1, t, { stream: 'slow', path: '/slow?ms=400', end });
    const where = (...events: readonly Event[]) =>
      judged(losesNothing, ...restarted, ...loads, load('slow', 2000, 1), ...events).status;
    expect([where(slow(1169, 1571)), where(slow(1170, 1571))]).toEqual(['holds', 'inconclusive']);
    expect([where(slow(1000, 1401)), where(slow(1000, 1400))]).toEqual(['holds', 'inconclusive']);
    expect(where(slow(1169, 1571), slow(1180, 1590))).toBe('holds');
    const others = { stream: 'busy', path: '/slow?ms=400', end: 1571 };
    expect(where(slow(1170, 1571), request(1, 1169, others))).toBe('inconclusive');
    expect(judged(losesNothing, ...restarted, ...loads, load('slow', 2000, 1), slow(1200, 1600)).summary).toBe(
      'no slow request was under way when a worker was to go',
    );
  });

  test('and a restart', () => {
    expect(judged(losesNothing, ...two, hup, ...loads)).toMatchObject({ status: 'inconclusive', judged: 80 });
    expect(judged(losesNothing, ...two, hup, ...loads).summary).toBe('no restart took place');
  });
});
