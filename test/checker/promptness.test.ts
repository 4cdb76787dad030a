// Clause 6.1: a worker that had listened for 5 s or more and crashes is replaced within 1 s.
import { expect, test } from 'vitest';
import { LOOP, replacesTheStableAtOnce } from '#checker';
import { crashed, deploy, looping, replaced, stillbirths, stillborn, two } from './crash-loop.ts';
import { exit, fault, judged, primaryDied, wait, worker } from './history.ts';

const atOnce = replacesTheStableAtOnce;

test('6.1 holds where its replacement is forked within a second', () => {
  expect(judged(atOnce, ...two, ...crashed, ...worker(3, 30_900, 30_990), replaced(30_901))).toMatchObject({
    status: 'holds',
    judged: 1,
    summary: 'worker 2 (pid 1002), SIGKILL → worker 3 (pid 1003) forked 900 ms later',
  });
});

test('6.1 holds where it was forked before the wait for it began, whatever became of the wait', () => {
  const early = [...crashed, ...worker(3, 30_005, 30_090), wait(LOOP.replaced, 30_010, 35_010, false)];
  expect(judged(atOnce, ...two, ...early)).toMatchObject({ status: 'holds', judged: 1 });
});

test('6.1 is broken where that takes longer, and tells whether a crash loop was before', () => {
  const late = [...crashed, ...worker(9, 32_000, 32_090), replaced(32_001)];
  expect(judged(atOnce, ...two, ...late)).toMatchObject({
    status: 'broken',
    observed: 'worker 2 (pid 1002) was killed after 29.9 s of listening, and its replacement forked 2.0 s later',
    cause: expect.stringContaining('pause after a first death'),
  });
  expect(judged(atOnce, ...looping, ...stillbirths(4, 1100, 3000), ...late).cause).toContain('still in force');
});

test('6.1 is broken where nothing is forked, or the program ends', () => {
  const never = wait(LOOP.replaced, 30_001, 35_000, false);
  expect(judged(atOnce, ...two, ...crashed, never)).toMatchObject({
    status: 'broken',
    observed: expect.stringContaining('nothing was forked'),
  });
  expect(
    judged(atOnce, ...two, ...crashed, primaryDied(30_100), wait(LOOP.replaced, 30_001, 30_101, false)),
  ).toMatchObject({
    status: 'broken',
    observed: expect.stringContaining('ended with code 1'),
  });
});

test('6.1 tells that a worker which stayed after a bad deploy is not replaced', () => {
  const never = wait(LOOP.replaced, 30_001, 35_000, false);
  const restarted = [fault('SIGHUP', 0, 40_000), ...worker(4, 40_010, 40_060)];
  const opinion = judged(atOnce, ...deploy('dies'), ...stillborn(3, 1010), ...crashed, never, ...restarted);
  expect(opinion).toMatchObject({ status: 'broken', cause: expect.stringContaining('restart that was given up') });
});

test('6.1 is open where a slow machine may be the cause', () => {
  const late = [...two, ...crashed, ...worker(3, 31_500, 31_600)];
  expect(judged(atOnce, ...late, replaced(31_501, { stretch: 4 })).summary).toContain('too busy');
  expect(judged(atOnce, ...late, replaced(31_501, { stretch: 2 })).status).toBe('broken');
  expect(
    judged(atOnce, ...two, ...crashed, wait(LOOP.replaced, 30_001, 45_000, false, { stretch: 7 })).summary,
  ).toContain('too busy');
});

test('6.1 is open where no worker was killed that had listened for so long, or the kill missed', () => {
  const young = [
    ...worker(3, 27_000, 27_100),
    fault('SIGKILL', 3, 30_000),
    exit(3, 30_003),
    ...worker(4, 30_020, 30_090),
  ];
  expect(judged(atOnce, ...two, ...young, replaced(30_021))).toMatchObject({ status: 'inconclusive', judged: 0 });
  const missed = [fault('SIGKILL', 2, 30_000, { landed: false }), ...worker(3, 30_020, 30_090)];
  expect(judged(atOnce, ...two, ...missed, replaced(30_021))).toMatchObject({ status: 'inconclusive', judged: 0 });
  expect(judged(atOnce, ...two, ...crashed, ...worker(3, 30_020, 30_090))).toMatchObject({ status: 'inconclusive' });
});
