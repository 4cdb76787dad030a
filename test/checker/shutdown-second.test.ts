// Clauses 7.5 to 7.7: a second signal, nobody forked any more, and workers whose primary is dead; and 0.6 beside them.
import { describe, expect, test } from 'vitest';
import {
  endsAtOnceWhenToldAgain,
  endsWithItsPrimaryUnlessLeaving,
  forksNobodyMore,
  leavesNoOrphans,
  SHUTDOWN,
} from '#checker';
import type { Event } from '#history';
import { exit, fault, judged, pace, pidOf, primaryDied, wait, worker } from './history.ts';
import { gone, inOrder, killed, leaves, looked, term, two } from './shutdown.ts';

describe('7.5 a second signal', () => {
  const again = [...two, term, fault('SIGINT', 0, 1700)];
  const over = (met = true, stretch = 1): Event =>
    wait(SHUTDOWN, 1701, met ? 1800 : 2702, met, { limit: 1000, stretch });
  const says = (...events: readonly Event[]) => judged(endsAtOnceWhenToldAgain, ...again, ...events);

  test('ends everything within a second', () => {
    expect(says(primaryDied(1790, 1), over(), ...looked(1810))).toMatchObject({ status: 'holds', judged: 3 });
    expect(says(primaryDied(1790, 1), over(), ...looked(2700)).status).toBe('holds');
    expect(says(primaryDied(1790, 1), over(), ...looked(2701)).status).toBe('broken');
    expect(says(primaryDied(1790, 1), over(), ...looked(2701), pace(2)).status).toBe('inconclusive');
  });

  test('is broken where it is not heard, and where workers stay', () => {
    expect(says(over(false), ...killed(2710)).observed).toBe('1.0 s after the second signal the primary still ran');
    expect(says(over(false, 6), ...killed(2710)).status).toBe('inconclusive');
    const left = says(primaryDied(1710, 1), over(), ...looked(1800, [pidOf(2), 77]));
    expect(left.observed).toContain('worker 2 (pid 1002) and pid 77 still ran');
  });

  test('is open where it did not come, or met nobody', () => {
    expect(judged(endsAtOnceWhenToldAgain, ...inOrder).summary).toContain('over before a second signal');
    expect(judged(endsAtOnceWhenToldAgain, ...two).status).toBe('inconclusive');
    expect(says(leaves(1, 1100), leaves(2, 1200), over(false), ...killed(2710)).summary).toContain(
      'no worker was left',
    );
    expect(says(primaryDied(1790, 1)).summary).toContain('was not waited for');
  });
});

describe('7.6 nobody is forked any more', () => {
  const says = (...events: readonly Event[]) => judged(forksNobodyMore, ...events);

  test('holds where workers end and nobody comes', () => {
    expect(says(...inOrder)).toMatchObject({ status: 'holds', judged: 2, summary: '2 workers ended, none was forked' });
  });

  test('is broken by a fork after the signal, not by one before it or after the end', () => {
    const forked = says(...two, term, exit(1, 1200), ...worker(3, 1300, null), ...killed(2000));
    expect(forked.observed).toBe(
      '1 worker forked: worker 3 (pid 1003) 300 ms after SIGTERM, when worker 1 (pid 1001) had ended by SIGKILL',
    );
    expect(says(...inOrder, ...worker(3, 900, 950)).status).toBe('holds');
    expect(says(...inOrder, ...worker(3, 3100, null)).status).toBe('holds');
  });

  test('is open where nobody ended, and without a signal', () => {
    expect(says(...two, term, ...killed(2000)).summary).toContain('no worker was seen to end');
    expect(says(...two, ...gone).status).toBe('inconclusive');
  });
});

describe('7.7 workers whose primary is killed while they leave', () => {
  const says = (...events: readonly Event[]) => judged(leavesNoOrphans, ...two, term, ...events);

  test('are gone 7 s later', () => {
    expect(says(leaves(1, 1500), ...killed(2000, [], 900))).toMatchObject({
      status: 'holds',
      judged: 1,
      summary: 'the primary was killed 1.0 s after SIGTERM; 1 leaving worker gone 900 ms later',
    });
    expect(says(...killed(2000, [], 7000)).status).toBe('holds');
    expect(says(...killed(2000, [], 7001)).status).toBe('inconclusive');
    const left = says(...killed(2000, [pidOf(1), 77], 7000));
    expect(left).toMatchObject({ status: 'broken', judged: 2 });
    expect(left.observed).toContain('7.0 s later worker 1 (pid 1001) and pid 77 still ran');
  });

  test('are not judged where none was leaving, the program was over, or no signal was sent', () => {
    expect(says(...gone, ...killed(4000)).summary).toContain('no worker was leaving any more');
    expect(says(...gone, primaryDied(3100, 0), ...looked(3200)).summary).toContain('was over before');
    expect(judged(leavesNoOrphans, ...two, ...killed(2000)).status).toBe('inconclusive');
  });
});

describe('0.6 in a shutdown', () => {
  const says = (...events: readonly Event[]) => judged(endsWithItsPrimaryUnlessLeaving, ...events);

  test('is judged where the program ended by itself, or was never told to end', () => {
    expect(says(...inOrder, ...looked(3200)).status).toBe('holds');
    expect(says(...inOrder, ...looked(3200, [pidOf(2)])).status).toBe('broken');
    expect(says(...two, ...killed(2000, [pidOf(2)], 2000)).status).toBe('broken');
    expect(says(...two, term, ...killed(2000, [pidOf(2)], 2000)).status).toBe('inconclusive');
  });
});
