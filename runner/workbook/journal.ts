// One lesson's journal: what happened in it, an entry a line, only ever added to. Two processes may add at the same time
// without a lock (O_APPEND), and a crash can at most leave the last line unfinished.
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Verdict } from '#checker';
import { writeAtomic } from './atomic.ts';
import type { Lesson } from './find.ts';

/** Raised whenever an older workbook would misread newer entries. */
export const JOURNAL_SCHEMA = 1;

export type Happening =
  | { readonly kind: 'opened' }
  | {
      readonly kind: 'verdict';
      readonly verdict: Verdict;
      /** SHA-256 of the exercise's text. */
      readonly hash: string;
      /** Ids of the clauses that were broken. */
      readonly broken: readonly string[];
    }
  /** The n-th hint was shown. */
  | { readonly kind: 'hint'; readonly n: number };

export type Entry = Happening & { readonly schema: number; readonly at: string };

export interface Journal {
  readonly entries: readonly Entry[];
  /** What a person should know: that it could not be read, or that a damaged one was set aside, and where. */
  readonly trouble: string | null;
}

export function journalPath(lesson: Lesson): string {
  return join(lesson.root, '.workbook', 'progress', `${lesson.id}.jsonl`);
}

/** Never fails: what cannot be read is told in `trouble`. A damaged file is kept under another name, what is legible in it goes on. */
export async function readJournal(lesson: Lesson): Promise<Journal> {
  const path = journalPath(lesson);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return { entries: [], trouble: null };
    return { entries: [], trouble: `The progress of lesson ${lesson.number} cannot be read: ${message(error)}` };
  }
  const lines = text.split('\n');
  const unfinished = lines.pop() ?? '';
  const read = lines.filter((line) => line !== '').map((line) => ({ line, entry: parseEntry(line) }));
  const last = parseEntry(unfinished);
  const entries = [...read.map(({ entry }) => entry), last].filter((entry) => entry !== null);
  const legible = read.filter(({ entry }) => entry !== null).map(({ line }) => line);
  const damaged = read.length - legible.length;
  const trouble = damaged === 0 ? null : await setAside(path, legible, damaged, lesson);
  return { entries: entries.filter((entry) => entry.schema <= JOURNAL_SCHEMA), trouble };
}

/** Adds an entry and returns only when it is on the disk. Gives what went wrong, or null. */
export async function addToJournal(
  lesson: Lesson,
  happening: Happening,
  now: Date = new Date(),
): Promise<string | null> {
  const path = journalPath(lesson);
  const entry: Entry = { schema: JOURNAL_SCHEMA, at: now.toISOString(), ...happening };
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(path, 'a+');
    try {
      const { size } = await file.stat();
      const last = Buffer.alloc(1);
      if (size > 0) await file.read(last, 0, 1, size - 1);
      // A line that a crash left unfinished must not swallow this one. One write, so that no other process's line gets into it.
      const gap = size > 0 && last.toString() !== '\n' ? '\n' : '';
      await file.appendFile(`${gap}${JSON.stringify(entry)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    return null;
  } catch (error) {
    return `The progress of lesson ${lesson.number} could not be saved: ${message(error)}`;
  }
}

async function setAside(path: string, legible: readonly string[], damaged: number, lesson: Lesson): Promise<string> {
  const aside = `${path}.damaged-${new Date().toISOString().replaceAll(':', '-')}`;
  const what = `The progress of lesson ${lesson.number} was damaged (${damaged} of ${damaged + legible.length} lines)`;
  try {
    await rename(path, aside);
    if (legible.length > 0) await writeAtomic(path, legible.map((line) => `${line}\n`).join(''));
    return `${what}. What is legible goes on; the damaged file is kept as ${aside}`;
  } catch (error) {
    return `${what}, and it could not be set aside: ${message(error)}`;
  }
}

function parseEntry(line: string): Entry | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  return isEntry(value) ? value : null;
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null) return false;
  const entry = value as Record<string, unknown>;
  if (typeof entry.schema !== 'number' || typeof entry.at !== 'string' || Number.isNaN(Date.parse(entry.at)))
    return false;
  if (entry.schema > JOURNAL_SCHEMA) return true; // of a newer workbook: kept, and not understood
  switch (entry.kind) {
    case 'opened':
      return true;
    case 'verdict':
      return typeof entry.verdict === 'string' && typeof entry.hash === 'string' && Array.isArray(entry.broken);
    case 'hint':
      return typeof entry.n === 'number';
    default:
      return false;
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
