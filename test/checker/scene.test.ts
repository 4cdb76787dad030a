// Whose connection a request was on. Ports are used again, reports come late, and those of a killed worker may not come.
import { describe, expect, test } from 'vitest';
import type { Event, RequestEvent } from '#history';
import { deathOf, errorOf } from '../../runner/checker/death.ts';
import { listeningAt } from '../../runner/checker/lives.ts';
import { conclusive } from '../../runner/checker/moments.ts';
import { firstGeneration, sceneOf } from '../../runner/checker/scene.ts';
import {
  closed,
  ending,
  exit,
  fault,
  historyOf,
  lost,
  pidOf,
  primaryDied,
  request,
  start,
  taken,
  uncaught,
  upAndListening,
  wait,
  worker,
} from './history.ts';

const CONN = 50_500;

/** Who took the connection of `asked`, and who had the request, among other events. */
function whose(asked: RequestEvent, ...events: readonly Event[]) {
  const scene = sceneOf(historyOf([...upAndListening(3), asked, ...events]));
  return { taker: scene.taker(asked), owner: scene.owner(asked) };
}

function dealt(number: number, t: number): Event {
  return { kind: 'handed', t, worker: number, pid: pidOf(number), ports: [CONN] };
}

describe('the owner of a request', () => {
  test('is who reported its connection, up to a batch later', () => {
    const asked = request(1, 500, { conn: CONN });
    expect(whose(asked, taken(1, 500, CONN)).taker).toBe(pidOf(1));
    expect(whose(asked, taken(1, 549, CONN)).taker).toBe(pidOf(1));
    expect(whose(asked).taker).toBeNull();
  });

  test('is not who had an older connection of the same port', () => {
    const asked = request(2, 5000, { conn: CONN });
    expect(whose(asked, taken(1, 500, CONN), taken(2, 5040, CONN)).taker).toBe(pidOf(2));
    expect(whose(lost('reset', 5000, { conn: CONN }), taken(1, 500, CONN)).owner).toBeNull();
  });

  test('is not who had one a moment before, and told of it a moment after', () => {
    const asked = request(2, 505, { conn: CONN, opened: 504 });
    const told = (number: number, t: number, age: number): Event => ({
      kind: 'taken',
      t,
      pid: pidOf(number),
      ports: [CONN],
      ages: [age],
    });
    expect(whose(asked, told(1, 523, 25), told(2, 525, 20))).toEqual({ taker: pidOf(2), owner: pidOf(2) });
    expect(whose(asked, told(2, 525, 20), told(1, 523, 25)).taker).toBe(pidOf(2));
    // the one before, from its answer on
    expect(whose(request(1, 497, { conn: CONN, end: 500 }), told(2, 525, 20), told(1, 523, 25)).taker).toBe(pidOf(1));
  });

  test('is not who has a later connection of the same port', () => {
    const asked = request(1, 500, { conn: CONN });
    expect(whose(asked, taken(1, 540, CONN), taken(2, 700, CONN)).taker).toBe(pidOf(1));
  });

  test('took up a connection that was opened some time before its first request', () => {
    expect(whose(request(3, 900, { conn: CONN, opened: 500 }), taken(3, 500, CONN)).taker).toBe(pidOf(3));
  });

  test('of a later request on a kept connection is who took it up first', () => {
    const asked = request(1, 5000, { conn: CONN, opened: 500, before: pidOf(1) });
    expect(whose(asked, taken(1, 500, CONN)).taker).toBe(pidOf(1));
    // the connection began just before, and its report is a batch late
    const soon = request(2, 5002, { conn: CONN, opened: 5000, before: pidOf(2) });
    expect(whose(soon, taken(1, 500, CONN), taken(2, 5040, CONN)).taker).toBe(pidOf(2));
  });

  test('of a kept connection whose worker was killed before it could report is that worker', () => {
    const asked = lost('reset', 5002, { conn: CONN, opened: 5000, before: pidOf(2) });
    const kill = fault('SIGKILL', 2, 5010);
    expect(whose(asked, taken(1, 500, CONN), kill)).toEqual({ taker: null, owner: pidOf(2) });
    // what it had reported before counts
    expect(whose(asked, taken(2, 5001, CONN), kill).taker).toBe(pidOf(2));
    // the client's port was used again at once
    expect(whose(asked, taken(1, 5200, CONN), kill)).toEqual({ taker: null, owner: pidOf(2) });
  });

  test('who gives another’s pid is found out', () => {
    const asked = request(2, 5000, { conn: CONN, opened: 4000, before: pidOf(2) });
    expect(whose(asked, taken(1, 4000, CONN)).taker).toBe(pidOf(1));
  });

  test('of a lost request is who was dealt its connection, where nobody took it up', () => {
    const asked = lost('hanging', 500, { conn: CONN, end: 3600 });
    expect(whose(asked, dealt(2, 540))).toEqual({ taker: null, owner: pidOf(2) });
    expect(whose(asked, dealt(2, 540), taken(2, 530, CONN)).taker).toBe(pidOf(2));
  });

  test('reports when its connection was begun at the earliest, and 300 ms after the outcome at the latest', () => {
    const asked = lost('reset', 500, { conn: CONN, opened: 480, end: 510 });
    const by = (t: number) => whose(asked, taken(1, t, CONN)).taker;
    expect([by(479), by(480), by(810), by(811)]).toEqual([null, pidOf(1), pidOf(1), null]);
  });

  test('of a kept connection is none where nobody took it up', () => {
    const asked = request(1, 5000, { conn: CONN, before: pidOf(1) });
    expect(whose(asked)).toEqual({ taker: null, owner: pidOf(1) });
    expect(whose(asked, taken(1, 5040, CONN)).taker).toBe(pidOf(1));
  });

  test('of several connections in one report is the same', () => {
    const asked = request(1, 500, { conn: CONN });
    expect(whose(asked, taken(1, 500, CONN - 1, CONN, CONN + 1)).taker).toBe(pidOf(1));
  });

  test('of a refused request is nobody', () => {
    expect(whose(lost('refused', 500, { conn: null }), taken(1, 500, CONN)).owner).toBeNull();
  });
});

describe('the program’s end', () => {
  test('counts as its own where it came before the stop', () => {
    const { died } = sceneOf(historyOf([...upAndListening(2), primaryDied(300)]));
    expect(died).toMatchObject({ t: 300, code: 1 });
    expect(sceneOf(historyOf([...upAndListening(2), ...ending(300)])).died).toBeUndefined();
    const together = [...ending(300).slice(0, 1), primaryDied(300)];
    expect(sceneOf(historyOf([...upAndListening(2), ...together])).died).toBeUndefined();
  });

  test('is told with the error that it died of, in the program’s own line', () => {
    const scene = sceneOf(historyOf([...upAndListening(2), uncaught(0, 299, 'TypeError: no'), primaryDied(300)]));
    expect(deathOf(scene)).toMatchObject({
      observed: 'the primary (pid 1000) ended with code 1 after 300 ms',
      cause: 'TypeError: no (exercise.ts:12)',
    });
    expect(errorOf(scene, pidOf(1))).toBeNull();
  });

  test('is the workbook’s doing where the program went beyond its bounds', () => {
    const bounded: Event = { kind: 'bounded', t: 200, what: 'forks', detail: '61 workers forked in 200 ms' };
    const scene = sceneOf(historyOf([...upAndListening(2), bounded, primaryDied(300)]));
    expect(scene.died).toBeUndefined();
    expect(deathOf(scene)?.observed).toContain('61 workers forked in 200 ms');
  });

  test('may be in what it printed, where no error was reported', () => {
    const print = (stream: 'stdout' | 'stderr', text: string): Event => ({ kind: 'output', t: 290, stream, text });
    const cause = (...events: readonly Event[]) =>
      deathOf(sceneOf(historyOf([...upAndListening(2), ...events, primaryDied(300)])))?.cause;
    expect(cause(print('stderr', "TypeError: first\n  Error: second  \nat f ()\nEmitted 'error' event at:\n"))).toBe(
      'it printed: Error: second',
    );
    expect(cause(print('stderr', 'Err'), print('stderr', 'or: in two parts\n'))).toBe(
      'it printed: Error: in two parts',
    );
    expect(cause(print('stderr', `Error: ${'x'.repeat(300)}`))).toBe(`it printed: Error: ${'x'.repeat(193)}`);
    const nothing = 'it had nothing left to do, or called process.exit';
    expect([cause(), cause(print('stdout', 'Error: no')), cause(print('stderr', 'all is well'))]).toEqual([
      nothing,
      nothing,
      nothing,
    ]);
  });

  test('may be a worker’s error, where the primary reported none', () => {
    const of = (...events: readonly Event[]) =>
      deathOf(sceneOf(historyOf([...upAndListening(2), ...events, primaryDied(300)])))?.cause;
    expect(of(uncaught(1, 280, 'Error: worker'), uncaught(0, 270, 'Error: primary'))).toBe(
      'Error: primary (exercise.ts:12)',
    );
    expect(of(uncaught(1, 280, 'Error: worker'))).toBe('Error: worker (exercise.ts:12)');
  });

  test('by SIGHUP is told by what was missing', () => {
    const hungUp: Event = { kind: 'ended', t: 300, pid: pidOf(0), code: null, signal: 'SIGHUP' };
    expect(deathOf(sceneOf(historyOf([...upAndListening(2), hungUp])))).toMatchObject({
      observed: 'the primary (pid 1000) ended by SIGHUP after 300 ms',
      cause: 'nothing in the primary handles SIGHUP, and its default is to end the process',
      evidence: [hungUp],
    });
  });

  test('of a program that ran for too long is not told: the machine may be to blame', () => {
    const bounded: Event = { kind: 'bounded', t: 200, what: 'time', detail: '60 s' };
    expect(deathOf(sceneOf(historyOf([...upAndListening(2), bounded, primaryDied(300)])))).toBeNull();
  });

  test('is told by the last error, its first line, and the line of the program', () => {
    const error = (stack: string, file = 'exercise.ts') => {
      const event: Event = { kind: 'uncaught', t: 250, pid: pidOf(1), error: 'Error: a\nb', stack };
      return errorOf(sceneOf({ ...historyOf([...upAndListening(2), uncaught(1, 240, 'Error: old'), event]), file }));
    };
    expect(error('at f (/x/exercise.ts:7:1)')).toBe('Error: a (exercise.ts:7)');
    expect(error('at f (/x/other.ts:7:1)')).toBe('Error: a');
    expect(error('at f (/x/exercise.ts:x)')).toBe('Error: a');
    expect(error('at f (/x/mine.js:123:1)\nat g (/x/mine.js:8:1)', '../there/mine.js')).toBe('Error: a (mine.js:123)');
  });

  test('is nothing to tell while the program lives', () => {
    expect(deathOf(sceneOf(historyOf(upAndListening(2))))).toBeNull();
  });
});

test('a worker listens until it closes, disconnects or exits', () => {
  const { lives } = sceneOf(historyOf([...upAndListening(3), closed(1, 200), exit(2, 300)]));
  const at = (t: number) => listeningAt(lives, t).map((life) => life.worker);
  expect(at(49)).toEqual([]);
  expect(at(50)).toEqual([1]);
  expect(at(52)).toEqual([1, 2, 3]);
  expect(at(200)).toEqual([2, 3]);
  expect(at(300)).toEqual([3]);
});

test('a worker that was disconnected listens no more, and one that never listened never did', () => {
  const disconnect: Event = { kind: 'disconnect', t: 200, worker: 1, pid: pidOf(1) };
  const { lives } = sceneOf(historyOf([start(2), ...worker(1, 10, 50), ...worker(2, 11, null), disconnect]));
  expect([199, 200].map((t) => listeningAt(lives, t).length)).toEqual([1, 0]);
});

test('the first generation is what was forked before all listened, or anything was broken, and lived then', () => {
  const generation = (...events: readonly Event[]) =>
    firstGeneration(sceneOf(historyOf(events))).map((life) => life.worker);
  expect(generation(...upAndListening(2), ...worker(3, 100, 130), ...worker(4, 101, 130))).toEqual([1, 2, 3]);
  expect(generation(start(2), ...worker(1, 10, 50), ...worker(2, 11, 50))).toEqual([1, 2]);
  expect(generation(...upAndListening(2), fault('SIGKILL', 1, 30), exit(1, 31), ...worker(3, 40, 60))).toEqual([1, 2]);
  expect(generation(...upAndListening(2), exit(1, 90))).toEqual([2]);
});

test('without a start there is no scene', () => {
  expect(() => sceneOf(historyOf([wait('x', 0, 9)]))).toThrow('never started');
});

test('a wait speaks against the program on a machine that can keep time, or where nothing could come', () => {
  const of = (how: object) => conclusive(wait('x', 0, 9, false, how) as Extract<Event, { kind: 'wait' }>);
  expect(of({ stretch: 5.9 })).toBe(true);
  expect(of({ stretch: 6 })).toBe(false);
  expect(of({ stretch: 6, quiescent: true })).toBe(true);
});
