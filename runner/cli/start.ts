// `start`: where the learner is, and what is next.
import { ascii, lookOf, palette, wrap } from '#reader';
import { findLessons, lessonAt, type LessonProgress, readProgress } from '#workbook';
import { DONE } from './exit.ts';
import { frame } from './frame.ts';
import { pickLesson } from './pick.ts';
import type { Surroundings } from './surroundings.ts';
import type { Typed } from './usage.ts';

export async function start(_typed: Typed<'start'>, surroundings: Surroundings): Promise<number> {
  const { root, stdout, stderr, env } = surroundings;
  const lessons = findLessons(root);
  const progress = await readProgress(lessons);
  const at = lessonAt(progress);
  if (!at) {
    const picked = await pickLesson(undefined, surroundings);
    return 'exit' in picked ? picked.exit : DONE;
  }
  const look = lookOf(stdout, env);
  const { strong } = palette(look.colour);
  const text = look.unicode ? (words: string) => words : ascii;
  const passed = progress.lessons.filter((each) => each.passed).length;
  if (passed === lessons.length) {
    const lines = [strong('The Cluster Workbook'), `all ${passed} lessons passed`];
    stdout.write(`${await frame(lines, look, stdout)}\n  next  ${AFTER_ALL}   where to go from here\n`);
    for (const trouble of progress.troubles) stderr.write(`${trouble}\n`);
    return DONE;
  }
  const { title, summary } = await at.load();
  const here = progress.lessons.find((each) => each.lesson === at);
  const lines = [
    strong('The Cluster Workbook'),
    `${passed} of ${lessons.length} lessons passed`,
    '',
    strong(text(`Lesson ${at.number} · ${title}`)),
    ...(here ? [text(stateOf(here))] : []),
  ];
  stdout.write(`${await frame(lines, look, stdout)}\n`);
  stdout.write(`${wrap(text(summary), look.width).join('\n')}\n\n`);
  stdout.write(
    `  next  npm run lesson ${at.number}   the task\n        npm run check ${at.number}    judge lessons/${at.slug}/exercise.ts\n`,
  );
  for (const trouble of progress.troubles) stderr.write(`${trouble}\n`);
  return DONE;
}

/** The next command where no lesson is left. */
export const AFTER_ALL = 'npm run docs from-here';

/** Where one lesson stands, in a few words. */
export function stateOf(progress: LessonProgress): string {
  const { passed, reopened, last, attempts } = progress;
  if (passed) return 'passed';
  if (last === null) return progress.workedOn === null ? 'not begun' : 'begun, not judged yet';
  const tries = attempts === 1 ? 'judged once' : `judged ${attempts} times`;
  const broken = last.broken.length > 0 ? `, broken: ${last.broken.join(', ')}` : '';
  const state = last.verdict === 'failed' ? '' : `, last time ${last.verdict}`;
  return `${reopened ? 'passed before, changed and open again' : tries}${state}${broken}`;
}
