// Which file is to be judged, and whether it can be read at all.
import { readFile, stat } from 'node:fs/promises';
import { dirname, extname, isAbsolute, relative, resolve } from 'node:path';
import type { Lesson } from '#workbook';
import { UNTOLD, WRONG_USAGE } from './exit.ts';
import type { Surroundings } from './surroundings.ts';

export interface Program {
  /** Absolute. */
  readonly file: string;
  /** As a learner would type it. */
  readonly shown: string;
  /** Only the exercise itself counts for progress. */
  readonly counts: boolean;
}

export type Chosen = { readonly program: Program } | { readonly exit: number };

const RUNNABLE = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs'];

/** Says on standard error what is wrong, where something is. */
export async function chooseProgram(
  lesson: Lesson,
  flags: { readonly file?: string; readonly solution?: boolean },
  surroundings: Surroundings,
): Promise<Chosen> {
  const refuse = (what: string, next: string, exit: number): Chosen => {
    surroundings.stderr.write(`${what}\n  next  ${next}\n`);
    return { exit };
  };
  if (flags.file !== undefined && flags.solution) {
    return refuse('`--file` and `--solution` are two different programs.', 'give one of them', WRONG_USAGE);
  }
  const file = pathOf(lesson, flags, surroundings);
  const program: Program = {
    file,
    shown: shownPath(file, lesson.root),
    counts: flags.file === undefined && !flags.solution,
  };
  const wrong = flags.file === undefined ? UNTOLD : WRONG_USAGE;
  if (!RUNNABLE.includes(extname(file))) {
    return refuse(
      `${program.shown} is no program: its name ends in none of ${RUNNABLE.join(' ')}.`,
      'give a file that does',
      wrong,
    );
  }
  try {
    if (!(await stat(file)).isFile())
      return refuse(`${program.shown} is not a file.`, 'give the path of a file', wrong);
    await readFile(file);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const what = missing
      ? `There is no file ${program.shown}.`
      : `${program.shown} cannot be read: ${(error as Error).message}`;
    if (!missing) return refuse(what, `ls -l ${program.shown}`, UNTOLD);
    if (!program.counts) return refuse(what, `ls ${dirname(program.shown)}`, wrong);
    return refuse(what, `npm run reset ${lesson.number}   puts the starter there`, wrong);
  }
  return { program };
}

function pathOf(
  lesson: Lesson,
  flags: { readonly file?: string; readonly solution?: boolean },
  { cwd }: Surroundings,
): string {
  if (flags.file !== undefined) return resolve(cwd, flags.file);
  return flags.solution ? lesson.solution : lesson.exercise;
}

/** Relative to the workbook's folder where it lies in it. */
export function shownPath(file: string, root: string): string {
  const within = relative(root, file);
  return within.startsWith('..') || isAbsolute(within) ? file : within;
}
