// `solution`: the difference from the learner's file to the workbook's solution.
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { type Look, lookOf, palette } from '#reader';
import { type Lesson, readProgress } from '#workbook';
import { confirm } from './confirm.ts';
import { DONE, UNTOLD } from './exit.ts';
import { pickLesson } from './pick.ts';
import type { Surroundings } from './surroundings.ts';
import type { Typed } from './usage.ts';

export async function solution(
  { lesson: typed, flags }: Typed<'solution'>,
  surroundings: Surroundings,
): Promise<number> {
  const { stdout, stderr, env } = surroundings;
  const picked = await pickLesson(typed, surroundings);
  if ('exit' in picked) return picked.exit;
  const { lesson } = picked;
  const progress = await readProgress([lesson]);
  for (const trouble of progress.troubles) stderr.write(`${trouble}\n`);
  if (!progress.lessons[0]?.passed) {
    const question = `Lesson ${lesson.number} is not passed yet. Show its solution?`;
    const stop = await confirm(question, flags.yes, `npm run solution ${lesson.number} -- --yes`, surroundings);
    if (stop !== null) return stop;
  }
  let theirs: string;
  try {
    theirs = await readFile(lesson.solution, 'utf8');
  } catch (error) {
    stderr.write(
      `The solution cannot be read: ${(error as Error).message}\n  next  git checkout ${relative(lesson.root, lesson.solution)}\n`,
    );
    return UNTOLD;
  }
  const yours = await readFile(lesson.exercise, 'utf8').catch(() => '');
  stdout.write(`${await difference(lesson, yours, theirs, lookOf(stdout, env))}\n`);
  stdout.write(`  next  npm run check ${lesson.number} -- --solution   judges the solution\n`);
  return DONE;
}

async function difference(lesson: Lesson, yours: string, theirs: string, look: Look): Promise<string> {
  const names = [relative(lesson.root, lesson.exercise), relative(lesson.root, lesson.solution)] as const;
  if (yours === theirs) return `${names[0]} is the solution, to the letter.`;
  const { createTwoFilesPatch } = await import('diff');
  const { strong, quiet, good, bad } = palette(look.colour);
  return createTwoFilesPatch(...names, yours, theirs, 'yours', 'solution', { context: 3 })
    .split('\n')
    .filter((line) => !/^=+$/.test(line))
    .map((line) => {
      if (/^(?:---|\+\+\+) /.test(line)) return strong(line);
      if (line.startsWith('@@')) return quiet(line);
      if (line.startsWith('+')) return good(line);
      return line.startsWith('-') ? bad(line) : line;
    })
    .join('\n')
    .trimEnd();
}
