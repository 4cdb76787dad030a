import { describe, expect, test } from 'vitest';
import type { RequestEvent } from '#history';
import { renderReasons, renderTable } from './table.ts';
import { isClean, lossesOf, sumOf, tally, type Round } from './tally.ts';

function request(outcome: RequestEvent['outcome'], status: number | null = null): RequestEvent {
  return {
    kind: 'request',
    t: 0,
    stream: 'fresh',
    n: 1,
    conn: 40_000,
    opened: 0,
    method: 'GET',
    path: '/',
    outcome,
    end: 1,
    status,
    pid: null,
    body: null,
    before: null,
  };
}

const GOOD: Round = { requests: 1000, lost: {}, open: null, left: 0, durationMs: 3000 };
const LOSSY: Round = { ...GOOD, lost: { reset: 2, closed: 1 } };

test('whatever is no whole answer of 2xx is lost, each in its way; what the clients gave up is not', () => {
  const requests = [
    request('answered', 200),
    request('answered', 503),
    request('reset'),
    request('reset'),
    request('hanging'),
    request('unfinished'),
  ];
  const lost = lossesOf(requests);
  expect(lost).toEqual({ 'answered with an error': 1, reset: 2, hanging: 1 });
  expect(sumOf(lost)).toBe(4);
  expect(lossesOf([])).toEqual({});
});

test('rounds are added up, and counted where something was lost or did not come to its end', () => {
  expect(tally([GOOD, LOSSY, { ...LOSSY, open: 'too late', left: 2 }, { ...GOOD, open: 'too late' }])).toEqual({
    rounds: 4,
    requests: 4000,
    lost: { reset: 4, closed: 2 },
    lossy: 2,
    open: 2,
    left: 2,
    reasons: new Map([['too late', 2]]),
  });
});

describe('clean', () => {
  test('is nothing lost, nothing open, nothing left', () => {
    expect(isClean(tally([GOOD, GOOD]))).toBe(true);
    expect(isClean(tally([GOOD, LOSSY]))).toBe(false);
    expect(isClean(tally([GOOD, { ...GOOD, open: 'too late' }]))).toBe(false);
    expect(isClean(tally([GOOD, { ...GOOD, left: 1 }]))).toBe(false);
  });

  test('is not nothing', () => {
    expect(isClean(tally([]))).toBe(false);
  });
});

test('the table has a line for each program, and what one hopes for is a dot', () => {
  const rows = [
    { deed: 'restarts', program: '04 solution', tally: tally([GOOD, GOOD]) },
    { deed: 'deploys', program: 'pm2 naive', tally: tally([LOSSY, { ...GOOD, open: 'too late', left: 3 }]) },
  ] as const;
  expect(renderTable(rows).split('\n')).toEqual([
    '                       rounds  requests  lost  refused  reset  closed  cut  hanging  error  lossy rounds  not over  left behind',
    'restarts  04 solution       2     2,000     ·        ·      ·       ·    ·        ·      ·             ·         ·            ·',
    'deploys  pm2 naive          2     2,000     3        ·      2       1    ·        ·      ·             1         1            3',
  ]);
  expect(renderReasons(rows)).toBe('not over  1 ×  deploys  pm2 naive: too late');
});
