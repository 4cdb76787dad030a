// Clause 6.4: a worker that does not come to listen is killed between 5 and 7 s after its fork, and one that needs 4 s is not.
import { describe, expect, test } from 'vitest';
import { killsWhatHangsAtBoot, LOOP } from '#checker';
import type { Event } from '#history';
import { boot, hung, two } from './crash-loop.ts';
import { ending, exit, judged, pace, primaryDied, start, wait, worker } from './history.ts';

const kills = killsWhatHangsAtBoot;
const filled = (met = true, how: object = {}): Event => wait(LOOP.filled, 8000, met ? 8300 : 18_000, met, how);
const slow = [...worker(4, 1000, 5300), boot(4, 1040, 'slow')];
const ended = ending(30_000);

describe('6.4 the deadline', () => {
  test('holds between 5 and 7 s, and tells of the slow one', () => {
    expect(judged(kills, ...two, ...hung(3, 1000, 6000), ...slow, filled(), ...ended)).toMatchObject({
      status: 'holds',
      judged: 2,
      summary: '1 hung worker killed 6.0 s after the fork, the slow one left alone',
    });
    expect(judged(kills, ...two, ...hung(3, 1000, 5001), ...hung(4, 1000, 6999), filled(), ...ended).status).toBe(
      'holds',
    );
  });

  test('is broken where it is too short, for the hung one and for the slow one', () => {
    expect(judged(kills, ...two, ...hung(3, 1000, 4500), filled(), ...ended)).toMatchObject({
      status: 'broken',
      observed: 'worker 3 (pid 1003), which hung at boot, was gone 4.5 s after its fork',
    });
    const killed = [...worker(4, 1000, null), boot(4, 1040, 'slow'), exit(4, 4000)];
    const opinion = judged(kills, ...two, ...hung(3, 1000, 6000), ...killed, filled(), ...ended);
    expect(opinion).toMatchObject({ status: 'broken', judged: 2 });
    expect(opinion.observed).toContain('which takes 4 s to boot');
  });

  test('is broken where it is too long, or never comes', () => {
    expect(judged(kills, ...two, ...hung(3, 1000, 8000), filled(), ...ended).observed).toContain('killed only 8.0 s');
    expect(judged(kills, ...two, ...hung(3, 1000, null), ...ended)).toMatchObject({
      status: 'broken',
      observed: 'worker 3 (pid 1003), which hung at boot, was still there 29.0 s after its fork',
    });
    const given = wait(LOOP.gone, 1000, 10_000, false, { stretch: 1 });
    expect(judged(kills, ...two, pace(6), ...hung(3, 1000, null), given, ...ending(10_100)).status).toBe('broken');
  });

  test('is stretched above, never below', () => {
    expect(judged(kills, ...two, pace(3), ...hung(3, 1000, 8000), filled(), ...ended).summary).toContain('too busy');
    expect(judged(kills, ...two, pace(3), ...hung(3, 1000, 4500), filled(), ...ended).status).toBe('broken');
    const killed = [...worker(4, 1000, null), boot(4, 1040, 'slow'), exit(4, 6500)];
    expect(judged(kills, ...two, ...hung(3, 1000, 6000), ...killed, filled(), ...ended).summary).toContain('too busy');
  });
});

describe('6.4 counts as one that died', () => {
  test('whose place is filled', () => {
    expect(judged(kills, ...two, ...hung(3, 1000, 6000), filled(false), ...ended)).toMatchObject({
      status: 'broken',
      observed: '10.0 s after a worker that had hung was gone its place was still empty',
    });
    expect(judged(kills, ...two, ...hung(3, 1000, 6000), filled(false, { stretch: 7 }), ...ended).summary).toContain(
      'too busy',
    );
    expect(judged(kills, ...two, ...hung(3, 1000, 6000), ...ended)).toMatchObject({ status: 'inconclusive' });
  });

  test('by a program that lives', () => {
    const opinion = judged(kills, ...two, ...hung(3, 1000, 6000), primaryDied(7100));
    expect(opinion).toMatchObject({ status: 'broken', observed: expect.stringContaining('ended with code 1') });
  });
});

test('6.4 is open where nobody hung, or what hung was not seen for long enough', () => {
  expect(judged(kills, start(2), ...ended)).toMatchObject({ status: 'inconclusive', judged: 0 });
  expect(judged(kills, ...two, ...slow, filled(), ...ended)).toMatchObject({ status: 'inconclusive' });
  expect(judged(kills, ...two, ...hung(3, 1000, null), ...ending(6000))).toMatchObject({ status: 'inconclusive' });
  const unseen = [...worker(4, 1000, null), boot(4, 1040, 'slow')];
  expect(judged(kills, ...two, ...hung(3, 1000, 6000), ...unseen, filled(), ...ended).summary).toContain('slow');
});
