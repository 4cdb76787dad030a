// The programs that a lesson's checker is tried on, and what it must say of each.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { findLessons, workbookRoot, type Lesson } from '#workbook';

export interface Specimen {
  /** Its file's name without what follows the first dot. */
  readonly name: string;
  readonly file: string;
  /** Clauses that must be broken. Empty for a right one. */
  readonly breaks: readonly string[];
  /** Clauses that may be broken with them: one mistake often has several effects, not all of them in every run. */
  readonly mayBreak: readonly string[];
}

/** Lessons that have a checker, solution and specimens. */
export function lessonsWithSpecimens(): readonly Lesson[] {
  const folders = readdirSync(join(workbookRoot, 'test', 'specimens'));
  return findLessons().filter((lesson) => folders.includes(lesson.slug));
}

export function specimensOf(lesson: Lesson, kind: 'right' | 'wrong'): readonly Specimen[] {
  const folder = join(workbookRoot, 'test', 'specimens', lesson.slug, kind);
  return readdirSync(folder)
    .toSorted()
    .map((name) => readSpecimen(join(folder, name)));
}

function readSpecimen(file: string): Specimen {
  // The header may stand below a hashbang.
  const head = readFileSync(file, 'utf8').split('\n').slice(0, 4);
  return {
    name: basename(file).replace(/\..*$/, ''),
    file,
    breaks: clausesAfter('// breaks:', head),
    mayBreak: clausesAfter('// may break:', head),
  };
}

function clausesAfter(label: string, lines: readonly string[]): readonly string[] {
  const line = lines.find((each) => each.startsWith(label));
  return line === undefined ? [] : line.slice(label.length).trim().split(/\s+/);
}
