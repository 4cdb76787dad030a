// Rows of the picture, keys of the workers and bundles of messages, without a browser.
import { describe, expect, test } from 'vitest';
import { badgesAt, workerOf } from '../../runner/live/browser/badges.ts';
import { rowsOf } from '../../runner/live/browser/rows.ts';
import { arrowsAt, type Cut, lanesAt } from '../../runner/live/browser/scene.ts';
import { emptyState, factsOf, fold, type SideState, type State } from '../../runner/live/state.ts';
import { openFakeShow } from './fake-show.ts';

function shown() {
  const show = openFakeShow();
  let state: State = emptyState(factsOf(show));
  show.listen((tick) => {
    state = fold(state, tick);
  });
  show.pass(20);
  const cut = (): Cut => {
    const [side] = state.sides;
    if (side === undefined) throw new Error('there is no side');
    return { side, at: side.t, span: 30_000 };
  };
  return { show, cut };
}

describe('rows', () => {
  test('all have one where there are enough', () => {
    const all = lanesAt(shown().cut());
    const { drawn, folded, rows, count } = rowsOf(all, 8);
    expect([drawn.length, folded.length, count]).toEqual([5, 0, 5]);
    expect([...rows.values()]).toEqual([0, 1, 2, 3, 4]);
  });

  test('those that ended first share the second one, and no living worker is left out', async () => {
    const { show, cut } = shown();
    for (const worker of [1, 2, 3, 4, 5, 6]) {
      await show.act({ act: 'kill', worker, signal: 'SIGKILL' });
      show.pass(5);
    }
    const all = lanesAt(cut());
    expect(all).toHaveLength(11);
    const { drawn, folded, rows, count } = rowsOf(all, 7);
    expect(folded.map(({ lane }) => lane.worker)).toEqual([1, 2, 3, 4, 5]);
    expect(count).toBe(7);
    expect(drawn).toHaveLength(6);
    expect(new Set(folded.map(({ lane }) => rows.get(lane.pid)))).toEqual(new Set([1]));
    expect(drawn.map(({ lane }) => rows.get(lane.pid))).toEqual([0, 2, 3, 4, 5, 6]);
    expect(drawn.filter(({ phase }) => phase === 'listening')).toHaveLength(4);
  });
});

test('keys stay with their workers, and begin anew with a new start of the program', async () => {
  const { show, cut } = shown();
  const first = badgesAt(cut(), undefined);
  expect([...first.keys]).toEqual([1, 2, 3, 4].map((each) => [each, each]));
  await show.act({ act: 'kill', worker: 2, signal: 'SIGKILL' });
  show.pass(1);
  const then = badgesAt(cut(), first);
  expect(workerOf(then, 2)).toBe(5);
  expect(workerOf(then, 3)).toBe(3);
  expect(workerOf(then, 9)).toBeNull();
  await show.act({ act: 'start' });
  show.pass(1);
  expect([...badgesAt(cut(), then).keys]).toEqual([1, 2, 3, 4].map((each) => [each, each]));
});

test('messages that come at one moment are told from those that come one by one', () => {
  const { cut } = shown();
  const { side, ...rest } = cut();
  const arrow = { worker: 1, pid: 1, direction: 'down', unheard: 0, sample: '' } as const;
  const of = (list: SideState['arrows']['list']) =>
    arrowsAt({ ...rest, side: { ...side, arrows: { every: 100, list } } }, 3).map(({ atOnce }) => atOnce);
  expect(of([{ ...arrow, t: 1500, count: 60 }])).toEqual([60]);
  expect(of([1200, 1300, 1400].map((t) => ({ ...arrow, t, count: 60 })))).toEqual([0]);
  expect(of([{ ...arrow, t: 1500, count: 9 }])).toEqual([0]);
});
