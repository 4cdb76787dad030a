// The programs of which it is known what a check must say: solutions, starters and specimens.
import { spawnSync } from 'node:child_process';
import { findLessons, type Lesson } from '#workbook';
import { lessonsWithSpecimens, specimensOf, type Specimen } from '../end-to-end/specimens.ts';
import type { Must } from './compare.ts';

export interface Known {
  readonly lesson: Lesson;
  /** Told apart by it within its lesson: `solution`, `starter`, `right/express`, `wrong/faked-pid`. */
  readonly name: string;
  /** Absolute. */
  readonly file: string;
  readonly must: Must;
  /** Every run of the tests judges it. */
  readonly inEveryRun: boolean;
}

export function solutions(): readonly Known[] {
  return findLessons().map((lesson) => ({
    lesson,
    name: 'solution',
    file: lesson.solution,
    must: { verdict: 'passed' },
    inEveryRun: true,
  }));
}

/** A starter fails, and its first broken clause is what the lesson wants the learner to do first. */
export async function starters(): Promise<readonly Known[]> {
  return Promise.all(
    findLessons().map(async (lesson) => ({
      lesson,
      name: 'starter',
      file: lesson.starter,
      must: { verdict: 'failed', first: (await lesson.load()).firstToDo } as const,
      inEveryRun: true,
    })),
  );
}

/** Those that this machine can judge; where everything is to be tested, all of them. */
export function specimens(): readonly Known[] {
  return lessonsWithSpecimens().flatMap((lesson) => [
    ...specimensOf(lesson, 'right').map(({ name, file, inEveryRun }): Known => ({
      lesson,
      name: `right/${name}`,
      file,
      must: { verdict: 'passed' },
      inEveryRun,
    })),
    ...specimensOf(lesson, 'wrong')
      .filter(isJudgeable)
      .map(({ name, file, breaks, mayBreak, inEveryRun }): Known => ({
        lesson,
        name: `wrong/${name}`,
        file,
        must: { verdict: 'failed', breaks, mayBreak },
        inEveryRun,
      })),
  ]);
}

function isJudgeable({ needs }: Specimen): boolean {
  return needs === null || process.env['CI'] !== undefined || spawnSync(needs, ['--version']).status === 0;
}

/** `04 wrong/impatient`: told apart among all. */
export function called({ lesson, name }: Pick<Known, 'lesson' | 'name'>): string {
  return `${lesson.id} ${name}`;
}
