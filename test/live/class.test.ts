// The class board: what it counts, what it forgets, what it refuses, and that it knows nobody.
import { describe, expect, test } from 'vitest';
import type { ClassLesson, Report } from '#live';
import { asReport, type ClassBoard, MOST_LEARNERS, MOST_OF_AN_ADDRESS, openClass } from '../../runner/live/class.ts';
import { openLimit } from '../../runner/live/limit.ts';

const LESSONS: readonly ClassLesson[] = [
  { number: 2, title: 'Load balancing', findings: [{ id: '2.1', says: 'two are worked on at the same time' }] },
  {
    number: 3,
    title: 'IPC counters',
    findings: [
      { id: '3.1', says: 'every request is counted once' },
      { id: '3.4', says: "a replacement's requests are counted" },
    ],
  },
];

const HOUR = 3_600_000;

function opened() {
  const clock = { t: 0 };
  const board = openClass({ lessons: LESSONS, now: () => clock.t }, () => 'npm run check -- --report URL');
  return { board, clock };
}

function report(learner: number, how: Partial<Report> = {}): Report {
  return { id: `learner-${String(learner).padStart(10, '0')}`, lesson: 3, verdict: 'failed', broken: ['3.4'], ...how };
}

function tell(board: ClassBoard, value: unknown, from = '10.0.0.1') {
  return board.report(from, board.token, value);
}

describe('the board', () => {
  test('counts learners by their latest result, and those who passed wherever they are now', () => {
    const { board } = opened();
    tell(board, report(1, { lesson: 2, verdict: 'passed', broken: [] }));
    tell(board, report(1));
    tell(board, report(2, { broken: ['3.1', '3.4'] }));
    tell(board, report(3, { verdict: 'passed', broken: [] }));
    expect(board.board()).toEqual({
      command: 'npm run check -- --report URL',
      learners: 3,
      reports: 4,
      lessons: [
        { number: 2, title: 'Load balancing', here: 0, failed: 0, passed: 1 },
        { number: 3, title: 'IPC counters', here: 2, failed: 2, passed: 1 },
      ],
      broken: [
        { id: '3.4', says: "a replacement's requests are counted", lesson: 3, learners: 2 },
        { id: '3.1', says: 'every request is counted once', lesson: 3, learners: 1 },
      ],
      refused: { 'wrong token': 0, malformed: 0, 'too large': 0, 'too many': 0, full: 0 },
    });
  });

  test('shows what is broken now: a newer result takes the place of the older one', () => {
    const { board } = opened();
    tell(board, report(1));
    tell(board, report(1, { broken: ['3.1'] }));
    expect(board.board().broken.map(({ id, learners }) => [id, learners])).toEqual([['3.1', 1]]);
    tell(board, report(1, { verdict: 'passed', broken: [] }));
    expect(board.board()).toMatchObject({ broken: [], learners: 1, reports: 3 });
  });

  test('has no words but those of its own lessons', () => {
    const { board } = opened();
    const posted = { ...report(1, { broken: ['3.4', '9.9', '3.4'] }), name: 'Ada', code: 'import cluster' };
    expect(tell(board, posted)).toEqual({ ok: true });
    const shown = JSON.stringify(board.board());
    expect(board.board().broken).toHaveLength(1);
    for (const secret of ['learner-', '10.0.0.1', 'Ada', 'import', '9.9', board.token])
      expect(shown).not.toContain(secret);
  });

  test('forgets who has told nothing for three hours', () => {
    const { board, clock } = opened();
    tell(board, report(1));
    clock.t = 2 * HOUR;
    tell(board, report(2));
    clock.t = 3 * HOUR - 1;
    expect(board.board().learners).toBe(2);
    clock.t = 3 * HOUR;
    expect(board.board().learners).toBe(1);
    clock.t = 5 * HOUR;
    expect(board.board()).toMatchObject({ learners: 0, broken: [] });
  });

  test('forgets by the latest of what somebody told', () => {
    const { board, clock } = opened();
    for (const [hours, learner] of [
      [0, 1],
      [1, 2],
      [2, 1],
    ] as const) {
      clock.t = hours * HOUR;
      tell(board, report(learner, { broken: learner === 1 ? ['3.1'] : ['3.4'] }));
    }
    clock.t = 4.5 * HOUR;
    expect(board.board().broken.map(({ id }) => id)).toEqual(['3.1']);
  });

  test('refuses who is new when it is full, and takes those that it has', () => {
    const { board, clock } = opened();
    for (let learner = 0; learner < MOST_LEARNERS; learner += 1) {
      clock.t += 10;
      expect(tell(board, report(learner), `10.0.0.${Math.floor(learner / MOST_OF_AN_ADDRESS)}`)).toEqual({ ok: true });
    }
    clock.t += 1000;
    expect(tell(board, report(MOST_LEARNERS), '10.0.1.1')).toMatchObject({ ok: false, refusal: 'full' });
    expect(tell(board, report(7))).toEqual({ ok: true });
    expect(board.board()).toMatchObject({ learners: MOST_LEARNERS, refused: { full: 1 } });
    clock.t += 3 * HOUR;
    expect(tell(board, report(MOST_LEARNERS))).toEqual({ ok: true });
  });

  test('refuses and counts another token', () => {
    const { board } = opened();
    expect(board.token).toMatch(/^[a-z2-9]{2}-[a-z2-9]{2}-[a-z2-9]{2}$/);
    for (const token of ['', 'aa-aa-aa', `${board.token} `])
      expect(board.report('10.0.0.1', token, report(1))).toMatchObject({ ok: false, refusal: 'wrong token' });
    expect(board.board()).toMatchObject({ learners: 0, reports: 0, refused: { 'wrong token': 3 } });
  });

  test('has room for a big class behind one address, and not for thousands that one of them makes up', () => {
    const { board, clock } = opened();
    for (let learner = 0; learner < MOST_OF_AN_ADDRESS; learner += 1)
      expect(tell(board, report(learner)).ok).toBe(true);
    for (let learner = 0; learner < 200; learner += 1)
      expect(tell(board, report(1000 + learner))).toMatchObject({ ok: false, refusal: 'full' });
    expect(tell(board, report(7, { broken: ['3.1'] })).ok).toBe(true);
    expect(tell(board, report(2000), '10.0.0.2').ok).toBe(true);
    expect(board.board()).toMatchObject({ learners: MOST_OF_AN_ADDRESS + 1, refused: { full: 200 } });
    clock.t += 3 * HOUR;
    expect(tell(board, report(1000)).ok).toBe(true);
  });

  test('is not found out by trying: after a hundred wrong words not even the right one tells a stranger', () => {
    const { board, clock } = opened();
    tell(board, report(1));
    const guesses = Array.from({ length: 300 }, () => board.report('10.0.0.1', 'aa-aa-aa', report(2)));
    const refusals = guesses.map((guess) => (guess.ok ? 'taken' : guess.refusal));
    expect(refusals.filter((refusal) => refusal === 'wrong token')).toHaveLength(100);
    expect(refusals.filter((refusal) => refusal === 'too many')).toHaveLength(200);
    expect(tell(board, report(2))).toMatchObject({ refusal: 'too many' });
    // those who were there before, and other addresses, do not notice
    expect(tell(board, report(1)).ok).toBe(true);
    expect(tell(board, report(3), '10.0.0.2').ok).toBe(true);
    clock.t += 1000;
    expect(tell(board, report(2)).ok).toBe(true);
  });

  test('does not count wrong words to those who have the right one', () => {
    const { board } = opened();
    for (let i = 0; i < 90; i += 1) board.report('10.0.0.1', 'aa-aa-aa', report(2));
    expect(Array.from({ length: 1000 }, () => tell(board, report(1)).ok)).toEqual(Array<boolean>(1000).fill(true));
  });

  test('refuses too many of one address, and takes those of another one', () => {
    const { board, clock } = opened();
    const outcomes = Array.from({ length: 1200 }, () => tell(board, report(1)).ok);
    expect(outcomes.filter(Boolean)).toHaveLength(1000);
    expect(tell(board, report(2), '10.0.0.2').ok).toBe(true);
    expect(board.board().refused['too many']).toBe(200);
    clock.t += 1000;
    expect(tell(board, report(1)).ok).toBe(true);
  });
});

test.each([
  null,
  'failed',
  [],
  {},
  { ...report(1), id: 'short' },
  { ...report(1), id: `${'x'.repeat(20)}<b>` },
  { ...report(1), id: 'x'.repeat(41) },
  { ...report(1), id: 17 },
  { ...report(1), lesson: '3' },
  { ...report(1), verdict: 'great' },
  { ...report(1), verdict: 'constructor' },
  { ...report(1), broken: '3.4' },
  { ...report(1), broken: ['three'] },
  { ...report(1), broken: [3.4] },
  { ...report(1), broken: Array.from({ length: 65 }, () => '3.4') },
])('is no report: %j', (value) => {
  expect(asReport(value)).toBeNull();
  const { board } = opened();
  expect(tell(board, value)).toMatchObject({ ok: false, refusal: 'malformed' });
});

test('a report of a lesson that is not there is none', () => {
  const { board } = opened();
  expect(tell(board, report(1, { lesson: 77 }))).toMatchObject({ refusal: 'malformed' });
});

test('a limit is of an address and of all together, and remembers no more addresses than it may', () => {
  const clock = { t: 0 };
  const limit = openLimit({ each: { perSecond: 1, burst: 2 }, all: { perSecond: 10, burst: 5 }, now: () => clock.t });
  expect(['a', 'a', 'a', 'b', 'c', 'd', 'e'].map((from) => limit.grants(from))).toEqual([
    true,
    true,
    false,
    true,
    true,
    true,
    false,
  ]);
  expect([limit.isSpent('a'), limit.isSpent('x')]).toEqual([true, true]);
  clock.t = 1000;
  expect([limit.isSpent('a'), limit.isSpent('x')]).toEqual([false, false]);
  expect(['a', 'a'].map((from) => limit.grants(from))).toEqual([true, false]);
});
