// The checkers, tried on whole programs: what is right passes, and what is wrong fails with the clause that it breaks and
// with no other; and each property is needed for that. Of the specimens those that are for every run, by their headers, and
// wrong ones in those scenarios alone that show what they break; `npm run specimens` judges all of them in all.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findLessons, workbookRoot } from '#workbook';
import { accountOf, neededBy } from '../matrix/account.ts';
import { JOBS } from '../matrix/flags.ts';
import { propertiesOf } from '../matrix/judging.ts';
import { tryAll, type Row } from '../matrix/rows.ts';
import { called, solutions, specimens, starters, type Known } from '../trial/known.ts';

/** Many times what a specimen takes on an idle machine; what takes too long is ended, and told, by the matrix itself. */
const EACH_MS = 120_000;

const programs = [...solutions(), ...(await starters()), ...specimens().filter(({ inEveryRun }) => inEveryRun)];
const lessons = await Promise.all(
  findLessons().map(async (lesson) => {
    const own = programs.filter((known) => known.lesson === lesson);
    const broken = new Set(own.flatMap(({ must }) => ('breaks' in must ? must.breaks : [])));
    const ids = (await propertiesOf(lesson)).map(({ id }) => id).filter((id) => broken.has(id));
    return { number: lesson.number, own, ids };
  }),
);

let runs = '';
let rows: readonly Row[] = [];

beforeAll(async () => {
  mkdirSync(join(workbookRoot, '.workbook', 'tmp'), { recursive: true });
  runs = mkdtempSync(join(workbookRoot, '.workbook', 'tmp', 'specimens-'));
  const { signal } = new AbortController();
  rows = await tryAll(programs, { runs, replay: false, narrowly: true, jobs: JOBS, signal });
}, programs.length * EACH_MS);

afterAll(() => rmSync(runs, { recursive: true, force: true }));

function rowOf(known: Known): Row {
  const row = rows.find((each) => each.known === known);
  if (row === undefined) throw new Error(`${called(known)} was not tried`);
  return row;
}

describe.each(lessons)('lesson $number', ({ number, own, ids }) => {
  test.each(own.map((known) => [known.name, wanted(known), known] as const))('%s: %s', (_name, _wanted, known) => {
    // one mistake may be told in two ways, by chance: whether the words are those recorded is for `npm run specimens`
    const { troubles, exitCode } = accountOf([{ ...rowOf(known), telling: null }]);
    expect(troubles.flat().join('\n')).toBe('');
    expect(exitCode).toBe(0);
  });

  test.each(ids)('with %s taken away, those that break it get through, and are named', (id) => {
    const all = own.map(rowOf);
    const { troubles, exitCode } = accountOf(all, id);
    const through = own.filter(({ must }) => 'breaks' in must && must.breaks.includes(id)).map(called);
    expect(through.length).toBeGreaterThan(0);
    expect(neededBy(all, id)).toEqual(expect.arrayContaining(through));
    expect(exitCode).toBe(1);
    expect(troubles.map(([first]) => first)).toEqual(
      expect.arrayContaining(through.map((name) => `✖ ${name} got through`)),
    );
  });

  test('as a command it exits with 0 where all is as it must be, and with 1 where a property is taken away', () => {
    const command = join(workbookRoot, 'test', 'matrix', 'matrix.ts');
    // one that was told this time what was recorded: the command compares the words, too
    const known = own.find((one) => 'breaks' in one.must && accountOf([rowOf(one)]).exitCode === 0) as Known;
    const [id = ''] = 'breaks' in known.must ? known.must.breaks : [];
    const words = ['--lesson', String(number), '--only', known.name, '--replay', '--runs', runs];
    const run = (...more: string[]) =>
      spawnSync(process.execPath, ['--import', 'tsx', command, ...words, ...more], {
        cwd: workbookRoot,
        encoding: 'utf8',
      });
    const sound = run();
    expect(sound, sound.stderr).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/wrong 1\/1 caught by the intended clause\n$/),
    });
    const less = run('--without', id);
    expect(less, less.stderr).toMatchObject({
      status: 1,
      stdout: expect.stringContaining(`${called(known)} got through`),
    });
    expect(less.stdout).toMatch(/wrong 0\/1 caught by the intended clause\n$/);
  });
});

function wanted({ must }: Known): string {
  if (must.verdict === 'passed') return 'is right';
  return 'first' in must ? `breaks ${must.first} first` : `breaks ${must.breaks.join(' and ')}`;
}
