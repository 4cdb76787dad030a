// How far the learner is, as the book shows it: from the journals, and from the latest run of the exercise.
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { LastRun, News, Standing } from '../reader/site/index.ts';
import { findLessons, type Lesson, type LessonProgress, readProgress } from '#workbook';
import { loadRun } from './runs.ts';
import { stateOf } from './start.ts';
import type { Surroundings } from './surroundings.ts';

/** Never fails: what cannot be read is not told. `id` is the lesson whose findings are wanted too. */
export async function newsOf(id: string | null, surroundings: Surroundings): Promise<News> {
  const lessons = findLessons(surroundings.root);
  const progress = await readProgress(lessons);
  const here = progress.lessons.find(({ lesson }) => lesson.id === id);
  return {
    lessons: Object.fromEntries(progress.lessons.map((each) => [each.lesson.id, standingOf(each)])),
    last: here ? await lastRun(here.lesson, surroundings) : null,
  };
}

/** Another text whenever anything changed that the news are made of. Costs a look at a few files. */
export async function fingerprint({ root }: Surroundings): Promise<string> {
  const paths = findLessons(root).flatMap((lesson) => [
    join(root, '.workbook', 'progress', `${lesson.id}.jsonl`),
    join(root, '.workbook', 'runs', lesson.id, 'latest'),
    lesson.exercise,
  ]);
  const found = await Promise.all(paths.map((path) => stat(path).catch(() => null)));
  return found.map((each) => (each ? `${each.ino}:${each.size}:${each.mtimeMs}` : '-')).join(' ');
}

function standingOf(progress: LessonProgress): Standing {
  const mark = progress.passed ? 'passed' : progress.workedOn === null ? 'new' : 'open';
  return { mark, words: stateOf(progress) };
}

// The history is judged again: it is the same code that gave the verdict, so the two cannot disagree.
async function lastRun(lesson: Lesson, surroundings: Surroundings): Promise<LastRun | null> {
  const { root, judgeAgain } = surroundings;
  try {
    const loaded = await loadRun(lesson, 'latest', root);
    if (loaded.kind === 'refused') return null;
    const [first] = loaded.histories;
    // `check --file` and `check --solution` leave their runs in the same place: those are not the learner's exercise.
    if (!first || resolve(root, first.file) !== lesson.exercise) return null;
    const judged = await judgeAgain(lesson, loaded.histories);
    if (judged.kind === 'cannot') return null;
    return {
      at: first.startedAt,
      changed: (await stat(lesson.exercise)).mtimeMs > Date.parse(first.startedAt),
      findings: judged.findings.map(({ id, says, status, summary, expected, observed, cause, read }) => ({
        id,
        says,
        status,
        summary,
        expected,
        observed,
        cause,
        read,
      })),
    };
  } catch {
    return null;
  }
}
