// How far a learner is, told from the journals' entries alone.
import type { Verdict } from '#checker';
import type { Lesson } from './find.ts';
import { type Entry, readJournal } from './journal.ts';

export interface LessonProgress {
  readonly lesson: Lesson;
  /** Verdicts so far, of whatever kind. */
  readonly attempts: number;
  readonly last: { readonly at: string; readonly verdict: Verdict; readonly broken: readonly string[] } | null;
  /** When it was passed, and the SHA-256 of the text that passed. */
  readonly passed: { readonly at: string; readonly hash: string } | null;
  /** It was passed once; then it was changed, and failed. */
  readonly reopened: boolean;
  /** How many hints were shown. */
  readonly hints: number;
  /** When anything happened in it last. */
  readonly workedOn: string | null;
}

export interface Progress {
  readonly lessons: readonly LessonProgress[];
  readonly troubles: readonly string[];
}

export async function readProgress(lessons: readonly Lesson[]): Promise<Progress> {
  const journals = await Promise.all(lessons.map(readJournal));
  return {
    lessons: lessons.map((lesson, index) => tell(lesson, journals[index]?.entries ?? [])),
    troubles: journals.flatMap((journal) => journal.trouble ?? []),
  };
}

/**
 * The lesson that the learner is at: the one worked on last, unless it is passed; then the first that is not passed; and
 * when all are, the one worked on last.
 */
export function lessonAt(progress: Progress): Lesson | null {
  const last = progress.lessons
    .filter((each) => each.workedOn !== null)
    .toSorted((a, b) => (a.workedOn ?? '').localeCompare(b.workedOn ?? ''))
    .at(-1);
  if (last && !last.passed) return last.lesson;
  return nextOpen(progress) ?? last?.lesson ?? null;
}

/** The first lesson that is not passed. */
export function nextOpen(progress: Progress): Lesson | null {
  return progress.lessons.find((each) => !each.passed)?.lesson ?? null;
}

export function tell(lesson: Lesson, entries: readonly Entry[]): LessonProgress {
  const start: LessonProgress = {
    lesson,
    attempts: 0,
    last: null,
    passed: null,
    reopened: false,
    hints: 0,
    workedOn: null,
  };
  return entries.toSorted((a, b) => a.at.localeCompare(b.at)).reduce(after, start);
}

function after(so: LessonProgress, entry: Entry): LessonProgress {
  const { at } = entry;
  switch (entry.kind) {
    case 'opened':
      return { ...so, workedOn: at };
    case 'hint':
      return { ...so, workedOn: at, hints: Math.max(so.hints, entry.n) };
    case 'verdict': {
      const { verdict, broken, hash } = entry;
      const judged = { ...so, workedOn: at, attempts: so.attempts + 1, last: { at, verdict, broken } };
      if (verdict === 'passed') return { ...judged, passed: { at, hash }, reopened: false };
      // The same text that passed before stays passed: then the difference is the machine's.
      const reopens = verdict === 'failed' && so.passed !== null && so.passed.hash !== hash;
      return reopens ? { ...judged, passed: null, reopened: true } : judged;
    }
  }
}
