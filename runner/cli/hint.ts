// `hint`: the next hint each time, from a nudge over the idea to almost the code.
import { lookOf, renderMarkdown } from '#reader';
import { addToJournal, readProgress } from '#workbook';
import { DONE } from './exit.ts';
import { pickLesson } from './pick.ts';
import type { Surroundings } from './surroundings.ts';
import type { Typed } from './usage.ts';

export async function hint({ lesson: typed, flags }: Typed<'hint'>, surroundings: Surroundings): Promise<number> {
  const { stdout, stderr, env } = surroundings;
  const picked = await pickLesson(typed, surroundings);
  if ('exit' in picked) return picked.exit;
  const { lesson } = picked;
  const { title, hints } = await lesson.load();
  const progress = await readProgress([lesson]);
  for (const trouble of progress.troubles) stderr.write(`${trouble}\n`);
  const shown = Math.min(progress.lessons[0]?.hints ?? 0, hints.length);
  const numbers = flags.all
    ? hints.map((_, index) => index + 1)
    : [flags.again ? Math.max(1, shown) : Math.min(shown + 1, hints.length)];
  const look = lookOf(stdout, env);
  for (const number of numbers) {
    const heading = `**Lesson ${lesson.number} · ${title} · hint ${number} of ${hints.length}**`;
    stdout.write(`${await renderMarkdown(`${heading}\n\n${hints[number - 1] ?? ''}`, look)}\n\n`);
  }
  const last = Math.max(...numbers);
  const next =
    last < hints.length
      ? `npm run hint ${lesson.number}   the next hint`
      : `npm run solution ${lesson.number}   the difference to the solution`;
  stdout.write(`  next  npm run check ${lesson.number}\n        ${next}\n`);
  if (last > shown) {
    const trouble = await addToJournal(lesson, { kind: 'hint', n: last });
    if (trouble) stderr.write(`${trouble}\n`);
  }
  return DONE;
}
