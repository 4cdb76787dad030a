// Clause 3.5: messages of another program change nothing and kill nothing.
import { describe, expect, test } from 'vitest';
import type { Event } from '#history';
import { AGREE, ignoresStrangers } from '#checker';
import {
  ending,
  exit,
  fault,
  primaryDied,
  request,
  stats,
  uncaught,
  upAndListening,
  visits,
  wait,
  judged,
} from './history.ts';

const two = upAndListening(2);
const four = [...two, ...visits([1, 2, 1, 2], 200)];

const counted = (met = true, how: object = {}) => wait(AGREE.counted, 400, met ? 500 : 2000, met, how);
/** Both workers, asked in the wait that ends at 500. */
const say = (one: number, other: number, local = 2) => [stats(1, 450, local, one), stats(2, 460, 2, other)];

describe('3.5 strange messages', () => {
  const junk = [fault('junk-up', 1, 1000), fault('junk-down', 1, 1010)];
  const base = [...four, ...say(4, 4), counted(), ...junk];
  const strangers = (met = true, how: object = {}) => wait(AGREE.strangers, 1100, 1300, met, how);
  const asked = (total: number) => [stats(1, 1200, 2, total), stats(2, 1201, 2, total)];

  test('holds', () => {
    expect(judged(ignoresStrangers, ...base, ...asked(4), strangers())).toMatchObject({ status: 'holds', judged: 4 });
  });

  test('is broken by a death, also one that is told before the delivery is', () => {
    expect(judged(ignoresStrangers, ...base, primaryDied(1005)).observed).toContain(
      'after a strange message the primary',
    );
    expect(judged(ignoresStrangers, ...base, exit(1, 1015, { code: 1, signal: null })).observed).toContain(
      'ended with code 1',
    );
    expect(judged(ignoresStrangers, ...base, exit(1, 998), ...asked(4), strangers()).status).toBe('broken');
    expect(judged(ignoresStrangers, ...base, ...asked(4), strangers(), ...ending(1400), exit(1, 1405)).status).toBe(
      'holds',
    );
  });

  test('is broken by numbers that change', () => {
    expect(judged(ignoresStrangers, ...base, ...asked(5), strangers(false)).observed).toContain('said total 5');
    const odd = request(1, 1200, { path: '/stats', body: '{"pid":1001,"local":2,"total":null}' });
    expect(judged(ignoresStrangers, ...base, odd, strangers(false)).cause).toBe(
      'a strange message was taken for numbers',
    );
  });

  test('is open where none was delivered, nobody asked, or the machine is too busy', () => {
    expect(judged(ignoresStrangers, ...four).status).toBe('inconclusive');
    expect(judged(ignoresStrangers, ...base).status).toBe('inconclusive');
    const missed = fault('junk-up', 2, 1020, { landed: false });
    expect(judged(ignoresStrangers, ...base, missed, ...asked(4), strangers()).status).toBe('inconclusive');
    expect(judged(ignoresStrangers, ...base, ...asked(5), strangers(false, { stretch: 6 })).status).toBe(
      'inconclusive',
    );
  });
});

describe('3.5 tells what changed', () => {
  const junk = [fault('junk-up', 1, 1000), fault('junk-down', 1, 1010)];
  const strangers = (met = true, how: object = {}) => wait(AGREE.strangers, 1100, 1300, met, how);
  const asked = (total: number) => [stats(1, 1200, 2, total), stats(2, 1201, 2, total)];
  const ignores = (...events: readonly Event[]) =>
    judged(ignoresStrangers, ...four, ...say(4, 4), counted(), ...junk, ...events);

  test('a death, with its error', () => {
    const dead = ignores(exit(1, 1015, { code: 1, signal: null }));
    expect(dead).toMatchObject({
      status: 'broken',
      judged: 2,
      observed: 'after a strange message worker 1 (pid 1001) ended with code 1',
      cause: 'the worker acts on a message that is not its own',
    });
    expect(dead.evidence).toMatchObject([...junk, { worker: 1 }]);
    expect(ignores(uncaught(1, 1014, 'TypeError: no'), exit(1, 1015)).cause).toBe('TypeError: no (exercise.ts:12)');
    const ended = ignores(primaryDied(1005));
    expect(ended).toMatchObject({
      judged: 2,
      observed: expect.stringContaining('after a strange message the primary'),
    });
    expect(ended.evidence).toMatchObject([...junk, { kind: 'ended' }]);
  });

  test('but not one before the last wait, after a kill, or at the stop', () => {
    const status = (...events: readonly Event[]) => ignores(...events, ...asked(4), strangers()).status;
    expect([status(exit(1, 500)), status(exit(1, 501))]).toEqual(['holds', 'broken']);
    const kill = fault('SIGKILL', 1, 1250);
    expect([status(kill, exit(1, 1250)), status(kill, exit(1, 1249))]).toEqual(['holds', 'broken']);
    expect([status(...ending(1400), exit(1, 1400)), status(...ending(1400), exit(1, 1399))]).toEqual([
      'holds',
      'broken',
    ]);
    // with no wait before, from the first message on
    const bare = (t: number) => judged(ignoresStrangers, ...two.slice(0, -1), ...junk, exit(1, t)).status;
    expect([bare(1000), bare(1001)]).toEqual(['inconclusive', 'broken']);
    // the wait that ends with the first message is the last one
    const edge = wait('x', 990, 1000);
    expect([status(edge, exit(1, 999)), status(edge, exit(1, 1001))]).toEqual(['holds', 'broken']);
  });

  test('numbers, and what they were instead of', () => {
    const opinion = ignores(...asked(5), strangers(false));
    expect(opinion).toMatchObject({
      status: 'broken',
      judged: 2,
      observed: 'afterwards pid 1001 said total 5 and pid 1002 said total 5 instead of 4',
    });
    expect(opinion.evidence).toMatchObject([...junk, { pid: 1001 }, { pid: 1002 }]);
    expect(ignores(...asked(5), strangers(false, { stretch: 6 }))).toMatchObject({ status: 'inconclusive', judged: 2 });
    expect(ignores(...asked(4), strangers())).toMatchObject({
      judged: 4,
      summary: 'strange messages 2 times, up and down: nothing changed',
    });
  });

  test('an answer that is none', () => {
    const odd = (t: number, how: object = {}) => request(1, t, { path: '/stats', body: 'NaN', ...how });
    const opinion = ignores(odd(1200), ...asked(4), strangers());
    expect(opinion).toMatchObject({
      status: 'broken',
      judged: 2,
      observed: 'afterwards GET /stats answered 200 and NaN',
    });
    expect(opinion.evidence).toMatchObject([...junk, { body: 'NaN' }]);
    expect(ignores(odd(1000), ...asked(4), strangers()).status).toBe('holds');
    expect(ignores(odd(1200, { path: '/x' }), ...asked(4), strangers()).status).toBe('holds');
    expect(ignores(odd(1200, { outcome: 'cut' }), ...asked(4), strangers()).status).toBe('holds');
  });

  test('and is open with how much was sent', () => {
    expect(ignores(fault('junk-up', 2, 1020, { landed: false }))).toMatchObject({ status: 'inconclusive', judged: 3 });
    expect(ignores(fault('hold-up', 2, 1020, { landed: false }), ...asked(4), strangers())).toMatchObject({
      judged: 4,
    });
    const before = (met: boolean) => wait(AGREE.released, 700, 800, met);
    expect(ignores(before(false), ...asked(5), strangers(false)).summary).toBe('the totals were wrong before');
    expect(ignores(before(true), ...asked(5), strangers(false)).status).toBe('broken');
    expect(ignores().summary).toBe('the program was not asked afterwards');
  });
});
