// `progress`: all lessons, and how far the learner is in each.
import { ascii, columns, lookOf, pad, palette } from '#reader';
import { findLessons, lessonAt, type LessonProgress, readProgress } from '#workbook';
import { DONE } from './exit.ts';
import { frame } from './frame.ts';
import { pickLesson } from './pick.ts';
import { AFTER_ALL, stateOf } from './start.ts';
import type { Surroundings } from './surroundings.ts';
import type { Typed } from './usage.ts';

export async function progress(_typed: Typed<'progress'>, surroundings: Surroundings): Promise<number> {
  const { root, stdout, stderr, env } = surroundings;
  const lessons = findLessons(root);
  if (lessons.length === 0) {
    const picked = await pickLesson(undefined, surroundings);
    return 'exit' in picked ? picked.exit : DONE;
  }
  const far = await readProgress(lessons);
  const at = lessonAt(far);
  const look = lookOf(stdout, env);
  const { good, unsure, quiet, strong } = palette(look.colour);
  const text = look.unicode ? (words: string) => words : ascii;
  const titles = await Promise.all(lessons.map(async (lesson) => text((await lesson.load()).title)));
  const widest = Math.max(...titles.map(columns));
  const mark = (each: LessonProgress) => {
    if (each.passed) return good(text('✔'));
    return each.last ? unsure(text('✖')) : quiet(text('·'));
  };
  for (const [index, each] of far.lessons.entries()) {
    const title = pad(titles[index] ?? '', widest);
    const number = String(each.lesson.number).padStart(2);
    const hints = each.hints > 0 ? `, ${each.hints} ${each.hints === 1 ? 'hint' : 'hints'}` : '';
    const here = each.lesson === at && !each.passed ? text('   ← you are here') : '';
    const state = `${stateOf(each)}${hints}${here}`;
    const between = 8 + widest + columns(state) < look.width ? '  ' : `\n${' '.repeat(8)}`;
    stdout.write(`  ${mark(each)} ${number}  ${here ? strong(title) : title}${between}${quiet(state)}\n`);
  }
  const passed = far.lessons.filter((each) => each.passed).length;
  const next = passed === lessons.length ? AFTER_ALL : `npm run lesson ${at?.number ?? 1}`;
  const lines = [`${passed} of ${lessons.length} lessons passed`, `next  ${next}`];
  stdout.write(`\n${await frame(lines, look, stdout)}\n`);
  for (const trouble of far.troubles) stderr.write(`${trouble}\n`);
  return DONE;
}
