// Clause 5.3: a killed worker is told as exited, with its signal, whether or not it was disconnected before.
import { expect, test } from 'vitest';
import type { Event } from '#history';
import { tellsTheKilled } from '#checker';
import { exit, fault, judged, pace } from './history.ts';
import { disconnect, killed, life, OLD, reading, told, up } from './lives.ts';

const kill = [fault('SIGKILL', 1, OLD), exit(1, OLD + 5), ...life(3, OLD + 10)];
const says = (entry: object | null, ...events: readonly Event[]) =>
  judged(
    tellsTheKilled,
    ...up(2),
    ...kill,
    ...events,
    ...(entry === null ? [] : reading(2, 2 * OLD, [entry, told(2), told(3)])),
  );

test('5.3 holds with and without a disconnect event', () => {
  expect(says(killed(1)).summary).toContain('1 without a disconnect event');
  expect(says(killed(1), disconnect(1, OLD + 1)).summary).not.toContain('without');
  expect(says(killed(1), disconnect(1, OLD + 300)).status).toBe('holds');
});

test('5.3 is broken where the end is not told, or not as it was', () => {
  expect(says(told(1)).cause).toContain('only the exit event is sure');
  expect(says(told(1), disconnect(1, OLD + 1)).cause).toContain('not written down');
  expect(says(told(1, 'disconnected'), disconnect(1, OLD + 1)).status).toBe('broken');
  for (const odd of [{ code: 137 }, { signal: null }, { signal: 'SIGTERM' }, { planned: true }, { planned: null }])
    expect(says(killed(1, odd)), JSON.stringify(odd)).toMatchObject({
      status: 'broken',
      cause: expect.stringContaining('the exit event gives code and signal'),
    });
});

test('5.3 is broken by an end that is told wrongly at first', () => {
  expect(says(killed(1), ...reading(2, OLD + 50, [killed(1, { signal: null }), told(2)])).status).toBe('broken');
});

test('5.3 is open where no worker was killed, or nobody was asked about it', () => {
  expect(says(null).summary).toContain('no worker was asked');
  expect(judged(tellsTheKilled, ...up(2), ...reading(2, OLD, [told(1), told(2)])).status).toBe('inconclusive');
  const missed = [fault('SIGKILL', 1, OLD, { landed: false })];
  expect(judged(tellsTheKilled, ...up(2), ...missed, ...reading(2, 2 * OLD, [told(1), told(2)])).judged).toBe(0);
  const alive = [fault('SIGKILL', 1, OLD)];
  expect(judged(tellsTheKilled, ...up(2), ...alive, ...reading(2, 2 * OLD, [told(1), told(2)])).summary).toContain(
    'was not seen to exit',
  );
});

test('5.3 is open where the worker was leaving, or the machine is too slow', () => {
  const leaving = [fault('SIGKILL', 1, OLD), exit(1, OLD + 5, { planned: true })];
  expect(judged(tellsTheKilled, ...up(2), ...leaving, ...reading(2, 2 * OLD, [told(1), told(2)])).status).toBe(
    'inconclusive',
  );
  expect(says(told(1), pace(7)).summary).toContain('too busy');
});
