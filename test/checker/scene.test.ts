// Whose connection a request was on. Ports are used again, reports come late, and those of a killed worker may not come.
import { describe, expect, test } from 'vitest';
import type { Event, RequestEvent } from '#history';
import {
  conclusive,
  deathOf,
  errorOf,
  listed,
  listeningAt,
  plural,
  sceneOf,
  time,
} from '../../runner/checker/scene.ts';
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
  taken,
  uncaught,
  upAndListening,
  wait,
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

  test('is not who has a later connection of the same port', () => {
    const asked = request(1, 500, { conn: CONN });
    expect(whose(asked, taken(1, 540, CONN), taken(2, 700, CONN)).taker).toBe(pidOf(1));
  });

  test('took up a connection that was opened some time before its first request', () => {
    expect(whose(request(3, 900, { conn: CONN }), taken(3, 500, CONN)).taker).toBe(pidOf(3));
  });

  test('of a later request on a kept connection is who took it up first', () => {
    const asked = request(1, 5000, { conn: CONN, before: pidOf(1) });
    expect(whose(asked, taken(1, 500, CONN)).taker).toBe(pidOf(1));
    // the connection began just before, and its report is a batch late
    const soon = request(2, 5002, { conn: CONN, before: pidOf(2) });
    expect(whose(soon, taken(1, 500, CONN), taken(2, 5040, CONN)).taker).toBe(pidOf(2));
  });

  test('of a kept connection whose worker was killed before it could report is that worker', () => {
    const asked = lost('reset', 5002, { conn: CONN, before: pidOf(2) });
    const kill = fault('SIGKILL', 2, 5010);
    expect(whose(asked, taken(1, 500, CONN), kill)).toEqual({ taker: null, owner: pidOf(2) });
  });

  test('who gives another’s pid is found out', () => {
    const asked = request(2, 5000, { conn: CONN, before: pidOf(2) });
    expect(whose(asked, taken(1, 4000, CONN)).taker).toBe(pidOf(1));
  });

  test('of a lost request is who was dealt its connection, where nobody took it up', () => {
    const asked = lost('hanging', 500, { conn: CONN, end: 3600 });
    expect(whose(asked, dealt(2, 540))).toEqual({ taker: null, owner: pidOf(2) });
    expect(whose(asked, dealt(2, 540), taken(2, 530, CONN)).taker).toBe(pidOf(2));
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
  });

  test('is told with the error that it died of, in the program’s own line', () => {
    const scene = sceneOf(historyOf([...upAndListening(2), uncaught(0, 299, 'TypeError: no'), primaryDied(300)]));
    expect(deathOf(scene)).toEqual({
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

  test('is nothing to tell while the program lives', () => {
    expect(deathOf(sceneOf(historyOf(upAndListening(2))))).toBeNull();
  });
});

test('a worker listens until it closes, disconnects or exits', () => {
  const { lives } = sceneOf(historyOf([...upAndListening(3), closed(1, 200), exit(2, 300)]));
  const at = (t: number) => listeningAt(lives, t).map((life) => life.worker);
  expect(at(49)).toEqual([]);
  expect(at(52)).toEqual([1, 2, 3]);
  expect(at(200)).toEqual([2, 3]);
  expect(at(300)).toEqual([3]);
});

test('a wait speaks against the program on a machine that can keep time, or where nothing could come', () => {
  const of = (how: object) => conclusive(wait('x', 0, 9, false, how) as Extract<Event, { kind: 'wait' }>);
  expect(of({ stretch: 5.9 })).toBe(true);
  expect(of({ stretch: 6 })).toBe(false);
  expect(of({ stretch: 6, quiescent: true })).toBe(true);
});

test('numbers and lists are told as people say them', () => {
  expect([plural(1, 'worker'), plural(2, 'worker'), plural(1500, 'reply', 'replies')]).toEqual([
    '1 worker',
    '2 workers',
    '1,500 replies',
  ]);
  expect([listed([]), listed(['a']), listed(['a', 'b']), listed(['a', 'b', 'c', 'd', 'e'])]).toEqual([
    '',
    'a',
    'a and b',
    'a, b, c and 2 more',
  ]);
  expect([time(12.4), time(999), time(1500)]).toEqual(['12 ms', '999 ms', '1.5 s']);
});
