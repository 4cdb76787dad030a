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
  /** Every run of the tests judges it. */
  readonly inEveryRun: boolean;
  /** A program that must be on the machine, or it cannot be judged. */
  readonly needs: string | null;
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
  const { breaks, mayBreak, inEveryRun, needs } = readHeader(readFileSync(file, 'utf8'));
  return { name: stemOf(file), file, breaks, mayBreak, inEveryRun: inEveryRun !== null, needs };
}

/** What a specimen is called: its file's name without what follows the first dot. */
export function stemOf(file: string): string {
  return basename(file).replace(/\..*$/, '');
}

export interface Header {
  /** What it says that it is: `right` or `wrong`; null where it says nothing. */
  readonly kind: string | null;
  readonly breaks: readonly string[];
  readonly mayBreak: readonly string[];
  /** Why every run of the tests judges it; null where only `npm run specimens` does. */
  readonly inEveryRun: string | null;
  /** A program that must be on the machine, or it cannot be judged; null where there is none. */
  readonly needs: string | null;
  /** The sentence about it; empty where there is none. */
  readonly about: string;
}

/** The comment that a specimen begins with. It may stand below a hashbang. */
export function readHeader(text: string): Header {
  const lines = text.replace(/^#!.*\n/, '').split('\n');
  const end = lines.findIndex((line) => !line.startsWith('//'));
  const head = end === -1 ? lines : lines.slice(0, end);
  const about = head.filter((line) => !LABELS.some((label) => line.startsWith(label)));
  return {
    kind: wordsAfter('// specimen:', head)[0] ?? null,
    breaks: wordsAfter('// breaks:', head),
    mayBreak: wordsAfter('// may break:', head),
    inEveryRun: wordsAfter('// in every run:', head).join(' ') || null,
    needs: wordsAfter('// needs:', head)[0] ?? null,
    about: about.map((line) => line.slice(2).trim()).join(' '),
  };
}

const LABELS = ['// specimen:', '// breaks:', '// may break:', '// in every run:', '// needs:'] as const;

function wordsAfter(label: (typeof LABELS)[number], lines: readonly string[]): readonly string[] {
  const line = lines.find((each) => each.startsWith(label));
  return line === undefined ? [] : line.slice(label.length).split(/\s+/).filter(Boolean);
}
