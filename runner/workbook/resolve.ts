// From what a learner types to the lesson that is meant: `3`, `03`, `ipc-counters`, `03-ipc-counters` or a path into its folder.
import { resolve, sep } from 'node:path';
import type { Lesson } from './find.ts';
import { nearest } from './nearest.ts';

export type Resolved =
  { readonly kind: 'found'; readonly lesson: Lesson } | { readonly kind: 'unknown'; readonly nearest: Lesson | null };

/** Paths count from `cwd`, and failing that from the workbook's folder. */
export function resolveLesson(text: string, lessons: readonly Lesson[], cwd: string): Resolved {
  const lesson = byNumber(text, lessons) ?? byName(text, lessons) ?? byPath(text, lessons, cwd);
  if (lesson) return { kind: 'found', lesson };
  const names = lessons.flatMap((each) => [each.name, each.slug]);
  const meant = nearest(withoutSlash(text).replace(/^.*[/\\]/, ''), names);
  return { kind: 'unknown', nearest: lessons.find((each) => each.name === meant || each.slug === meant) ?? null };
}

/** The lesson whose folder holds this path, if one does. */
export function lessonAround(path: string, lessons: readonly Lesson[]): Lesson | null {
  return lessons.find((lesson) => path === lesson.folder || path.startsWith(lesson.folder + sep)) ?? null;
}

function byNumber(text: string, lessons: readonly Lesson[]): Lesson | undefined {
  return /^\d{1,3}$/.test(text) ? lessons.find((lesson) => lesson.number === Number(text)) : undefined;
}

function byName(text: string, lessons: readonly Lesson[]): Lesson | undefined {
  const name = withoutSlash(text).toLowerCase();
  return lessons.find((lesson) => lesson.name === name || lesson.slug === name);
}

// As a shell completes the name of a folder.
function withoutSlash(text: string): string {
  return text.replace(/[/\\]+$/, '');
}

function byPath(text: string, lessons: readonly Lesson[], cwd: string): Lesson | null {
  const roots = [cwd, ...lessons.slice(0, 1).map((lesson) => lesson.root)];
  for (const root of roots) {
    const lesson = lessonAround(resolve(root, text), lessons);
    if (lesson) return lesson;
  }
  return null;
}
