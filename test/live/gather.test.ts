// What a page is told of a running program: each phase of a life once, whose a loss was, messages as they arrived.
import { describe, expect, test } from 'vitest';
import { type Counted, createGatherer, type Gatherer, type LoadWish, type Tick } from '#live';
import type { Event } from '#history';
import { emptyState, fold, lostOf } from '../../runner/live/state.ts';
import {
  answers,
  closed,
  exit,
  fault,
  lost,
  pidOf,
  PORT,
  PRIMARY,
  primaryDied,
  request,
  start,
  taken,
  worker,
} from '../checker/history.ts';

const LOAD: LoadWish = { connections: 4, mode: 'keep-alive', perSecond: null, slowShare: 0 };
const NOTHING: Counted = {
  sent: 0,
  answered: 0,
  lost: {},
  inFlight: 0,
  p50: null,
  p99: null,
  slowest: null,
  patience: 3000,
};

describe('processes', () => {
  test('are told from their start to their end, each phase once', () => {
    const told = ticks([start(1), ...worker(1, 10, 50)], [closed(1, 60), disconnect(1, 65), exit(1, 70)]);
    expect(told.flatMap((tick) => tick.processes)).toEqual([
      { t: 0, pid: PRIMARY, worker: null, is: 'started', how: null },
      { t: 10, pid: pidOf(1), worker: 1, is: 'forked', how: null },
      { t: 50, pid: pidOf(1), worker: 1, is: 'listening', how: null },
      { t: 60, pid: pidOf(1), worker: 1, is: 'draining', how: null },
      { t: 70, pid: pidOf(1), worker: 1, is: 'dead', how: 'SIGKILL' },
    ]);
    expect(told[1]?.account.forks).toBe(1);
  });

  test('that go as planned are told so', () => {
    const [, tick] = ticks(
      [start(1), ...worker(1, 10, 50)],
      [exit(1, 70, { planned: true, signal: null, code: 0 }), primaryDied(90)],
    );
    expect(tick?.processes.map(({ is, how }) => [is, how])).toEqual([
      ['dead', 'as planned'],
      ['dead', 'code 1'],
    ]);
  });

  test('listen on PORT alone, by whoever tells it first', () => {
    const fork = worker(1, 10, null);
    const elsewhere: Event = {
      kind: 'listening',
      t: 20,
      worker: 1,
      pid: pidOf(1),
      address: null,
      port: PORT + 1,
    };
    expect(phases(ticks([start(1), ...fork, elsewhere]))).toEqual(['started', 'forked']);
    const serving = (t: number): Event => ({ kind: 'serving', t, pid: pidOf(1), port: PORT });
    const [, listening] = worker(1, 10, 32);
    expect(phases(ticks([start(1), ...fork, serving(30), listening as Event]))).toEqual([
      'started',
      'forked',
      'listening',
    ]);
    const [again] = ticks([start(1), ...fork, serving(30), closed(1, 31), listening as Event, serving(40)]);
    expect(again?.processes.slice(2).map(({ t, is }) => [t, is])).toEqual([
      [30, 'listening'],
      [31, 'draining'],
      [40, 'listening'],
    ]);
  });

  test('that no cluster.fork made are told when a fork would have been', () => {
    const hello = (pid: number, role: 'worker' | 'other'): Event => ({
      kind: 'hello',
      t: 20,
      pid,
      ppid: PRIMARY,
      role,
      worker: null,
      forked: true,
    });
    const clock = { t: 100 };
    const gatherer = gathererAt(clock);
    for (const event of [start(1), hello(PRIMARY, 'other'), hello(pidOf(1), 'worker'), hello(777, 'other')])
      gatherer.event(event);
    expect(phases([tickOf(gatherer)])).toEqual(['started']);
    for (const event of worker(1, 25, null)) gatherer.event(event);
    clock.t = 400;
    const { processes } = tickOf(gatherer);
    expect(processes.map(({ is, pid }) => [is, pid])).toEqual([
      ['forked', pidOf(1)],
      ['other', 777],
    ]);
  });

  test('that were left when the program ended are dead', () => {
    const gatherer = gathererAt({ t: 100 });
    for (const event of [start(2), ...worker(1, 10, 50), ...worker(2, 11, 51), exit(2, 60)]) gatherer.event(event);
    tickOf(gatherer);
    const over = gatherer.tick({ running: false, load: LOAD, account: NOTHING, trouble: null });
    expect(over.processes.map(({ pid, is }) => [pid, is])).toEqual([
      [PRIMARY, 'dead'],
      [pidOf(1), 'dead'],
    ]);
    const after = gatherer.tick({ running: false, load: LOAD, account: NOTHING, trouble: null });
    expect(after.processes).toEqual([]);
  });

  test('freeze and thaw where that landed', () => {
    const [, tick] = ticks(
      [start(1), ...worker(1, 10, 50)],
      [fault('freeze', 1, 60), fault('thaw', 1, 70, { landed: false }), fault('thaw', 1, 80)],
    );
    expect(tick?.processes.map(({ t, is }) => [t, is])).toEqual([
      [60, 'frozen'],
      [80, 'thawed'],
    ]);
    expect(tick?.faults.map(({ what, landed }) => [what, landed])).toEqual([
      ['frozen', true],
      ['thawed', false],
      ['thawed', true],
    ]);
  });
});

describe('answers', () => {
  test('are those of the process that took the connection, else of the one that the body names', () => {
    const taking = request(1, 60, { pid: pidOf(2) });
    const [, tick] = ticks(
      [start(2), ...worker(1, 10, 50), ...worker(2, 10, 50)],
      [taken(1, 61, taking.conn), taking, request(2, 62), answers(2, 90, 40)],
    );
    expect(tick?.answered).toEqual([
      { pid: pidOf(1), count: 1 },
      { pid: pidOf(2), count: 41 },
    ]);
  });

  test('in the name of nobody who is known are told together', () => {
    const [, tick] = ticks([start(1)], [answers(5, 60, 2), answers(6, 60, 3), request(0, 70, { pid: null })]);
    expect(tick?.answered).toEqual([{ pid: 0, count: 6 }]);
  });

  test('are told once', () => {
    const [, first, second] = ticks([start(1), ...worker(1, 10, 50)], [answers(1, 60, 2)], []);
    expect(first?.answered).toHaveLength(1);
    expect(second?.answered).toEqual([]);
  });

  test('a second are those of the last second', () => {
    const clock = { t: 0 };
    const gatherer = gathererAt(clock);
    const rates = Array.from({ length: 40 }, (_, i) => {
      clock.t = i * 100;
      const answered = i <= 20 ? i * 50 : 1000 + (i - 20) * 10;
      return gatherer.tick({
        running: true,
        load: LOAD,
        account: { ...NOTHING, sent: answered, answered },
        trouble: null,
      }).account.perSecond;
    });
    expect(rates[0]).toBe(0);
    expect(rates[20]).toBe(500);
    expect(rates[39]).toBe(100);
  });
});

describe('losses', () => {
  test('are told with whose they were, as soon as that is reported', () => {
    const clock = { t: 100 };
    const gatherer = gathererAt(clock);
    const gone = lost('reset', 70, { end: 90 });
    for (const event of [start(1), ...worker(1, 10, 50), gone]) gatherer.event(event);
    expect(tickOf(gatherer).lost).toEqual([]);
    gatherer.event(taken(1, 110, gone.conn));
    clock.t = 200;
    expect(tickOf(gatherer).lost).toEqual([{ t: 90, n: gone.n, class: 'reset', pid: pidOf(1), path: '/' }]);
    expect(tickOf(gatherer).lost).toEqual([]);
  });

  test('of nobody are told after a while, refused ones at once, and all when the program is over', () => {
    const clock = { t: 100 };
    const gatherer = gathererAt(clock);
    const late = lost('closed', 60, { end: 90 });
    for (const event of [start(1), lost('refused', 60, { end: 61 }), late]) gatherer.event(event);
    expect(tickOf(gatherer).lost.map((loss) => loss.class)).toEqual(['refused']);
    clock.t = 500;
    expect(tickOf(gatherer).lost).toMatchObject([{ class: 'closed', pid: null }]);
    gatherer.event(lost('closed', 450, { end: 499 }));
    const over = gatherer.tick({ running: false, load: LOAD, account: NOTHING, trouble: null });
    expect(over.lost).toHaveLength(1);
  });

  test('on a port that was used again are not the later connection’s', () => {
    const gatherer = gathererAt({ t: 5000 });
    const gone = lost('reset', 1000, { opened: 1000, end: 1100 });
    for (const event of [start(1), ...worker(1, 10, 50), taken(1, 4000, gone.conn), gone]) gatherer.event(event);
    expect(tickOf(gatherer).lost).toMatchObject([{ pid: null }]);
  });

  test('after the kill of who had answered on it are not those of the next one', () => {
    const gatherer = gathererAt({ t: 5000 });
    const gone = lost('reset', 60, { opened: 55, end: 80, before: pidOf(1) });
    for (const event of [start(2), ...worker(1, 10, 50), fault('SIGKILL', 1, 70), taken(2, 81, gone.conn), gone])
      gatherer.event(event);
    expect(tickOf(gatherer).lost).toMatchObject([{ pid: pidOf(1) }]);
  });

  test('are answers that say that not all is well, too', () => {
    const [, tick] = ticks([start(1), ...worker(1, 10, 50)], [request(1, 60, { status: 503, before: pidOf(1) })]);
    expect(tick?.lost).toMatchObject([{ class: 'answered with an error', pid: pidOf(1) }]);
    expect(tick?.answered).toEqual([]);
  });

  test('are bounded in a tick', () => {
    const gatherer = gathererAt({ t: 9000 });
    gatherer.event(start(1));
    for (let i = 0; i < 5000; i += 1) gatherer.event(lost('refused', 60, { path: `/${'é'.repeat(500)}` }));
    const tick = tickOf(gatherer);
    expect(tick.lost.length).toBeGreaterThan(50);
    expect(JSON.stringify(tick).length).toBeLessThan(100_000);
  });
});

describe('messages', () => {
  const sent = (number: number, t: number, sample: string): Event => ({
    kind: 'sent',
    t,
    by: pidOf(number),
    worker: number,
    direction: 'up',
    count: 1,
    sample,
  });

  test('are told as they arrive, together for each channel, and counted in all', () => {
    const [, first, second] = ticks(
      [start(2), ...worker(1, 10, 50), ...worker(2, 10, 50)],
      [sent(1, 60, '{"hits":1}'), received(1, 61, 2), received(1, 62, 3, 3), sent(2, 63, '{"hits":9}')],
      [received(2, 110, 1), received(1, 111, 1)],
    );
    const of = { worker: 1, pid: pidOf(1), direction: 'up' };
    expect(first?.messages).toEqual([{ ...of, t: 61, count: 5, unheard: 3, sample: '{"hits":1}' }]);
    expect(second?.messages).toEqual([
      { t: 110, worker: 2, pid: pidOf(2), direction: 'up', count: 1, unheard: 0, sample: '{"hits":9}' },
      { ...of, t: 111, count: 1, unheard: 0, sample: '' },
    ]);
    expect(second?.account.messages).toEqual({ up: 7, down: 0, unheard: 3 });
  });

  test('that are taken up after their worker’s end stand at its end', () => {
    const [, first, second] = ticks(
      [start(1), ...worker(1, 10, 50)],
      [received(1, 140, 1), exit(1, 150)],
      [received(1, 230, 2)],
    );
    expect(first?.messages.map(({ t }) => t)).toEqual([140]);
    expect(second?.messages).toMatchObject([{ t: 150, worker: 1, pid: pidOf(1), count: 2 }]);
    expect(second?.account.messages.up).toBe(3);
  });

  test('of a dead worker are not told of the process that has its pid now', () => {
    const [, , tick] = ticks(
      [start(1), ...worker(1, 10, 50)],
      [exit(1, 150), { kind: 'fork', t: 160, worker: 2, pid: pidOf(1) }],
      [received(1, 230, 1), received(2, 240, 1)],
    );
    expect(tick?.messages.map(({ t, worker: number, pid }) => [t, number, pid])).toEqual([[240, 2, pidOf(1)]]);
    expect(tick?.account.messages.up).toBe(2);
  });
});

describe('a tick', () => {
  test('adds up, and what stopped the program is in it', () => {
    const account: Counted = { ...NOTHING, sent: 12, answered: 7, lost: { reset: 2, hanging: 1 }, inFlight: 2 };
    const gatherer = gathererAt({ t: 100 });
    for (const event of [start(1), { kind: 'bounded', t: 90, what: 'forks', detail: '200 forks in 5 s' }] as Event[])
      gatherer.event(event);
    const tick = gatherer.tick({ running: true, load: LOAD, account, trouble: null });
    expect(tick.account.sent).toBe(tick.account.answered + lostOf(tick.account) + tick.account.inFlight);
    expect(tick.trouble).toContain('200 forks in 5 s');
    expect(tick).toMatchObject({ side: 1, run: 3, t: 100, running: true, load: LOAD });
  });

  test('stays small, and so does what is kept, however long a program goes on', () => {
    const clock = { t: 0 };
    const gatherer = gathererAt(clock);
    for (const event of [start(1), ...worker(1, 10, 50)]) gatherer.event(event);
    let state = emptyState({
      lesson: { number: 1, title: '' },
      sides: 2,
      knowsSlow: false,
      solutionOnly: true,
      shows: null,
      recorded: false,
      scenarios: [],
      beats: [],
    });
    let processes = 0;
    const follow = (tick: Tick) => {
      processes += tick.processes.length;
      state = fold(state, tick);
    };
    for (let i = 1; i <= 20_000; i += 1) {
      clock.t = i * 100;
      const number = i + 1;
      for (const event of [...worker(number, clock.t - 90, clock.t - 60), answers(number, clock.t - 50, 3)])
        gatherer.event(event);
      for (const event of [answers(1, clock.t - 50, 2), received(1, clock.t - 40, 1), exit(number, clock.t - 20)])
        gatherer.event(event);
      follow(tickOf(gatherer));
    }
    expect(processes).toBe(60_003);
    const before = state.sides[1];
    expect(before?.lanes).toHaveLength(24);
    expect(before?.lanes.slice(0, 2)).toMatchObject([
      { label: 'primary', ended: null },
      { label: 'worker 1', ended: null, answered: 40_000 },
    ]);
    expect(before?.leftOut.dead).toBe(20_002 - 24);
    expect(before?.elsewhere.answered).toBe(0);
    expect(before?.arrows.list.at(-1)).toMatchObject({ worker: 1, pid: pidOf(1) });
    follow(gatherer.tick({ running: false, load: LOAD, account: NOTHING, trouble: null }));
    expect(processes).toBe(60_005);
    expect(state.sides[1]?.lanes.slice(0, 2).map(({ ended }) => ended?.how)).toEqual(
      Array<string>(2).fill('ended with the program'),
    );
  });
});

describe('of the program as a whole', () => {
  const START: Event = { kind: 'start', t: 0, pid: 1, cores: 2, cpus: 2, port: PORT, env: {} };

  test('who deals is told by what was seen: the primary hands connections over, or has handed none for long', () => {
    const clock = { t: 0 };
    const dealtAfter = (events: readonly Event[], answered: number, ms: number) => {
      const gatherer = gathererAt(clock);
      for (const event of events) gatherer.event(event);
      const account = { ...NOTHING, sent: answered, answered };
      const dealt = () => gatherer.tick({ running: true, load: LOAD, account, trouble: null }).dealt;
      const first = dealt();
      clock.t += ms;
      return [first, dealt()];
    };
    expect(dealtAfter([{ kind: 'handed', t: 1, worker: 1, pid: 2, ports: [5000] }], 0, 0)).toEqual(['rr', 'rr']);
    expect(dealtAfter([], 100, 900)).toEqual([null, null]);
    expect(dealtAfter([], 100, 1100)).toEqual([null, 'none']);
    expect(dealtAfter([], 0, 9000)).toEqual([null, null]);
  });

  test('how new workers boot is told, and is a fault that is aimed at none of them', () => {
    const [before, after] = ticks(
      [START],
      [
        { kind: 'boots', t: 110, each: { how: 'slow', ms: 3000 } },
        { kind: 'boot', t: 120, pid: 9, how: 'slow', ms: 3000 },
      ],
    );
    expect([before?.boots, after?.boots]).toEqual(['fine', 'slow']);
    expect(after?.faults).toEqual([
      { t: 110, what: 'new workers boot slowly', pid: null, landed: true },
      { t: 120, what: 'boots slowly', pid: 9, landed: true },
    ]);
  });

  test('a program that ends by itself says how; one that is stopped was killed by nobody', () => {
    const ended: Event = { kind: 'ended', t: 50, pid: 1, code: null, signal: 'SIGKILL' };
    const [alone] = ticks([START, ended]);
    expect(alone?.ended).toBe('SIGKILL');
    expect(alone?.processes.at(-1)?.how).toBe('SIGKILL');
    const [stopped] = ticks([START, { kind: 'stop', t: 40, signal: 'SIGKILL' }, ended]);
    expect(stopped?.ended).toBeNull();
    expect(stopped?.processes.at(-1)?.how).toBe('ended with the program');
  });
});

/** One tick for each list of events, 100 ms apart. */
function ticks(...parts: readonly (readonly Event[])[]): Tick[] {
  const clock = { t: 0 };
  const gatherer = gathererAt(clock);
  return parts.map((events) => {
    clock.t += 100;
    for (const event of events) gatherer.event(event);
    return tickOf(gatherer);
  });
}

function gathererAt(clock: { t: number }): Gatherer {
  const setting = { file: 'exercise.ts', cores: 2, policy: null };
  return createGatherer({ side: 1, run: 3, setting, now: () => clock.t });
}

function tickOf(gatherer: Gatherer): Tick {
  return gatherer.tick({ running: true, load: LOAD, account: NOTHING, trouble: null });
}

function phases(told: readonly Tick[]): string[] {
  return told.flatMap(({ processes }) => processes.map(({ is }) => is));
}

function disconnect(number: number, t: number): Event {
  return { kind: 'disconnect', t, worker: number, pid: pidOf(number) };
}

function received(number: number, t: number, count: number, unheard = 0): Event {
  return { kind: 'received', t, by: PRIMARY, worker: number, direction: 'up', count, unheard };
}
