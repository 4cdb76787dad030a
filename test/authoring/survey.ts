// Reads all that belongs to a lesson, as plain data that the rules judge.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Property } from '#checker';
import type { Scenario } from '#harness';
import { headings } from '#reader';
import { type Experiments, type Lesson, type LessonData, load, readRecorded, type Recorded } from '#workbook';

/** A file of code, loaded; or why that could not be done. */
export type Loaded<T> =
  { readonly kind: 'loaded'; readonly value: T } | { readonly kind: 'failed'; readonly why: string };

export interface Check {
  readonly scenarios: readonly Pick<Scenario, 'name'>[];
  readonly properties: readonly Pick<Property, 'id' | 'says' | 'read' | 'readMore' | 'on' | 'needs'>[];
}

export interface SpecimenFile {
  /** From the workbook's folder on. */
  readonly path: string;
  readonly kind: 'right' | 'wrong';
  readonly text: string;
}

export interface LessonSurvey {
  readonly lesson: Lesson;
  readonly data: Loaded<LessonData>;
  readonly check: Loaded<Check>;
  /** The names of those in predictions.ts. */
  readonly experiments: Loaded<readonly string[]>;
  readonly recorded: Recorded | null;
  readonly specimens: readonly SpecimenFile[];
  /** Names without `.txt`. */
  readonly transcripts: readonly string[];
  /** Its chapter; null where there is none. */
  readonly chapter: string | null;
}

export async function surveyLesson(lesson: Lesson): Promise<LessonSurvey> {
  const folder = join(lesson.root, 'test', 'specimens', lesson.slug);
  const specimens = (['right', 'wrong'] as const).flatMap((kind) =>
    namesIn(join(folder, kind)).map((name) => ({
      kind,
      path: relative(lesson.root, join(folder, kind, name)),
      text: readFileSync(join(folder, kind, name), 'utf8'),
    })),
  );
  return {
    lesson,
    data: await attempt(lesson.load),
    check: await attempt(async () => load<Check>(lesson.check)),
    experiments: await attempt(async () =>
      Object.keys((await load<{ experiments: Experiments }>(join(lesson.folder, 'predictions.ts'))).experiments),
    ),
    recorded: readRecorded(lesson),
    specimens,
    transcripts: namesIn(join(folder, 'transcripts')).map((name) => name.replace(/\.txt$/, '')),
    chapter: existsSync(lesson.chapter) ? readFileSync(lesson.chapter, 'utf8') : null,
  };
}

/** Whether `docs/NN-name.md#heading` arrives somewhere. */
export async function arrives(root: string, link: string): Promise<boolean> {
  const [path = '', anchor = ''] = link.split('#');
  const file = join(root, path);
  if (anchor === '' || !existsSync(file)) return false;
  return (await headings(readFileSync(file, 'utf8'))).some((heading) => heading.anchor === anchor);
}

async function attempt<T>(act: () => Promise<T>): Promise<Loaded<T>> {
  try {
    return { kind: 'loaded', value: await act() };
  } catch (error) {
    return { kind: 'failed', why: (error as Error).message.split('\n')[0] ?? '' };
  }
}

function namesIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder).toSorted() : [];
}
