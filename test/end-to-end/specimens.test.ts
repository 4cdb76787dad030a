// The checkers, tried on whole programs: what is right passes, and what is wrong fails with the clause that it breaks and
// with no other. One after the other, since each check keeps the whole machine busy.
//
// `npm test` judges all right programs and the wrong ones that are listed below; `npm run specimens` (SPECIMENS=all) all.
import { describe, expect, test } from 'vitest';
import type { Finding } from '#checker';
import { of, type History } from '#history';
import type { Lesson } from '#workbook';
import { judge, type Judged } from '../../runner/cli/judge.ts';
import { lessonsWithSpecimens, specimensOf } from './specimens.ts';

/** The first broken clause of each starter: what a learner is told to do first. */
const FIRST_TO_DO: Readonly<Record<string, string>> = {
  '01-fork-per-core': '1.1',
  '02-load-balancing': '2.2',
  '03-ipc-counters': '3.1',
  '04-zero-downtime-restart': '4.2',
};

/** Wrong specimens for every run of the tests, each with the reason: what tutorials teach, then one for each clause. */
const ALWAYS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '01-fork-per-core': {
    'two-workers': 'tutorials: workers hard-coded to 2',
    'cpus-length': 'tutorials: os.cpus().length',
    'no-line-end': '0.2',
    'forking-workers': '0.4',
    'outlives-primary': '0.6',
    'hot-standby': '1.2',
    'faked-pid': '1.3',
    'primary-answers': '1.4',
    'own-ports': '1.5',
  },
  '02-load-balancing': {
    'two-workers': 'tutorials: workers hard-coded to 2',
    'no-replacement': 'tutorials: exits are only logged',
    'exit-code-only': 'tutorials: forks only where the code is not 0',
    'work-sleeps': '2.1, without any work',
    'work-in-primary': '2.1, by the wrong process',
    'policy-after-fork': '2.2',
    'replaced-twice': '2.3, too many',
    'pause-while-replacing': '2.4',
  },
  '03-ipc-counters': {
    'hardcoded-two': 'tutorials: workers hard-coded to 2',
    'first-workers-only': 'tutorials: the listener on the first workers only (3.4)',
    'shared-variable': 'beginners: a variable is shared by all workers',
    'counts-stats-too': '3.1',
    'total-over-socket': '3.2',
    'guesses-the-total': '3.3',
    'sum-of-the-living': '3.4',
    'every-message-is-a-request': '3.5',
    'three-messages-each': '3.6',
  },
  '04-zero-downtime-restart': {
    'hardcoded-two': 'tutorials: workers hard-coded to 2',
    'disconnect-only': 'tutorials: worker.disconnect() as the whole restart (4.4 and 4.5)',
    'waits-for-online': 'tutorials: the successor is online, and does not listen yet (4.3)',
    'kill-then-fork': 'tutorials: the predecessor goes first (4.3)',
    'server-close-exit': 'tutorials: server.close(() => process.exit(0))',
    'fork-on-every-exit': 'tutorials: a planned exit is replaced a second time (4.6)',
    'no-handler': '4.2',
    'a-round-for-each-signal': '4.7',
    'one-restart-only': '4.8',
  },
};

const ALL = process.env.SPECIMENS === 'all';
/** Several times what the slowest one takes on an idle machine; deadlines within are the checker's own. */
const WITHIN_MS = 300_000;

const lessons = lessonsWithSpecimens();

test('there are specimens of every lesson that is listed here, and of no other', () => {
  const slugs = lessons.map((lesson) => lesson.slug);
  expect(slugs.length).toBeGreaterThan(0);
  expect(slugs).toEqual(Object.keys(FIRST_TO_DO));
  expect(slugs).toEqual(Object.keys(ALWAYS));
});

describe.each(lessons.map((lesson) => [lesson.number, lesson] as const))('lesson %i', (_, lesson) => {
  const right = specimensOf(lesson, 'right');
  const wrong = specimensOf(lesson, 'wrong');
  const always = ALWAYS[lesson.slug] ?? {};

  test('has right specimens, and wrong ones that say what they break, among them all that are always judged', () => {
    expect(right.length).toBeGreaterThan(0);
    expect(right.filter(({ breaks, mayBreak }) => breaks.length + mayBreak.length > 0)).toEqual([]);
    expect(wrong.length).toBeGreaterThan(0);
    expect(wrong.filter(({ breaks }) => breaks.length === 0)).toEqual([]);
    expect(wrong.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(always)));
  });

  test('its solution passes', { timeout: 2 * WITHIN_MS }, async () => {
    await expectPass(lesson, lesson.solution);
  });

  test(`its starter fails, with ${FIRST_TO_DO[lesson.slug]} first`, { timeout: WITHIN_MS }, async () => {
    const judged = await judgeWith(lesson, lesson.starter);
    expect(judged.verdict, tell(judged)).toBe('failed');
    expect(broken(judged.findings)[0], tell(judged)).toBe(FIRST_TO_DO[lesson.slug]);
  });

  test.each(right.map(({ name, file }) => [name, file] as const))(
    '%s is right',
    { timeout: 2 * WITHIN_MS },
    async (_name, file) => {
      await expectPass(lesson, file);
    },
  );

  const judgedNow = wrong.filter(({ name }) => ALL || name in always);
  test.each(judgedNow.map((each) => [each.name, each.breaks.join(' and '), each] as const))(
    '%s breaks %s',
    { timeout: WITHIN_MS },
    async (_name, _breaks, { file, breaks, mayBreak }) => {
      const judged = await judgeWith(lesson, file);
      const found = broken(judged.findings);
      expect(judged.verdict, tell(judged)).toBe('failed');
      expect(found, tell(judged)).toEqual(expect.arrayContaining([...breaks]));
      const wrongly = found.filter((id) => !breaks.includes(id) && !mayBreak.includes(id));
      expect(wrongly, tell(judged)).toEqual([]);
    },
  );
});

type Verdict = Extract<Judged, { kind: 'judged' }>;

/** A machine that is too busy to tell is given one more chance, and it is said. Failed is failed. */
async function expectPass(lesson: Lesson, file: string): Promise<void> {
  let judged = await judgeWith(lesson, file);
  if (judged.verdict === 'inconclusive') {
    console.warn(`judged once more, since it could not be told:\n${tell(judged)}`);
    judged = await judgeWith(lesson, file);
  }
  expect(judged.verdict, tell(judged)).toBe('passed');
  expect(judged.findings.filter(({ status, judged: much }) => status !== 'holds' || much < 1)).toEqual([]);
}

async function judgeWith(lesson: Lesson, file: string): Promise<Verdict> {
  const told: string[] = [];
  const judged = await judge({
    lesson,
    file,
    signal: new AbortController().signal,
    onStep: () => undefined,
    onFinding: ({ id, status }) => told.push(`${id} ${status}`),
  });
  if (judged.kind !== 'judged') throw new Error(`${judged.what}: ${judged.why}`);
  expect(judged.findings.length).toBeGreaterThan(0);
  // Each was told once, as soon as it was known, and is not taken back in the end.
  expect(told.toSorted()).toEqual(judged.findings.map(({ id, status }) => `${id} ${status}`).toSorted());
  expectNothingLeft(judged.histories);
  return judged;
}

function expectNothingLeft(histories: readonly History[]): void {
  expect(histories.length).toBeGreaterThan(0);
  for (const history of histories)
    expect(of(history, 'cleaned')).toEqual([{ kind: 'cleaned', t: expect.any(Number), pids: [], port: false }]);
}

function broken(findings: readonly Finding[]): readonly string[] {
  return findings.filter(({ status }) => status === 'broken').map(({ id }) => id);
}

/** All that does not hold, and how slow the machine was: what one wants to know of a surprise. */
function tell({ verdict, findings, histories }: Verdict): string {
  const stretch = Math.max(1, ...histories.flatMap((history) => of(history, 'pace').map((each) => each.stretch)));
  const lines = findings
    .filter(({ status }) => status !== 'holds')
    .map(({ id, status, judged, summary, cause }) => `  ${id} ${status} (${judged}): ${summary}; ${cause ?? ''}`);
  return [`${verdict}, on a machine ${stretch.toFixed(1)} times slower than when idle`, ...lines].join('\n');
}
