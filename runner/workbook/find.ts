// Finds the lessons by reading the `lessons` folder, and knows where everything of a lesson lies.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { LessonData } from './lesson.ts';
import { load } from './load.ts';

/** The folder that the workbook was cloned to. */
export const workbookRoot = join(import.meta.dirname, '..', '..');

export interface Lesson {
  readonly number: number;
  /** The number with two digits: `03`. */
  readonly id: string;
  /** `ipc-counters`. */
  readonly name: string;
  /** `03-ipc-counters`, the name of its folder. */
  readonly slug: string;
  /** The workbook's folder. */
  readonly root: string;
  // Absolute paths.
  readonly folder: string;
  readonly exercise: string;
  readonly starter: string;
  readonly solution: string;
  readonly chapter: string;
  readonly check: string;
  /** Its texts, from `lesson.ts`. Fails like an import does. */
  readonly load: () => Promise<LessonData>;
}

const found = new Map<string, readonly Lesson[]>();

/** All lessons in order of their numbers. The folder is read once. */
export function findLessons(root: string = workbookRoot): readonly Lesson[] {
  let lessons = found.get(root);
  if (!lessons) {
    lessons = readLessons(root);
    found.set(root, lessons);
  }
  return lessons;
}

function readLessons(root: string): Lesson[] {
  const all = join(root, 'lessons');
  if (!existsSync(all)) return [];
  return readdirSync(all, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && /^\d{2}-[a-z0-9-]+$/.test(entry.name))
    .map((entry) => lessonIn(root, entry.name))
    .toSorted((a, b) => a.number - b.number);
}

function lessonIn(root: string, slug: string): Lesson {
  const folder = join(root, 'lessons', slug);
  return {
    number: Number(slug.slice(0, 2)),
    id: slug.slice(0, 2),
    name: slug.slice(3),
    slug,
    root,
    folder,
    exercise: join(folder, 'exercise.ts'),
    starter: join(folder, 'starter.ts'),
    solution: join(root, 'solutions', `${slug}.ts`),
    chapter: join(root, 'docs', `${slug}.md`),
    check: join(folder, 'check.ts'),
    load: async () => (await load<{ default: LessonData }>(join(folder, 'lesson.ts'))).default,
  };
}
