// How slow this machine is, by the slowest of what was measured lately.
import { expect, test } from 'vitest';
import { openPace } from '../../runner/harness/pace.ts';

test('before anything is measured it is an idle machine', () => {
  expect(
    openPace(
      () => 0,
      () => undefined,
    ).stretch(),
  ).toBe(1);
});

test('it is told what was measured, and never less than an idle machine', async () => {
  const told: [number, number][] = [];
  const pace = openPace(
    () => 7,
    (stretch, t) => told.push([stretch, t]),
  );
  const stretch = await pace.measure();
  expect(stretch).toBeGreaterThanOrEqual(1);
  expect(told).toEqual([
    [1, 7],
    [stretch, 7],
  ]);
  expect(pace.stretch()).toBe(stretch);
});

test('two that ask at once share a measurement, the next one has its own', async () => {
  const told: number[] = [];
  const pace = openPace(
    () => 0,
    (stretch) => told.push(stretch),
  );
  const [one, other] = await Promise.all([pace.measure(), pace.measure()]);
  expect(one).toBe(other);
  expect(told).toHaveLength(2);
  await pace.measure();
  expect(told).toHaveLength(3);
});

test('what was measured before holds from the beginning', () => {
  const told: number[] = [];
  const pace = openPace(
    () => 0,
    (stretch) => told.push(stretch),
    2.5,
  );
  expect(pace.stretch()).toBe(2.5);
  expect(told).toEqual([2.5]);
});

test('since a moment: the last measurement before it, and all after it', async () => {
  let now = 0;
  const pace = openPace(
    () => now,
    () => undefined,
  );
  const measured: number[] = [];
  for (now = 10; now <= 30; now += 10) measured.push(await pace.measure());
  const [, second = 0, third = 0] = measured;
  expect(pace.stretch(20)).toBe(Math.max(second, third));
  expect(pace.stretch(25)).toBe(Math.max(second, third));
  expect(pace.stretch(30)).toBe(third);
  expect(pace.stretch()).toBe(Math.max(...measured));
});
