// Clause 7.1: what is in hand is answered.
import { describe, expect, test } from 'vitest';
import type { Event } from '#history';
import { answersWhatItHas } from '#checker';
import { exit, fault, judged, load, pace, pidOf, primaryDied, request, worker } from './history.ts';
import { dropped, gone, inOrder, loads, looked, over, patient, slow, taken, term, two } from './shutdown.ts';

const says = (...events: readonly Event[]) => judged(answersWhatItHas, ...events);
const beside = (...events: readonly Event[]) => says(...inOrder, ...looked(3300), ...events);

describe('7.1 what is in hand is answered', () => {
  test('holds where all that was under way was answered', () => {
    expect(says(...inOrder)).toMatchObject({
      status: 'holds',
      judged: 153,
      summary: '2 requests under way at SIGTERM, all answered',
    });
  });

  test('is broken by a request from before the signal', () => {
    const cut = dropped('reset', 990, { stream: 'slow', path: '/slow?ms=2000', conn: 50, opened: 980, end: 1500 });
    const died = exit(1, 1490, { code: 0, signal: null });
    const opinion = says(...two, term, patient, ...loads, cut, taken(1, 985, 50), died, ...looked(3300));
    expect(opinion).toMatchObject({ status: 'broken', judged: 153 });
    expect(opinion.observed).toBe(
      '1 request of 153 lost (1 slow); the first, GET /slow?ms=2000, sent 10 ms before SIGTERM, was reset before its answer at worker 1 (pid 1001)',
    );
    expect(opinion.cause).toContain('ended with code 0 while a request was under way');
    expect(opinion.evidence).toContain(cut);
  });

  test('is broken by one on a connection from before the signal, and by one that a worker has begun', () => {
    const open = dropped('closed', 1400, { opened: 300, before: pidOf(2) });
    expect(beside(open)).toMatchObject({ status: 'broken' });
    expect(beside(open).cause).toContain('answer with Connection: close first');
    expect(beside(dropped('cut', 1400, { opened: 1390 })).observed).toContain('begun by a worker');
    const refusal = request(1, 1400, { stream: 'busy', status: 503, pid: null, body: 'later' });
    expect(beside(refusal).cause).toContain('503');
    const long = dropped('closed', 1400, { opened: 1390, conn: 77, end: 1700 });
    expect(beside(long, taken(2, 1410, 77)).observed).toContain('taken up by a worker');
  });

  test('says nothing of connections from after the signal that nobody began to serve', () => {
    for (const outcome of ['refused', 'closed', 'reset', 'hanging'] as const)
      expect(beside(dropped(outcome, 2500, { opened: 2490, end: 3090 })).status).toBe('holds');
    const short = dropped('closed', 2500, { opened: 2490, conn: 77, end: 2740 });
    expect(beside(short, taken(2, 2495, 77)).status).toBe('holds');
    expect(beside(dropped('unfinished', 990)).status).toBe('holds');
  });

  test('tells what nobody took up, and what ended with its primary', () => {
    expect(beside(dropped('reset', 999, { opened: 999, conn: 5, end: 1010 })).cause).toContain('nobody took');
    const late = dropped('reset', 990, { stream: 'slow', opened: 980, end: 3095, before: pidOf(1) });
    expect(beside(late).cause).toContain('it is to wait for the exit of the last one');
  });

  test('tells a signal that nobody hears, in the primary or in a worker', () => {
    const ended: Event = { kind: 'ended', t: 1003, pid: pidOf(0), code: null, signal: 'SIGTERM' };
    const lost = dropped('reset', 990, { stream: 'slow', opened: 980, end: 1006, before: pidOf(1) });
    const died = says(...two, term, lost, ...loads, ended);
    expect(died.cause).toContain('nothing in the primary listens for SIGTERM');
    const alone = says(...two, term, lost, ...loads, exit(1, 1004, { signal: 'SIGTERM' }), primaryDied(3100, 0));
    expect(alone.cause).toContain('worker 1 (pid 1001) ended by SIGTERM itself');
  });

  test('looks only until a second signal', () => {
    const second = fault('SIGINT', 0, 1800);
    const then = dropped('reset', 990, { stream: 'slow', path: '/slow?ms=3000', opened: 980, end: 1810 });
    const opinion = says(...two, term, then, ...loads, second, primaryDied(1900, 1), ...looked(2000));
    expect(opinion).toMatchObject({
      status: 'holds',
      summary: '1 request under way at SIGTERM, none lost until the second signal',
    });
    const before = dropped('reset', 990, { stream: 'slow', path: '/slow?ms=3000', opened: 980, end: 1700 });
    expect(says(...two, term, then, before, ...loads, second, ...looked(2000)).status).toBe('broken');
  });

  test('is open with nothing under way, without a signal, and where the machine is too busy for a few losses', () => {
    expect(says(...two, ...loads).status).toBe('inconclusive');
    expect(says(...two, primaryDied(700)).summary).toContain('did not live to be told to end');
    expect(says(...two, term, ...loads, ...gone, primaryDied(3100, 0)).summary).toContain('no request was under way');
    expect(says(...two, term, patient, ...loads, ...gone).summary).toContain('no slow request');
    const one = dropped('closed', 1400, { opened: 300 });
    expect(beside(one, pace(6)).status).toBe('inconclusive');
    expect(beside(one, dropped('closed', 1401, { opened: 300 }), pace(6)).status).toBe('broken');
    expect(says(...two, term, slow, ...worker(3, 20, 60)).judged).toBe(0);
    expect(says(...two, term, slow, load('slow', 3200, 1), over()).status).toBe('holds');
  });
});
