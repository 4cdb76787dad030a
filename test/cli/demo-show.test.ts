// Two programs on the live page: that one of them cannot be ended leaves neither the other one nor the page's clock running.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openDemoShow } from '../../runner/cli/demo-show.ts';

const sides = vi.hoisted(() => ({ ticked: 0, closed: [] as (() => Promise<void>)[] }));

vi.mock('../../runner/cli/demo-side.ts', () => ({
  openDemoSide: ({ side }: { readonly side: number }) => ({
    act: async () => ({ ok: true }),
    tick: () => {
      sides.ticked += 1;
    },
    close: () => sides.closed[side]?.(),
  }),
}));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('the other program is ended, and nothing ticks any more, where one cannot be ended', async () => {
  let end = () => undefined as void;
  let ended = false;
  sides.closed = [
    () => Promise.reject(new Error('the first one is stuck')),
    () =>
      new Promise<void>((resolve) => {
        end = resolve;
      }).then(() => {
        ended = true;
      }),
  ];
  const program = { file: '/any.cjs', shown: 'any.cjs', counts: false };
  const show = openDemoShow({
    lesson: { number: 1, title: 'Any' },
    beats: [],
    programs: [program, program],
    root: '/',
    cores: 2,
    knowsSlow: false,
    shows: null,
    solutionOnly: true,
  });
  vi.advanceTimersByTime(100);
  expect(sides.ticked).toBe(2);
  const closed = show.close().then(
    () => 'closed',
    (error: Error) => `${error.message}, ${ended ? 'and the other one ended' : 'and the other one was left'}`,
  );
  end();
  expect(await closed).toBe('the first one is stuck, and the other one ended');
  vi.advanceTimersByTime(1000);
  expect(sides.ticked).toBe(2);
});
