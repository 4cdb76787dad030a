// Which lesson is meant: by what was typed, else by the folder that it was typed in, else the one that the learner is at.
import { findLessons, type Lesson, lessonAround, lessonAt, readProgress, resolveLesson } from '#workbook';
import { UNTOLD, WRONG_USAGE } from './exit.ts';
import type { Surroundings } from './surroundings.ts';

export type Picked = { readonly lesson: Lesson } | { readonly exit: number };

/** Says on standard error what is wrong, where something is. */
export async function pickLesson(typed: string | undefined, { root, cwd, stderr }: Surroundings): Promise<Picked> {
  const lessons = findLessons(root);
  const [first] = lessons;
  if (!first) {
    stderr.write(`There are no lessons in ${root}.\n  next  clone the workbook again, or git checkout lessons\n`);
    return { exit: UNTOLD };
  }
  if (typed === undefined) {
    const here = lessonAround(cwd, lessons);
    if (here) return { lesson: here };
    const progress = await readProgress(lessons);
    for (const trouble of progress.troubles) stderr.write(`${trouble}\n`);
    return { lesson: lessonAt(progress) ?? first };
  }
  const resolved = resolveLesson(typed, lessons, cwd);
  if (resolved.kind === 'found') return { lesson: resolved.lesson };
  const meant = resolved.nearest ? ` Did you mean ${resolved.nearest.number}, \`${resolved.nearest.name}\`?` : '';
  const list = lessons.map((lesson) => `  ${String(lesson.number).padStart(2)}  ${lesson.name}`).join('\n');
  stderr.write(`There is no lesson \`${typed}\`.${meant} These are there:\n${list}\n  next  npm run progress\n`);
  return { exit: WRONG_USAGE };
}
