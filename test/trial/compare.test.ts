import { describe, expect, test } from 'vitest';
import { compare, type Must, type Said } from './compare.ts';

type Statuses = Readonly<Record<string, 'holds' | 'broken' | 'inconclusive'>>;

function said(verdict: Said['verdict'], statuses: Statuses, summary = 'seen'): Said {
  const findings = Object.entries(statuses).map(([id, status]) => ({
    id,
    says: `clause ${id}`,
    status,
    judged: status === 'holds' ? 3 : 0,
    summary,
    expected: null,
    observed: null,
    cause: null,
    read: 'docs/01.md#there',
  }));
  return { verdict, findings, error: null };
}

const PASSED: Must = { verdict: 'passed' };
const BREAKS: Must = { verdict: 'failed', breaks: ['2.3'], mayBreak: ['2.4'] };
const FIRST: Must = { verdict: 'failed', first: '2.2' };

describe('of a right program', () => {
  test('passed is as it must be', () => {
    expect(compare(PASSED, said('passed', { '0.1': 'holds', '2.3': 'holds' }))).toEqual({ kind: 'as it must' });
  });

  test('failed is wrong, and the broken clauses tell why', () => {
    const outcome = compare(PASSED, said('failed', { '0.1': 'holds', '2.3': 'broken' }, 'nobody came'));
    expect(outcome).toEqual({ kind: 'wrong', why: 'right, and failed: 2.3 nobody came' });
  });

  test('inconclusive keeps the reasons, without those clauses that only wait for another', () => {
    const one = said('inconclusive', { '0.1': 'inconclusive' }, 'too slow');
    const other = said('inconclusive', { '0.2': 'inconclusive' }, 'not judged: needs 0.1');
    const both = { ...one, findings: [...one.findings, ...other.findings] };
    expect(compare(PASSED, both)).toEqual({ kind: 'inconclusive', reasons: ['0.1 too slow'] });
  });

  test('passed with a clause that does not hold, or was judged on nothing, is wrong', () => {
    expect(compare(PASSED, said('passed', { '0.1': 'inconclusive' }))).toMatchObject({ kind: 'wrong' });
    const [finding] = said('passed', { '0.1': 'holds' }).findings;
    const empty = { verdict: 'passed', findings: [{ ...finding!, judged: 0 }], error: null } as const;
    expect(compare(PASSED, empty)).toMatchObject({ kind: 'wrong' });
  });
});

describe('of a wrong program', () => {
  test('failed by its clause, with or without those that may break too, is as it must be', () => {
    expect(compare(BREAKS, said('failed', { '2.3': 'broken', '2.4': 'holds' }))).toEqual({ kind: 'as it must' });
    expect(compare(BREAKS, said('failed', { '2.3': 'broken', '2.4': 'broken' }))).toEqual({ kind: 'as it must' });
  });

  test('passed is wrong', () => {
    expect(compare(BREAKS, said('passed', { '2.3': 'holds' }))).toMatchObject({ kind: 'wrong' });
  });

  test('a broken clause that is in neither list is wrong, also where its own is broken', () => {
    expect(compare(BREAKS, said('failed', { '2.3': 'broken', '0.2': 'broken' }))).toMatchObject({
      kind: 'wrong',
      why: expect.stringContaining('0.2'),
    });
  });

  test('its clause holds, or has no finding at all: wrong, although the verdict is failed', () => {
    expect(compare(BREAKS, said('failed', { '2.3': 'holds', '2.4': 'broken' }))).toMatchObject({ kind: 'wrong' });
    expect(compare(BREAKS, said('failed', { '2.4': 'broken' }))).toMatchObject({ kind: 'wrong' });
  });

  test('its clause could not be judged: inconclusive, whatever the verdict', () => {
    const statuses: Statuses = { '2.3': 'inconclusive', '2.4': 'broken' };
    expect(compare(BREAKS, said('failed', statuses))).toEqual({ kind: 'inconclusive', reasons: ['2.3 seen'] });
    expect(compare(BREAKS, said('inconclusive', { '2.3': 'inconclusive' }))).toMatchObject({ kind: 'inconclusive' });
  });

  test('each of several clauses must be broken', () => {
    const two: Must = { verdict: 'failed', breaks: ['2.3', '2.4'], mayBreak: [] };
    expect(compare(two, said('failed', { '2.3': 'broken', '2.4': 'broken' }))).toEqual({ kind: 'as it must' });
    expect(compare(two, said('failed', { '2.3': 'broken', '2.4': 'holds' }))).toMatchObject({ kind: 'wrong' });
  });
});

describe('of a starter', () => {
  test('the first broken clause decides', () => {
    expect(compare(FIRST, said('failed', { '0.1': 'holds', '2.2': 'broken', '2.3': 'broken' }))).toEqual({
      kind: 'as it must',
    });
    expect(compare(FIRST, said('failed', { '2.1': 'broken', '2.2': 'broken' }))).toMatchObject({ kind: 'wrong' });
    expect(compare(FIRST, said('passed', { '2.2': 'holds' }))).toMatchObject({ kind: 'wrong' });
    expect(compare(FIRST, said('inconclusive', { '2.2': 'inconclusive' }))).toMatchObject({ kind: 'inconclusive' });
    expect(compare(FIRST, said('failed', { '2.2': 'inconclusive', '2.3': 'broken' }))).toMatchObject({
      kind: 'inconclusive',
    });
    expect(compare(FIRST, said('failed', { '2.2': 'holds', '2.3': 'broken' }))).toMatchObject({ kind: 'wrong' });
  });
});

test.each([PASSED, BREAKS, FIRST])('no finding, an obstacle and a fault are never as they must be: %j', (must) => {
  expect(compare(must, said('passed', {}))).toMatchObject({ kind: 'fault' });
  expect(compare(must, said('failed', {}))).toMatchObject({ kind: 'fault' });
  expect(compare(must, said('fault', { '2.3': 'broken', '2.2': 'broken' }))).toMatchObject({ kind: 'fault' });
  const error = { what: 'no port', why: 'all are taken', next: 'wait' };
  expect(compare(must, { verdict: 'inconclusive', findings: [], error })).toEqual({
    kind: 'fault',
    why: 'no port: all are taken',
  });
});
