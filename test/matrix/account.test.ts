import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Finding } from '#checker';
import { findLessons } from '#workbook';
import type { Must, Outcome } from '../trial/compare.ts';
import { accountOf, lineOf, neededBy } from './account.ts';
import type { Row } from './rows.ts';
import type { Transcript } from './transcript.ts';

const [lesson] = findLessons();

function finding(id: string, status: Finding['status']): Finding {
  const said = { expected: null, observed: null, cause: null, scenario: null, evidence: [] };
  return { id, status, says: `says ${id}`, judged: 1, summary: 'seen', read: 'docs/a.md#a', ...said };
}

const AS_IT_MUST: Outcome = { kind: 'as it must' };
const LOST: Outcome = { kind: 'wrong', why: 'wrong, and passed' };

function row(name: string, must: Must, changes: Partial<Row> = {}): Row {
  const findings = 'breaks' in must ? must.breaks.map((id) => finding(id, 'broken')) : [finding('1.1', 'holds')];
  const without = new Map('breaks' in must ? must.breaks.map((id) => [id, LOST] as const) : []);
  const known = { lesson: lesson!, name, file: join(lesson!.root, `${name}.ts`), must, inEveryRun: true };
  const run = `.workbook/specimens/${name}`;
  return {
    known,
    findings,
    without,
    run,
    outcome: AS_IT_MUST,
    durationMs: 1500,
    stretch: 1,
    tries: 1,
    telling: null,
    ...changes,
  };
}

function told(observed: string): Transcript {
  return [
    { id: '1.1', says: ['it is'], expected: ['one'], observed: [observed], cause: ['why'], read: ['docs/a.md#a'] },
  ];
}

const right = row('right/plain', { verdict: 'passed' });
const wrong = row('wrong/two', { verdict: 'failed', breaks: ['1.1'], mayBreak: ['0.3'] });
const other = row('wrong/pids', { verdict: 'failed', breaks: ['1.3'], mayBreak: [] });

describe('the account', () => {
  test('counts what is as it must be', () => {
    expect(accountOf([right, wrong, other])).toEqual({
      troubles: [],
      total: 'right 1/1 passed, wrong 2/2 caught by the intended clause',
      exitCode: 0,
    });
  });

  test('of nothing is not well', () => {
    expect(accountOf([])).toMatchObject({
      exitCode: 1,
      total: 'right 0/0 passed, wrong 0/0 caught by the intended clause',
    });
  });

  test('names who gets through, with what was expected and what came', () => {
    const through = row(
      'wrong/two',
      { verdict: 'failed', breaks: ['1.1'], mayBreak: ['0.3'] },
      { outcome: LOST, findings: [] },
    );
    const { troubles, total, exitCode } = accountOf([right, through, other]);
    expect(troubles).toEqual([
      [
        '✖ 01 wrong/two got through',
        '    expected  failed, for 1.1 (and perhaps 0.3)',
        '    observed  wrong, and passed',
        '    history   .workbook/specimens/wrong/two',
        '    next      npm run specimens -- --lesson 1 --only two',
      ],
    ]);
    expect(total).toBe('right 1/1 passed, wrong 1/2 caught by the intended clause');
    expect(exitCode).toBe(1);
  });

  test.each<[string, Row, string]>([
    ['a right one that fails', row('right/a', { verdict: 'passed' }, { outcome: LOST }), 'failed wrongly'],
    [
      'a wrong one that is told more than it broke',
      { ...wrong, outcome: { kind: 'wrong', why: 'broken, and must not be: 1.4' } },
      'failed wrongly',
    ],
    [
      'what could not be told',
      { ...right, outcome: { kind: 'inconclusive', reasons: ['1.1 too busy'] } },
      'could not be judged',
    ],
    [
      'what was not judged',
      { ...right, outcome: { kind: 'fault', why: 'no port' }, run: null },
      'was not judged: the workbook failed',
    ],
  ])('tells %s', (_what, bad, fate) => {
    const { troubles, exitCode } = accountOf([bad, other]);
    expect(troubles).toHaveLength(1);
    expect(troubles[0]?.[0]).toContain(fate);
    expect(exitCode).toBe(1);
  });

  test('shows a change of what is told, and fails on it', () => {
    const retold = { ...wrong, telling: { recorded: told('many'), now: told('few') } };
    const { troubles, exitCode } = accountOf([retold]);
    expect(troubles).toEqual([
      [
        '✖ 01 wrong/two is told something else than was recorded',
        '      1.1',
        '    - observed  many',
        '    + observed  few',
        '    next      where that is meant: npm run specimens -- --lesson 1 --only two --record',
      ],
    ]);
    expect(exitCode).toBe(1);
    expect(lineOf(retold)).toMatch(/^ {2}✖ 01 wrong\/two /);
  });

  test('asks for a transcript where there is none', () => {
    const { troubles, exitCode } = accountOf([{ ...wrong, telling: { recorded: null, now: told('few') } }]);
    expect(troubles).toEqual([
      ['✖ 01 wrong/two has no transcript', '    next      npm run specimens -- --lesson 1 --only two --record'],
    ]);
    expect(exitCode).toBe(1);
  });

  test('names the program itself where it is no specimen', () => {
    const starter = row('starter', { verdict: 'failed', first: '1.1' }, { outcome: LOST });
    expect(accountOf([starter]).troubles[0]?.at(-1)).toBe('    next      npm run check 1 -- --file starter.ts');
  });
});

describe('with a property taken away', () => {
  test('those that break it get through, and what is told is not compared', () => {
    const retold = { ...wrong, telling: { recorded: null, now: [] } };
    expect(neededBy([right, retold, other], '1.1')).toEqual(['01 wrong/two']);
    const { troubles, total, exitCode } = accountOf([right, retold, other], '1.1');
    expect(troubles.map(([first]) => first)).toEqual(['✖ 01 wrong/two got through']);
    expect(total).toBe('right 1/1 passed, wrong 1/2 caught by the intended clause');
    expect(exitCode).toBe(1);
  });

  test('that nobody breaks, nothing changes, and nobody needs it', () => {
    expect(neededBy([right, wrong, other], '1.2')).toEqual([]);
    expect(accountOf([right, wrong, other], '1.2').exitCode).toBe(0);
  });

  test('nobody who got through before needs it', () => {
    expect(neededBy([{ ...wrong, outcome: LOST }], '1.1')).toEqual([]);
  });
});

test('a line tells what was found, how long it took, and what was strange about the machine', () => {
  expect(lineOf(wrong)).toMatch(/^ {2}✔ 01 wrong\/two +1\.1 +1\.5 s$/);
  expect(lineOf(right)).toMatch(/^ {2}✔ 01 right\/plain +passed +1\.5 s$/);
  expect(lineOf({ ...right, stretch: 3.21, tries: 2 })).toMatch(
    / {3}asked 2 times {3}machine 3\.2 times slower than when idle$/,
  );
});
