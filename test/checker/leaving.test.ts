// Clauses 5.5 and 5.6: a worker that is asked to leave goes for good, and answers first what it has in hand.
import { describe, expect, test } from 'vitest';
import type { Event, RequestEvent } from '#history';
import { answersBeforeItLeaves, KILLED_LATER, leaverGone, leavesForGood, UNDER_WAY } from '#checker';
import { exit, fault, judged, lost, pidOf, primaryDied, request, taken, wait } from './history.ts';
import { asked, disconnect, exitWith, life, OLD, reading, told, up } from './lives.ts';

const left = (how = {}) => told(1, 'exited', { code: 0, planned: true, ...how });
const gone = wait(leaverGone(1), OLD + 2, OLD + 20);
const later = [
  fault('SIGKILL', 2, 2 * OLD + 100),
  exit(2, 2 * OLD + 105),
  ...life(4, 2 * OLD + 110),
  wait(KILLED_LATER, 2 * OLD + 101, 2 * OLD + 200),
];

describe('5.5', () => {
  interface Run {
    readonly ask?: readonly Event[];
    readonly end?: readonly Event[];
    readonly entry?: object;
    readonly waits?: readonly Event[];
    readonly more?: readonly Event[];
  }

  /** Worker 1 of three is asked to leave, and all is right but for what is given. */
  const says = (run: Run = {}) => {
    const {
      ask = asked(1, OLD, '/leave'),
      end = [disconnect(1, OLD + 5), exitWith(1, OLD + 8, 0, true)],
      entry = left(),
      waits = [gone, ...later],
      more = [],
    } = run;
    const answers = reading(2, 2 * OLD, [entry, told(2), told(3)]);
    return judged(leavesForGood, ...up(3), ...ask, ...end, ...waits, ...answers, ...more);
  };

  test('holds where it goes, is told so, and a crash after it is replaced by one', () => {
    expect(says()).toMatchObject({ status: 'holds', judged: 1 });
  });

  test('does not judge one that is leaving when the run ends', () => {
    expect(says({ more: asked(3, 3 * OLD, '/leave') }).status).toBe('holds');
  });

  test('is broken where it ends otherwise', () => {
    expect(says({ end: [exitWith(1, OLD + 8, 0)] }).cause).toContain('no goodbye');
    expect(says({ end: [exitWith(1, OLD + 8, 1, true)] }).cause).toContain('code 0');
    expect(says({ end: [exit(1, OLD + 8, { signal: 'SIGTERM', planned: true })] }).status).toBe('broken');
  });

  test('is broken where its end is told otherwise', () => {
    expect(says({ entry: left({ planned: false }) }).cause).toContain('when the exit event comes');
    expect(says({ entry: told(1, 'disconnected') }).cause).toContain('not written down');
  });

  test('is broken where it stays', () => {
    const stays = [wait(leaverGone(1), OLD + 2, OLD + 7002, false)];
    expect(says({ end: [], waits: stays }).cause).toContain('nothing calls');
    expect(says({ end: [disconnect(1, OLD + 5)], waits: stays }).cause).toContain('keeps the process alive');
  });

  test('is broken where it is replaced', () => {
    expect(says({ more: life(5, OLD + 30) })).toMatchObject({
      status: 'broken',
      observed: expect.stringContaining('1 worker crashed, and 2 workers were forked'),
    });
    expect(says({ waits: [gone], more: life(5, OLD + 30) }).observed).toContain('1 worker was forked');
  });

  test('is broken where the request is not answered', () => {
    expect(says({ ask: asked(1, OLD, '/leave', { status: 404 }) }).cause).toBe('the path has no handler');
    const cut = lost('reset', OLD, { path: '/leave' });
    expect(says({ ask: [cut, taken(1, OLD, cut.conn)] }).cause).toContain('before its answer is out');
    expect(says({ ask: [cut], waits: [], more: [primaryDied(OLD + 4)] }).observed).toContain('the primary');
  });

  test('is open where too little was seen', () => {
    expect(judged(leavesForGood, ...up(3)).status).toBe('inconclusive');
    expect(says({ waits: [gone] }).summary).toContain('who left for good');
    const never = wait(KILLED_LATER, 2 * OLD + 101, 2 * OLD + 5101, false);
    expect(says({ waits: [gone, never] }).status).toBe('inconclusive');
    expect(says({ ask: [lost('unfinished', OLD, { path: '/leave' })] }).status).toBe('inconclusive');
    const slow = wait(leaverGone(1), OLD + 2, OLD + 9002, false, { stretch: 6 });
    expect(says({ end: [], waits: [slow] }).summary).toContain('too busy');
  });
});

describe('5.6', () => {
  const path = '/slow?ms=1500';
  /** Worker 1 has it when it is asked to leave. */
  const slow = (how: Partial<RequestEvent> = {}): Event[] => {
    const made = request(1, OLD - 50, { stream: UNDER_WAY, path, end: OLD + 1455, ...how });
    return [made, taken(1, OLD - 50, made.conn)];
  };
  const cut = { status: null, pid: null, body: null, end: OLD + 20 };
  const says = (...events: readonly Event[]) =>
    judged(answersBeforeItLeaves, ...up(3), ...asked(1, OLD, '/leave'), exitWith(1, OLD + 1460, 0, true), ...events);

  test('holds where it is answered, and its worker not told as exited before', () => {
    const meanwhile = reading(2, OLD + 700, [told(1), told(2), told(3)]);
    expect(says(...slow(), ...meanwhile)).toMatchObject({ status: 'holds', judged: 1 });
    expect(says(...slow(), ...reading(2, OLD + 1470, [left(), told(2), told(3)])).status).toBe('holds');
  });

  test.each(['reset', 'closed', 'cut', 'hanging'] as const)('is broken where it is lost (%s)', (outcome) => {
    expect(says(...slow({ ...cut, outcome }))).toMatchObject({ status: 'broken', judged: 1 });
  });

  test('is broken where its worker is told as exited meanwhile', () => {
    const meanwhile = reading(2, OLD + 700, [left(), told(2), told(3)]);
    expect(says(...slow(), ...meanwhile).observed).toContain('before that request was due');
  });

  test('is open where nothing was under way', () => {
    expect(says().status).toBe('inconclusive');
    const elsewhere = request(2, OLD - 50, { stream: UNDER_WAY, path, end: OLD + 1455, before: pidOf(2) });
    expect(says(elsewhere).status).toBe('inconclusive');
    const over = request(1, OLD - 1600, { stream: UNDER_WAY, path, end: OLD - 90, before: pidOf(1) });
    expect(says(over).status).toBe('inconclusive');
    expect(says(...slow({ ...cut, outcome: 'unfinished' })).status).toBe('inconclusive');
  });
});
