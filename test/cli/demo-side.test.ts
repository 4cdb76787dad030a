// One program on the live page, without a process: what is said of it where its end does not succeed, and once all is ending.
import { beforeEach, expect, test, vi } from 'vitest';
import type { Action, Tick } from '#live';
import { openDemoSide } from '../../runner/cli/demo-side.ts';
import { makePlayground } from '../workbook/playground.ts';

const harness = vi.hoisted(() => ({
  closeRig: async () => undefined as void,
  open: () => undefined as void,
  end: async () => undefined as void,
  ended: 0,
}));

vi.mock('#harness', async (original) => ({
  ...(await original<object>()),
  openRig: async () => ({ kind: 'opened', rig: {}, close: () => harness.closeRig() }),
  openDemonstration: async () => {
    harness.open();
    return {
      over: new Promise(() => undefined),
      lives: [],
      load: () => undefined,
      now: () => 100,
      account: () => ({
        sent: 0,
        answered: 0,
        lost: {},
        inFlight: 0,
        p50: null,
        p99: null,
        slowest: null,
        patience: 3000,
      }),
      end: () => {
        harness.ended += 1;
        return harness.end();
      },
    };
  },
}));

beforeEach(() => {
  const done = async () => undefined as void;
  Object.assign(harness, { closeRig: done, end: done, open: () => undefined, ended: 0 });
});

function opened() {
  const ticks: Tick[] = [];
  const side = openDemoSide({
    side: 0,
    program: { file: '/any.cjs', shown: 'any.cjs', counts: false },
    root: makePlayground(),
    cores: 2,
    load: { connections: 0, mode: 'fresh', perSecond: null, slowShare: 0 },
    knowsSlow: false,
    shows: null,
    tell: (tick) => ticks.push(tick),
  });
  return { side, ticks };
}

const fail = (words: string) => async () => {
  throw new Error(words);
};

test('a program that has ended does not run, also where its rig cannot be closed, and is started again', async () => {
  const { side, ticks } = opened();
  expect(await side.act({ act: 'start' })).toEqual({ ok: true });
  harness.closeRig = fail('the folder is busy');
  await expect(side.act({ act: 'stop' })).rejects.toThrow('the folder is busy');
  expect(ticks.at(-1)).toMatchObject({ run: 1, running: false });
  expect(await side.act({ act: 'start' })).toEqual({ ok: true });
  side.tick();
  expect(ticks.at(-1)).toMatchObject({ run: 2, running: true });
});

test('one that did not start does not run either', async () => {
  const { side, ticks } = opened();
  harness.open = () => {
    throw new Error('no descriptors are left');
  };
  harness.closeRig = fail('the folder is busy');
  await expect(side.act({ act: 'start' })).rejects.toThrow('the folder is busy');
  expect(ticks).toHaveLength(1);
  expect(ticks[0]).toMatchObject({ running: false, trouble: expect.stringContaining('no descriptors') });
});

test('nothing is done any more once all is ending', async () => {
  const { side } = opened();
  await side.act({ act: 'start' });
  let end = () => undefined as void;
  harness.end = () =>
    new Promise((resolve) => {
      end = resolve;
    });
  const closed = side.close();
  const actions: Action[] = [
    { act: 'start' },
    { act: 'stop' },
    { act: 'restart' },
    { act: 'kill', worker: 1, signal: 'SIGKILL' },
    { act: 'load', connections: 1, mode: 'fresh', perSecond: null, slowShare: 0 },
    { act: 'set', cores: 3, policy: null },
  ];
  for (const action of actions) expect(await side.act(action)).toEqual({ ok: false, why: 'The command is ending.' });
  end();
  await closed;
  expect(harness.ended).toBe(1);
});
