// The live page's state: put together anyhow it is the same, it never grows, and what it shows adds up.
import { describe, expect, test } from 'vitest';
import type { ProcessNews, Tick } from '#live';
import { MOST_LANES } from '../../runner/live/lanes.ts';
import {
  emptyState,
  fold,
  lostOf,
  MOST_LINES,
  MOST_MARKS,
  type ShowFacts,
  type SideState,
  type State,
  WINDOW_MS,
} from '../../runner/live/state.ts';
import { randomTicks } from './random-ticks.ts';

const FACTS: ShowFacts = {
  lesson: { number: 3, title: 'IPC counters' },
  sides: 2,
  knowsSlow: false,
  solutionOnly: true,
  shows: null,
  recorded: false,
  scenarios: [],
  beats: [],
};
const NEW = emptyState(FACTS);

function foldAll(state: State, ticks: readonly Tick[]): State {
  return ticks.reduce(fold, state);
}

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

describe('a state', () => {
  test.each(SEEDS)('sent to a page in the middle, and folded on there, is the one that the server has (%i)', (seed) => {
    const ticks = randomTicks(seed, 600);
    const whole = foldAll(NEW, ticks);
    for (const cut of [0, 1, 77, 300, 599, 600]) {
      const snapshot = JSON.parse(JSON.stringify(foldAll(NEW, ticks.slice(0, cut)))) as State;
      const rest = JSON.parse(JSON.stringify(ticks.slice(cut))) as Tick[];
      expect(foldAll(snapshot, rest)).toEqual(whole);
    }
    expect(whole.sides[0]?.lanes.length).toBeGreaterThan(0);
    expect(whole.sides[1]?.losses.length).toBeGreaterThan(0);
  });

  test('is not changed by what is folded onto it', () => {
    const ticks = randomTicks(9, 200);
    let state = NEW;
    for (const tick of ticks) {
      const frozen = deepFrozen(state);
      state = fold(frozen, deepFrozen(tick));
    }
    expect(state.sides[0]?.lanes.length).toBeGreaterThan(0);
  });

  test('stays small after 100,000 ticks in which more happens than can be shown', () => {
    let state = NEW;
    let longest = 0;
    for (let part = 0; part < 100; part += 1) {
      state = foldAll(state, randomTicks(100 + part, 1000, 2).map(goingOn(part)));
      longest = Math.max(longest, JSON.stringify(state).length);
      for (const side of state.sides) expectBounded(side);
    }
    expect(longest).toBeGreaterThan(10_000);
    expect(longest).toBeLessThan(1_500_000);
  }, 120_000);

  test.each(SEEDS)('counts every process that it has no lane for (%i)', (seed) => {
    const ticks = randomTicks(seed, 400).map((tick) => ({ ...tick, run: 1 }));
    const side = foldAll(NEW, ticks).sides[0] as SideState;
    const begun = ticks
      .filter((tick) => tick.side === 0)
      .flatMap(({ processes }) => processes.filter(({ is }) => is === 'forked' || is === 'other'));
    const { lanes, waiting, leftOut } = side;
    expect(begun.length).toBeGreaterThan(100);
    expect(lanes.length + waiting.length + leftOut.living + leftOut.dead).toBe(begun.length);
  });

  test.each(SEEDS)('gives every answer to a lane or to nobody, and every column its share (%i)', (seed) => {
    const forks = [1, 2, 3].map((number) => news(number, 'forked', 0));
    let side = NEW.sides[0] as SideState;
    let state = fold(NEW, tickAt(1, { processes: forks }));
    let told = 0;
    for (const { answered } of randomTicks(seed, 300)) {
      const t = side.t + 60 + (told % 90);
      const own = answered.map(({ pid, count }) => ({ pid: 1000 + (pid % 5), count }));
      told += sum(own.map(({ count }) => count));
      state = fold(state, tickAt(t, { answered: own }));
      side = state.sides[0] as SideState;
    }
    const lanes = side.lanes.map((lane) => lane.answered);
    expect(lanes.filter((answered) => answered > 0)).toHaveLength(3);
    expect(sum(lanes) + side.elsewhere.answered).toBe(told);
    expect(side.t).toBeLessThan(WINDOW_MS);
    for (const lane of side.lanes) expect(sum(lane.columns.counts)).toBe(lane.answered);
    expect(sum(side.elsewhere.columns.counts)).toBe(side.elsewhere.answered);
  });
});

describe('a lane', () => {
  test('goes through the phases of its process', () => {
    const side = folded(
      tickAt(100, { processes: [news(0, 'started', 0), news(1, 'forked', 10), news(1, 'online', 60)] }),
      tickAt(200, { processes: [news(1, 'listening', 150), news(1, 'frozen', 160)] }),
      tickAt(300, {
        processes: [news(1, 'thawed', 250), news(1, 'draining', 260), news(1, 'dead', 290, 'as planned')],
      }),
    );
    expect(side.lanes).toMatchObject([
      { label: 'primary', worker: null, forked: 0, ended: null },
      {
        label: 'worker 1',
        forked: 10,
        online: 60,
        listening: 150,
        frozen: [{ from: 160, to: 250 }],
        draining: 260,
        ended: { t: 290, how: 'as planned', planned: true },
      },
    ]);
  });

  test('that listens again does not drain any more', () => {
    const side = folded(
      tickAt(100, { processes: [news(1, 'forked', 0), news(1, 'listening', 10), news(1, 'draining', 20)] }),
      tickAt(200, { processes: [news(1, 'listening', 150)] }),
    );
    expect(side.lanes).toMatchObject([{ listening: 10, draining: null }]);
  });

  test('of a killed process does not drain, although its channel was closed before its end was told', () => {
    const processes = [news(1, 'forked', 0), news(1, 'draining', 80), news(1, 'dead', 82, 'SIGKILL')];
    expect(folded(tickAt(100, { processes })).lanes).toMatchObject([{ draining: null, ended: { how: 'SIGKILL' } }]);
    const late = [news(1, 'forked', 0), news(1, 'draining', 80), news(1, 'dead', 820, 'SIGKILL')];
    expect(folded(tickAt(900, { processes: late })).lanes).toMatchObject([{ draining: 80 }]);
  });

  test('of a dead process stays for two minutes, and is counted after that', () => {
    const dead = tickAt(100, { processes: [news(1, 'forked', 0), news(1, 'dead', 50, 'SIGKILL')] });
    expect(folded(dead, tickAt(WINDOW_MS + 40, {})).lanes).toHaveLength(1);
    const side = folded(dead, tickAt(WINDOW_MS + 60, {}));
    expect(side.lanes).toEqual([]);
    expect(side.leftOut).toEqual({ living: 0, dead: 1 });
  });

  test('of a pid that comes again is another one', () => {
    const side = folded(
      tickAt(100, { processes: [news(1, 'forked', 0), news(1, 'dead', 50, 'code 1')] }),
      tickAt(200, { processes: [{ ...news(1, 'forked', 150), worker: 2 }], answered: [{ pid: 1001, count: 7 }] }),
    );
    expect(side.lanes).toMatchObject([
      { worker: 1, answered: 0 },
      { worker: 2, answered: 7, ended: null },
    ]);
  });

  test('is kept for the living when there are too many, and one that waits gets the place of a dead one', () => {
    const forks = Array.from({ length: MOST_LANES + 3 }, (_, i) => news(i + 1, 'forked', i));
    const full = tickAt(100, { processes: [news(0, 'started', 0), ...forks] });
    const before = folded(full);
    expect(before.lanes).toHaveLength(MOST_LANES);
    expect(before.waiting.map(({ worker }) => worker)).toEqual([24, 25, 26, 27]);
    const after = folded(full, tickAt(200, { processes: [news(2, 'dead', 150, 'SIGKILL')] }));
    expect(after.lanes.map(({ worker }) => worker)).toContain(24);
    expect(after.lanes.map(({ worker }) => worker)).not.toContain(2);
    expect(after.leftOut).toEqual({ living: 0, dead: 1 });
  });
});

describe('a run', () => {
  test('begins with nothing of the one before', () => {
    const side = folded(...randomTicks(3, 50), { ...tickAt(1, {}), run: 9 });
    expect(side).toMatchObject({ run: 9, t: 1, lanes: [], losses: [], output: [], marked: 0, unmarked: 0 });
  });

  test('that is over is not touched by what comes late', () => {
    const now = fold(NEW, { ...tickAt(1, {}), run: 2 });
    expect(fold(now, tickAt(5, {}))).toBe(now);
  });

  test('stands still when nothing runs any more', () => {
    const side = folded(tickAt(100, {}), tickAt(200, { running: false }), tickAt(300, { running: false }));
    expect(side.t).toBe(200);
  });

  test('keeps its numbers as they were', () => {
    const side = folded(...Array.from({ length: 3000 }, (_, i) => tickAt(i * 100, {}, i)));
    expect(side.past.length).toBeGreaterThan(200);
    expect(side.past.at(0)?.t).toBeGreaterThan(side.t - WINDOW_MS);
    for (const { t, account } of side.past) expect(account.answered).toBe(t / 100);
  });
});

describe('marks', () => {
  const lost = (t: number, n: number, pid: number | null = 1001) => ({ t, n, class: 'reset', pid, path: '/' }) as const;

  test('of losses that are alike are one with their number', () => {
    const side = folded(tickAt(100, { lost: [lost(50, 1), lost(60, 2), lost(61, 3, null), lost(62, 4)] }));
    expect(side.losses).toMatchObject([
      { n: 1, count: 3, pid: 1001 },
      { n: 3, count: 1, pid: null },
    ]);
    expect(side.marked).toBe(4);
  });

  test('that could not be told are counted, but not those that are told a little later', () => {
    const account = (count: number) => ({ ...tickAt(0, {}).account, sent: count, lost: { reset: count } });
    const soon = folded(tickAt(100, { account: account(50) }), tickAt(400, { account: account(50) }));
    expect(soon.unmarked).toBe(0);
    const later = folded(
      tickAt(100, { account: account(50), lost: [lost(90, 1)] }),
      tickAt(2000, { account: account(50) }),
    );
    expect(lostOf(later.account)).toBe(50);
    expect(later.unmarked).toBe(49);
  });

  test('of messages are fewer and wider where there are many, and none is lost', () => {
    const messages = (t: number) =>
      [1, 2, 3, 4].flatMap((worker) =>
        (['up', 'down'] as const).map((direction) => ({
          t,
          worker,
          pid: 1000 + worker,
          direction,
          count: 3,
          unheard: 0,
          sample: '',
        })),
      );
    const side = folded(...Array.from({ length: 1000 }, (_, i) => tickAt(i * 100, { messages: messages(i * 100) })));
    expect(side.arrows.list.length).toBeLessThanOrEqual(MOST_MARKS);
    expect(side.arrows.every).toBeGreaterThan(100);
    expect(sum(side.arrows.list.map(({ count }) => count))).toBe(1000 * 8 * 3);
  });

  test('are of the last two minutes', () => {
    const message = { worker: 1, pid: 1001, direction: 'up', count: 2, unheard: 0, sample: '' } as const;
    const fault = { what: 'SIGKILL', pid: 1001, landed: true };
    const old = tickAt(100, { lost: [lost(50, 1)], messages: [{ ...message, t: 50 }], faults: [{ ...fault, t: 50 }] });
    expect(folded(old)).toMatchObject({ losses: [{ n: 1 }], arrows: { list: [{ t: 50 }] }, faults: [{ t: 50 }] });
    const later = folded(old, tickAt(WINDOW_MS + 51, {}));
    expect(later).toMatchObject({ losses: [], arrows: { list: [] }, faults: [], marked: 1 });
  });

  test('of messages that nobody heard are never joined with others', () => {
    const message = { t: 10, worker: 1, pid: 1001, direction: 'up', count: 2, sample: '' } as const;
    const side = folded(
      tickAt(100, {
        messages: [
          { ...message, unheard: 0 },
          { ...message, unheard: 2 },
        ],
      }),
    );
    expect(side.arrows.list).toHaveLength(2);
  });
});

function folded(...ticks: readonly Tick[]): SideState {
  return foldAll(
    NEW,
    ticks.map((tick) => ({ ...tick, side: 0 })),
  ).sides[0] as SideState;
}

function news(number: number, is: ProcessNews['is'], t: number, how: string | null = null): ProcessNews {
  return { t, pid: 1000 + number, worker: number === 0 ? null : number, is, how };
}

function tickAt(t: number, how: Partial<Tick>, answered = 0): Tick {
  return {
    side: 0,
    run: 1,
    t,
    running: true,
    setting: { file: 'exercise.ts', cores: 4, policy: null },
    load: { connections: 0, mode: 'keep-alive', perSecond: null, slowShare: 0 },
    processes: [],
    answered: [],
    lost: [],
    messages: [],
    faults: [],
    output: [],
    account: {
      sent: answered,
      answered,
      lost: {},
      inFlight: 0,
      perSecond: 0,
      p50: null,
      p99: null,
      slowest: null,
      patience: null,
      forks: 0,
      messages: { up: 0, down: 0, unheard: 0 },
    },
    boots: 'fine',
    dealt: null,
    said: [],
    ended: null,
    trouble: null,
    ...how,
  };
}

/** Each part of many ticks goes on where the one before ended, a minute later. */
function goingOn(part: number): (tick: Tick) => Tick {
  return (tick) => ({ ...tick, run: tick.run + part * 10, t: tick.t + (part % 3) * 60_000 });
}

function expectBounded({ lanes, waiting, losses, faults, arrows, output, past, elsewhere }: SideState): void {
  expect(lanes.length).toBeLessThanOrEqual(MOST_LANES);
  expect(waiting.length).toBeLessThanOrEqual(40);
  for (const list of [losses, faults, arrows.list]) expect(list.length).toBeLessThanOrEqual(MOST_MARKS);
  expect(output.length).toBeLessThanOrEqual(MOST_LINES);
  expect(past.length).toBeLessThanOrEqual(240);
  for (const { columns } of [...lanes, ...waiting, elsewhere]) expect(columns.counts.length).toBeLessThanOrEqual(1200);
  for (const { frozen } of lanes) expect(frozen.length).toBeLessThanOrEqual(20);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function deepFrozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const each of Object.values(value)) deepFrozen(each);
  }
  return value;
}
