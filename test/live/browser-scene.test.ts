// What the page shows of one moment, without a browser: it agrees with what was told, and with itself at every moment.
import { describe, expect, test } from 'vitest';
import { barsOf, lanesAt, lossesAt, numbersAt, SPANS } from '../../runner/live/browser/scene.ts';
import { whoIs } from '../../runner/live/browser/play.ts';
import { emptyState, factsOf, fold, lostOf, type State } from '../../runner/live/state.ts';
import { openFakeShow } from './fake-show.ts';

/** A run of 20 s: at 8 s worker 2 is killed, at 14 s worker 3 is frozen. */
async function aRun() {
  const show = openFakeShow();
  let state: State = emptyState(factsOf(show));
  show.listen((tick) => {
    state = fold(state, tick);
  });
  show.pass(80);
  await show.act({ act: 'kill', worker: 2, signal: 'SIGKILL' });
  show.pass(60);
  await show.act({ act: 'freeze', worker: 3 });
  show.pass(60);
  const [side] = state.sides;
  if (side === undefined) throw new Error('there is no side');
  return { show, side };
}

describe('a moment', () => {
  test.each(SPANS)('bars hold all answers of the time that is shown: %i ms', async (span) => {
    const { side } = await aRun();
    const lanes = lanesAt({ side, at: side.t, span });
    const inBars = lanes.map(({ lane }) => barsOf(lane.columns, side.t, span).counts.reduce((a, b) => a + b, 0));
    expect(inBars.reduce((a, b) => a + b, 0)).toBeGreaterThan(1000);
    expect(inBars).toEqual(lanes.map(({ lately }) => lately));
  });

  test('of now, what the lanes answered is what the account says', async () => {
    const { show, side } = await aRun();
    const answered = lanesAt({ side, at: side.t, span: 120_000 }).reduce((sum, each) => sum + each.answered, 0);
    expect(answered).toBe(show.account().answered);
    expect(answered).toBeGreaterThan(10_000);
  });

  test('before its kill a worker lives and has answered less; its replacement is not there yet', async () => {
    const { side } = await aRun();
    const states = (at: number) =>
      lanesAt({ side, at, span: 30_000 }).map(({ lane, phase }) => `${lane.worker} ${phase}`);
    expect(states(7_900)).toEqual(['null running', '1 listening', '2 listening', '3 listening', '4 listening']);
    expect(states(8_100)).toContain('2 dead');
    expect(states(8_100)).toContain('5 online');
    const answered = (at: number) => lanesAt({ side, at, span: 30_000 })[1]?.answered ?? 0;
    expect(answered(4_000)).toBeGreaterThan(0);
    expect(answered(4_000)).toBeLessThan(answered(8_000));
  });

  test('marks stand for every lost request, and for none before it was lost', async () => {
    const { show, side } = await aRun();
    const marked = (at: number) => lossesAt({ side, at, span: 30_000 }).reduce((sum, each) => sum + each.count, 0);
    expect(marked(side.t)).toBe(lostOf(show.account()));
    expect(marked(side.t)).toBeGreaterThan(0);
    expect(marked(7_900)).toBe(0);
  });

  test('at every moment that is kept, the numbers add up', async () => {
    const { side } = await aRun();
    const sums = Array.from({ length: 200 }, (_, index) => {
      const { account } = numbersAt({ side, at: index * 100, span: 30_000 });
      return { sent: account.sent, sum: account.answered + lostOf(account) + account.inFlight };
    });
    expect(new Set(sums.map(({ sent }) => sent)).size).toBeGreaterThan(20);
    for (const { sent, sum } of sums) expect(sum).toBe(sent);
  });

  test('first, last and busiest are workers that listen and are not frozen; to be thawed is who is', async () => {
    const { side } = await aRun();
    const cut = { side, at: side.t, span: 30_000 };
    expect(whoIs('first', cut)?.lane.worker).toBe(1);
    expect(whoIs('last', cut)?.lane.worker).toBe(5);
    expect([1, 4, 5]).toContain(whoIs('busiest', cut)?.lane.worker);
    expect(whoIs('first', cut, true)?.lane.worker).toBe(3);
    expect(whoIs('first', { ...cut, at: 5_000 }, true)).toBeUndefined();
  });
});
