// `reset`: puts the starter back in the place of the learner's file, which is kept.
import { relative } from 'node:path';
import { restoreStarter } from '#workbook';
import { confirm } from './confirm.ts';
import { DONE, UNTOLD } from './exit.ts';
import { pickLesson } from './pick.ts';
import type { Surroundings } from './surroundings.ts';
import type { Typed } from './usage.ts';

export async function reset({ lesson: typed, flags }: Typed<'reset'>, surroundings: Surroundings): Promise<number> {
  const { stdout, stderr } = surroundings;
  const picked = await pickLesson(typed, surroundings);
  if ('exit' in picked) return picked.exit;
  const { lesson } = picked;
  const exercise = relative(lesson.root, lesson.exercise);
  const question = `Replace ${exercise} by its starter? A copy of it is kept.`;
  const stop = await confirm(question, flags.yes, `npm run reset ${lesson.number} -- --yes`, surroundings);
  if (stop !== null) return stop;
  try {
    const kept = await restoreStarter(lesson);
    stdout.write(`${exercise} is the starter again.\n`);
    if (kept) stdout.write(`What was there is kept: ${relative(lesson.root, kept)}\n`);
    stdout.write(`  next  npm run lesson ${lesson.number}\n`);
    return DONE;
  } catch (error) {
    stderr.write(
      `Nothing was replaced: ${(error as Error).message}\n  next  make room or give permission, and npm run reset ${lesson.number}\n`,
    );
    return UNTOLD;
  }
}
