// What a page may ask for, and nothing beyond it.
import { expect, test } from 'vitest';
import type { Action } from '#live';
import { asAction } from '../../runner/live/action.ts';

const ACTIONS: readonly Action[] = [
  { act: 'start' },
  { act: 'stop', side: 1 },
  { act: 'restart', side: 0 },
  { act: 'kill', worker: 3, signal: 'SIGKILL' },
  { act: 'kill', worker: 3, signal: 'SIGTERM' },
  { act: 'block', worker: 1, ms: 1000 },
  { act: 'freeze', worker: 1 },
  { act: 'thaw', worker: 1 },
  { act: 'junk', worker: 2, direction: 'up' },
  { act: 'load', connections: 500, mode: 'fresh', perSecond: null, slowShare: 0.5 },
  { act: 'load', connections: 0, mode: 'keep-alive', perSecond: 100_000, slowShare: 1 },
  { act: 'set', cores: 16, policy: null },
  { act: 'set', cores: 1, policy: 'none' },
  { act: 'play', scenario: 0 },
  { act: 'shut-down', signal: 'SIGINT', group: true },
  { act: 'boots', how: 'slow' },
];

test.each(ACTIONS)('is taken: %j', (action) => {
  expect(asAction(action)).toEqual(action);
  expect(asAction({ ...action, file: '/etc/passwd' })).toEqual(action);
});

const LOAD = { act: 'load', connections: 4, mode: 'fresh', perSecond: 10, slowShare: 0 };

test.each([
  null,
  'start',
  [],
  {},
  { act: 'toString' },
  { act: 'start', side: 2 },
  { act: 'start', side: '0' },
  { act: 'start', side: null },
  { act: 'kill', worker: 3 },
  { act: 'kill', worker: 3, signal: 'SIGSTOP' },
  { act: 'kill', worker: '3', signal: 'SIGKILL' },
  { act: 'kill', worker: 0, signal: 'SIGKILL' },
  { act: 'kill', worker: -1, signal: 'SIGKILL' },
  { act: 'kill', worker: 1.5, signal: 'SIGKILL' },
  { act: 'freeze', worker: 2 ** 60 },
  { act: 'block', worker: 1, ms: 10_001 },
  { act: 'block', worker: 1, ms: 0 },
  { act: 'block', worker: 1, ms: Number.NaN },
  { act: 'junk', worker: 1, direction: 'sideways' },
  { ...LOAD, connections: 501 },
  { ...LOAD, connections: -1 },
  { ...LOAD, connections: Infinity },
  { ...LOAD, mode: 'slow' },
  { ...LOAD, perSecond: 0 },
  { ...LOAD, perSecond: 100_001 },
  { ...LOAD, perSecond: undefined },
  { ...LOAD, slowShare: 1.01 },
  { ...LOAD, slowShare: -0.1 },
  { ...LOAD, slowShare: '0' },
  { act: 'set', cores: 0, policy: null },
  { act: 'set', cores: 17, policy: null },
  { act: 'set', cores: 4, policy: 'fair' },
  { act: 'set', cores: 4 },
  { act: 'play' },
  { act: 'shut-down', signal: 'SIGKILL', group: true },
  { act: 'shut-down', signal: 'SIGTERM' },
  { act: 'boots', how: 'well' },
  { act: 'play', scenario: -1 },
  { act: 'play', scenario: 'run' },
])('is refused: %j', (value) => {
  expect(asAction(value)).toBeNull();
});
