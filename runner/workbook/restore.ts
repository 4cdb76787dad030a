// Puts a lesson's starter back in the place of the exercise. The only thing in the workbook that writes to a learner's file.
import { constants } from 'node:fs';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomic } from './atomic.ts';
import type { Lesson } from './find.ts';

/**
 * Gives the path of the copy that was made of what was there, or null where nothing was. Fails like a write does, and
 * then the exercise is untouched.
 */
export async function restoreStarter(lesson: Lesson, now: Date = new Date()): Promise<string | null> {
  const starter = await readFile(lesson.starter, 'utf8');
  const kept = await keepCopy(lesson, now);
  await writeAtomic(lesson.exercise, starter);
  return kept;
}

async function keepCopy(lesson: Lesson, now: Date): Promise<string | null> {
  const folder = join(lesson.root, '.workbook', 'replaced');
  const copy = join(folder, `${lesson.id}-${now.toISOString().replaceAll(':', '-')}.ts`);
  await mkdir(folder, { recursive: true });
  try {
    await copyFile(lesson.exercise, copy, constants.COPYFILE_EXCL);
    return copy;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
