import { describe, expect, test } from 'vitest';
import type { Outcome } from '../trial/compare.ts';
import type { Trialled } from './records.ts';
import { renderSummary, renderSurprises, renderTable } from './table.ts';
import { complaints, nearestRank, nextOf, percent, tally } from './tally.ts';

const GOOD: Outcome = { kind: 'as it must' };
const WRONG: Outcome = { kind: 'wrong', why: 'wrong, and passed' };
const FAULT: Outcome = { kind: 'fault', why: 'no verdict in time' };

function unsure(...reasons: readonly string[]): Outcome {
  return { kind: 'inconclusive', reasons };
}

function trials(outcomes: readonly Outcome[], program = '01 solution'): Trialled[] {
  return outcomes.map((outcome, index) => ({
    fingerprint: 'f',
    at: '2026-01-02T03:04:05.678Z',
    program,
    outcome,
    durationMs: (index + 1) * 1000,
    pauses: 2,
    kept: outcome.kind === 'wrong' ? '.workbook/flaky/kept/one' : null,
  }));
}

function many(outcome: Outcome, times: number): Outcome[] {
  return Array.from({ length: times }, () => outcome);
}

test('each kind of outcome is counted, and how long those took that gave a verdict', () => {
  expect(tally('x', trials([GOOD, WRONG, unsure('0.1 slow'), GOOD, FAULT]))).toEqual({
    program: 'x',
    runs: 5,
    wrong: 1,
    faults: 1,
    inconclusive: 1,
    durations: { p50: 2000, p90: 4000, max: 4000 },
  });
  expect(tally('x', [])).toMatchObject({ runs: 0, durations: null });
});

test('a percentile is one of the values: the smallest that so many do not exceed', () => {
  const ten = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  expect([0.5, 0.9, 1].map((share) => nearestRank(ten, share))).toEqual([5, 9, 10]);
  expect(nearestRank([7], 0.5)).toBe(7);
  expect(() => nearestRank([], 0.5)).toThrow('nothing');
});

describe('good enough', () => {
  const complain = (outcomes: readonly Outcome[], busy = false) => complaints(tally('all', trials(outcomes)), busy);

  test('is no wrong verdict, no fault, and 1 % inconclusive, or 10 % on a busy machine', () => {
    const [ninetyNine, ninety] = [many(GOOD, 99), many(GOOD, 90)];
    expect(complain(ninetyNine)).toEqual([]);
    expect(complain([...ninetyNine, unsure('0.1 slow')])).toEqual([]);
    expect(complain([...many(GOOD, 98), ...many(unsure('0.1 slow'), 2)])).toHaveLength(1);
    expect(complain([...ninety, ...many(unsure('0.1 slow'), 10)], true)).toEqual([]);
    expect(complain([...many(GOOD, 89), ...many(unsure('0.1 slow'), 11)], true)).toHaveLength(1);
  });

  test('is not a single wrong verdict, nor a fault, however many were good', () => {
    expect(complain([...many(GOOD, 9999), WRONG])).toEqual(['1 wrong verdict']);
    expect(complain([...many(GOOD, 9999), FAULT])).toEqual(['the workbook itself failed 1 time']);
  });

  test('is not nothing', () => {
    expect(complain([])).toEqual(['nothing was tried']);
  });
});

test('turns go round: whoever has the fewest runs is next, in their order, until all have theirs', () => {
  const runs = [0, 0, 0];
  const order: (number | null)[] = [];
  for (let turn = nextOf(runs, 2); turn !== null; turn = nextOf(runs, 2)) {
    order.push(turn);
    runs[turn] = (runs[turn] ?? 0) + 1;
  }
  expect(order).toEqual([0, 1, 2, 0, 1, 2]);
  expect(nextOf([5, 1, 5], 2)).toBe(1);
  expect(nextOf([5, 2, 5], 2)).toBeNull();
});

test('the table has a line for each program, in columns, and the totals last', () => {
  const [one, two] = [trials([GOOD, WRONG]), trials([GOOD], '02 wrong/two-workers')];
  const table = renderTable(
    [tally('01 solution', one), tally('02 wrong/two-workers', two), tally('03 solution', [])],
    tally('3 programs', [...one, ...two]),
  );
  expect(table.split('\n').map((line) => line.trimEnd())).toEqual([
    'program               runs  wrong  faults  inconclusive    p50    p90    max',
    '----------------------------------------------------------------------------',
    '01 solution              2      1       ·             ·  1.0 s  2.0 s  2.0 s',
    '02 wrong/two-workers     1      ·       ·             ·  1.0 s  1.0 s  1.0 s',
    '03 solution              0      ·       ·             ·',
    '----------------------------------------------------------------------------',
    '3 programs               3      1       ·             ·  1.0 s  2.0 s  2.0 s',
  ]);
});

test('every wrong verdict is told, with where its histories are; reasons that differ in numbers only are one', () => {
  const told = renderSurprises(
    trials([GOOD, WRONG, FAULT, unsure('2.3 worker 4 took 1,234 ms'), unsure('2.3 worker 5 took 7.5 ms', '0.1 slow')]),
  );
  expect(told.split('\n')).toEqual([
    'wrong  01 solution: wrong, and passed',
    '       .workbook/flaky/kept/one',
    'fault  01 solution: no verdict in time',
    'inconclusive  2 ×  01 solution: 2.3 worker # took # ms',
    'inconclusive  1 ×  01 solution: 0.1 slow',
  ]);
  expect(renderSurprises(trials([GOOD]))).toBe('');
});

test('the last line says how much was tried, and how', () => {
  const records = trials([...many(GOOD, 199), unsure('0.1 slow')]);
  expect(renderSummary(records, 4, true)).toBe(
    '200 runs of 4 programs, all cores busy, 400 pauses: 0 wrong, 1 inconclusive (0.5 %)',
  );
  expect(renderSummary([], 0, false)).toBe('0 runs of 0 programs, cores left alone: 0 wrong, 0 inconclusive');
  expect(percent(0.01)).toBe('1 %');
});
