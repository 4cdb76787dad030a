// Clause 6.3: within 10 s of the moment from which workers can boot again, as many as cores listen.
import { expect, test } from 'vitest';
import { LOOP, recovers } from '#checker';
import { looping, stillbirths, two } from './crash-loop.ts';
import { judged, primaryDied, wait, worker } from './history.ts';

const died = stillbirths(5, 1100, 2000);
const back = (met: boolean, how: object = {}) => wait(LOOP.recovered, 15_000, met ? 17_500 : 25_000, met, how);

test('6.3 holds where they came in time', () => {
  expect(judged(recovers, ...looping, ...died, ...worker(8, 17_400, 17_480), back(true))).toMatchObject({
    status: 'holds',
    judged: 5,
    summary: '2 listened 2.5 s after the last reason to die was gone',
  });
});

test('6.3 is broken where nothing is forked any more', () => {
  const opinion = judged(recovers, ...looping, ...died, back(false));
  expect(opinion).toMatchObject({
    status: 'broken',
    judged: 5,
    observed: '10.0 s later 1 listened: nothing was forked since the last death, 15.8 s before',
  });
  expect(opinion.cause).toContain('given up for good');
});

test('6.3 is broken where not every place is filled', () => {
  const opinion = judged(recovers, ...looping, ...died, ...worker(8, 24_000, null), back(false));
  expect(opinion).toMatchObject({ status: 'broken', observed: expect.stringContaining('1 worker forked') });
});

test('6.3 is broken where the program ends', () => {
  const opinion = judged(recovers, ...looping.slice(0, -2), ...died, primaryDied(16_000), back(false));
  expect(opinion).toMatchObject({ status: 'broken', observed: expect.stringContaining('ended with code 1') });
});

test('6.3 is open where the machine was slow, nobody waited, or nobody died', () => {
  const slow = { stretch: 7 };
  expect(judged(recovers, ...looping, ...died, back(false, slow)).summary).toContain('too busy');
  expect(
    judged(recovers, ...looping, ...died, wait(LOOP.recovered, 15_000, 30_000, true, { limit: 20_000, stretch: 5 }))
      .summary,
  ).toContain('too busy');
  expect(judged(recovers, ...looping, ...died)).toMatchObject({ status: 'inconclusive' });
  expect(judged(recovers, ...looping, back(true))).toMatchObject({ status: 'inconclusive', judged: 0 });
  expect(judged(recovers, ...two)).toMatchObject({ status: 'inconclusive', judged: 0 });
});
