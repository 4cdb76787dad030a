// Clauses 7.2 and 7.3: over in time, with code 0; and the same for the whole group.
import { describe, expect, test } from 'vitest';
import type { Event } from '#history';
import { endsInTime, endsWithItsGroup } from '#checker';
import { answers, closed, exit, fault, judged, pace, pidOf, primaryDied, request } from './history.ts';
import { dropped, gone, inOrder, leaves, loads, looked, over, patient, slow, term, two } from './shutdown.ts';

const says = (...events: readonly Event[]) => judged(endsInTime, ...events);
const begun = [...two, term, slow, patient, ...loads];

describe('7.2 over in time, with code 0', () => {
  test('holds, and counts who was told to go', () => {
    expect(says(...inOrder)).toMatchObject({
      status: 'holds',
      judged: 3,
      summary: 'over 2.1 s after SIGTERM, code 0; 1 client told to go',
    });
  });

  test('is broken by a worker that stays, and tells why', () => {
    const stays = [...begun, leaves(1, 3000), over(false)];
    expect(says(...stays, closed(2, 2000)).observed).toBe('5.0 s after SIGTERM worker 2 (pid 1002) still ran');
    expect(says(...stays, closed(2, 2000)).cause).toContain('asked nothing yet');
    expect(says(...stays, closed(2, 2000), answers(2, 5900, 7), ...looked(6010)).cause).toContain('Connection: close');
    expect(says(...stays, answers(2, 5900, 7), ...looked(6010)).cause).toContain('as if nothing had happened');
    expect(says(...begun, ...gone, over(false)).observed).toContain('the primary still ran');
    expect(says(...stays, pace(6), over(false, { stretch: 6 })).status).toBe('broken');
  });

  test('is open where only a busy machine explains it', () => {
    expect(says(...begun, leaves(1, 3000), over(false, { stretch: 6 })).status).toBe('inconclusive');
    const late = (t: number, stretch: number) =>
      says(...begun, ...gone, primaryDied(t, 0), over(true, { t: t + 1, stretch }), pace(stretch)).status;
    expect(late(6000, 1)).toBe('holds');
    expect(late(6001, 1)).toBe('broken');
    expect(late(6001, 2)).toBe('inconclusive');
    expect(late(7251, 2)).toBe('broken');
    const shot = [...begun, leaves(1, 3000), exit(2, 6010), primaryDied(6020, 1), over()];
    expect(says(...shot).observed).toContain('worker 2 (pid 1002) had to be killed 5.0 s after SIGTERM');
    expect(says(...shot, pace(6)).status).toBe('inconclusive');
  });

  test('is broken by a primary that goes before its last worker, by another code, and by the signal', () => {
    const early = says(...begun, leaves(1, 3000), primaryDied(3040, 0), over());
    expect(early.observed).toBe(
      'the primary ended 2.0 s after SIGTERM (code 0), and worker 2 (pid 1002) had not ended yet',
    );
    expect(says(...begun, ...gone, primaryDied(3100, 143), over()).observed).toContain('ended with code 143');
    // whoever has disconnected may be ended by its primary
    expect(says(...begun, leaves(1, 3000), exit(2, 3010), primaryDied(3100, 0), over()).status).toBe('holds');
    const ended: Event = { kind: 'ended', t: 1003, pid: pidOf(0), code: null, signal: 'SIGTERM' };
    expect(says(...begun, ended, over()).cause).toContain('nothing in the primary listens for SIGTERM');
  });

  test('is broken where a busy client was not told, and open where none was there', () => {
    const untold = request(1, 1200, { stream: 'patient', opened: 150, end: 1350, path: '/slow?ms=150' });
    const opinion = says(...inOrder, untold);
    expect(opinion.observed).toContain(`request ${untold.n} (/slow?ms=150), 350 ms after SIGTERM`);
    const cut = dropped('closed', 1351, { stream: 'patient', opened: 150, conn: untold.conn });
    expect(says(...inOrder, untold, cut).status).toBe('holds');
    const { last: _last, ...silent } = patient;
    expect(
      says(...two, term, slow, { ...silent, opened: 1001 }, ...gone, primaryDied(3100, 0), over()).summary,
    ).toContain('no busy client');
    expect(says(...begun, ...gone, primaryDied(3100, 0)).summary).toContain('was not waited for');
    expect(says(...two).status).toBe('inconclusive');
  });
});

describe('7.3 a signal to the whole group', () => {
  const group = (...events: readonly Event[]) => judged(endsWithItsGroup, ...events);

  test('is what 7.1 and 7.2 say', () => {
    expect(group(...inOrder)).toMatchObject({ status: 'holds', judged: 156 });
    const lost = dropped('reset', 990, { stream: 'slow', opened: 980, end: 1006, before: pidOf(1) });
    const died = group(...begun, lost, exit(1, 1004, { signal: 'SIGTERM' }), leaves(2, 3050), ...looked(3300));
    expect(died.cause).toContain('the signal went to every process');
    expect(group(...begun, leaves(1, 3000), over(false)).status).toBe('broken');
    expect(group(...two, term, ...gone, primaryDied(3100, 0), over()).status).toBe('inconclusive');
    expect(group(...two).status).toBe('inconclusive');
  });

  test('does not ask for an end in order where a second signal came', () => {
    const second = fault('SIGINT', 0, 1800);
    const under = dropped('reset', 900, { stream: 'slow', path: '/slow?ms=3000', opened: 890, end: 1810 });
    expect(group(...two, term, under, ...loads, second, primaryDied(1900, 1), ...looked(2000)).status).toBe('holds');
  });
});
