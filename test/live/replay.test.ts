// A saved run that is played again: the same numbers as in its history, in its own time.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openReplay, type Tick } from '#live';
import { firstToPlay, ticksOf } from '../../runner/live/replay.ts';
import { emptyState, fold, lostOf, type SideState } from '../../runner/live/state.ts';
import {
  answers,
  ending,
  exit,
  fault,
  historyOf,
  load,
  lost,
  pidOf,
  request,
  upAndListening,
  visits,
  worker,
} from '../checker/history.ts';

const RUN = historyOf([
  ...upAndListening(2),
  ...visits([1, 2, 1, 2], 150),
  { kind: 'load', t: 200, stream: 'busy', state: 'begin', mode: 'busy', connections: 2, sent: 0, answered: 0, lost: 0 },
  answers(1, 300, 30),
  answers(2, 300, 25),
  fault('SIGKILL', 1, 320),
  lost('reset', 310, { end: 325, before: pidOf(1) }),
  lost('hanging', 330, { end: 900 }),
  exit(1, 330),
  ...worker(3, 340, 420),
  answers(3, 500, 10),
  load('busy', 510, 65),
  request(2, 690, { end: 760 }),
  ...ending(950),
]);

function shown(ticks: readonly Tick[]): SideState {
  const show = {
    lesson: { number: 3, title: '' },
    sides: 1,
    knowsSlow: false,
    solutionOnly: true,
    shows: null,
    recorded: true,
    scenarios: [],
    beats: [],
  } as const;
  return ticks.reduce(fold, emptyState(show)).sides[0] as SideState;
}

describe('the ticks of a history', () => {
  test('tell all of it, and the last one that it is over', () => {
    const ticks = ticksOf(RUN);
    expect(ticks.map(({ t }) => t)).toEqual([100, 200, 300, 400, 500, 600, 700, 800, 900, 950]);
    expect(ticks.map(({ running }) => running)).toEqual([...Array<boolean>(9).fill(true), false]);
    const side = shown(ticks);
    expect(side.account).toMatchObject({
      sent: 72,
      answered: 70,
      lost: { reset: 1, hanging: 1 },
      inFlight: 0,
      forks: 3,
    });
    expect(side.lanes.map(({ label, answered }) => [label, answered])).toEqual([
      ['primary', 0],
      ['worker 1', 32],
      ['worker 2', 28],
      ['worker 3', 10],
    ]);
    expect(side.lanes[1]?.ended).toMatchObject({ t: 330, how: 'SIGKILL' });
    expect(side.losses).toMatchObject([
      { class: 'reset', t: 325, pid: pidOf(1) },
      { class: 'hanging', t: 330, pid: null },
    ]);
    expect(side.faults).toMatchObject([{ what: 'SIGKILL', pid: pidOf(1) }]);
    expect(side.setting).toMatchObject({ file: 'exercise.ts', cores: 2 });
  });

  test('add up at every moment, and what is under way is so until it is answered', () => {
    const ticks = ticksOf(RUN);
    for (const { account } of ticks) expect(account.sent).toBe(account.answered + lostOf(account) + account.inFlight);
    expect(ticks.map(({ account }) => account.inFlight)).toEqual([0, 0, 0, 1, 1, 1, 2, 1, 0, 0]);
    expect(ticks.map(({ load: of }) => of.connections)).toEqual([0, 2, 2, 2, 2, 0, 0, 0, 0, 0]);
  });

  test('of a run in which nothing was started are one', () => {
    expect(ticksOf(historyOf([])).map(({ running }) => running)).toEqual([false]);
  });
});

const quiet = historyOf([...upAndListening(1), ...ending(200)], 'quiet');
const killed = historyOf([...upAndListening(1), fault('SIGKILL', 1, 150), ...ending(200)], 'killed');
const broken = historyOf([...upAndListening(1), lost('reset', 150), ...ending(200)], 'broken');

test.each([
  ['the first in which something went wrong', [quiet, killed, broken], 'broken'],
  ['else the first with a fault', [quiet, killed], 'killed'],
  ['else the first', [quiet], 'quiet'],
] as const)('of several scenarios the one to begin with is %s', (_, histories, first) => {
  expect(histories[firstToPlay(histories)]?.scenario).toBe(first);
});

describe('the show', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function play(histories = [RUN]) {
    const replay = openReplay({
      lesson: { number: 3, title: '' },
      knowsSlow: false,
      beats: [],
      isSolution: () => false,
      histories,
    });
    const heard: Tick[] = [];
    const silence = replay.show.listen((tick) => heard.push(tick));
    return { ...replay, heard, silence };
  }

  test('plays in its own time, again and again, each time as a new run', () => {
    const { heard, close } = play();
    vi.advanceTimersByTime(499);
    expect(heard.map(({ t }) => t)).toEqual([100, 200, 300, 400]);
    vi.advanceTimersByTime(10_000);
    expect(heard.filter(({ run }) => run === 1)).toHaveLength(10);
    expect(heard.filter(({ run }) => run === 2)).toHaveLength(10);
    expect(heard.at(10)?.run).toBe(2);
    close();
    const told = heard.length;
    vi.advanceTimersByTime(20_000);
    expect(heard).toHaveLength(told);
  });

  test('goes on where it is when one more listens', () => {
    const { show, heard, close } = play();
    vi.advanceTimersByTime(300);
    const other: Tick[] = [];
    show.listen((tick) => other.push(tick));
    vi.advanceTimersByTime(200);
    expect(heard.map(({ run, t }) => [run, t])).toEqual([100, 200, 300, 400, 500].map((t) => [1, t]));
    expect(other.map(({ t }) => t)).toEqual([400, 500]);
    close();
  });

  test('plays the scenario that is chosen, from its beginning, and that one again', async () => {
    const { show, heard, close } = play([quiet, killed, broken]);
    expect(show.scenarios).toEqual(['quiet', 'killed', 'broken']);
    vi.advanceTimersByTime(100);
    expect(heard.at(-1)?.setting.scenario).toBe('broken');
    expect(await show.act({ act: 'play', scenario: 1 })).toEqual({ ok: true });
    vi.advanceTimersByTime(100);
    expect(heard.at(-1)).toMatchObject({ run: 2, t: 100, setting: { scenario: 'killed' } });
    vi.advanceTimersByTime(4300);
    expect(heard.at(-1)).toMatchObject({ run: 3, setting: { scenario: 'killed' } });
    expect(await show.act({ act: 'play', scenario: 3 })).toMatchObject({ ok: false });
    expect(heard.at(-1)?.setting.scenario).toBe('killed');
    close();
  });

  test('is started and stopped, and nothing else', async () => {
    const { show, heard, close } = play();
    vi.advanceTimersByTime(300);
    expect(await show.act({ act: 'stop' })).toEqual({ ok: true });
    vi.advanceTimersByTime(20_000);
    // a page that were not told so would go on to say that it runs
    expect(heard.map(({ running }) => running)).toEqual([true, true, true, false]);
    expect(heard.at(3)).toMatchObject({ run: 1, t: 300, account: heard[2]?.account, processes: [], answered: [] });
    expect(await show.act({ act: 'start' })).toEqual({ ok: true });
    vi.advanceTimersByTime(100);
    expect(heard.at(4)).toMatchObject({ run: 2, t: 100, running: true });
    const refused = await show.act({ act: 'kill', worker: 1, signal: 'SIGKILL' });
    expect(refused).toMatchObject({ ok: false, why: expect.stringContaining('saved run') });
    expect(show.recorded).toBe(true);
    close();
  });
});
