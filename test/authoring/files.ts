// A lesson's files: all of them are there, and its number is its own.
import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import type { Lesson } from '#workbook';
import type { Complaint } from './complaint.ts';

type FileOf = 'check' | 'starter' | 'exercise' | 'solution' | 'chapter';

const WHY: Readonly<Record<FileOf, string>> = {
  check: 'It says what is done to a program and what is judged.',
  starter: 'It is what the exercise is before a learner changes it, and what `npm run reset` brings back.',
  exercise: 'It is the file that a learner edits; at first it is the starter, byte for byte.',
  solution: 'It proves that the lesson can be passed, and `npm run solution` shows it.',
  chapter: 'It is what findings lead to, and what one reads without doing the lesson.',
};

export function missingFiles(lesson: Lesson): readonly Complaint[] {
  return (Object.keys(WHY) as FileOf[])
    .filter((what) => !existsSync(lesson[what]))
    .map((what) => {
      const path = relative(lesson.root, lesson[what]);
      return { what: `${path} is missing`, why: WHY[what], next: `write ${path}` };
    });
}

/** Lessons are numbered from 1 on without a gap. */
export function wrongNumbers(lessons: readonly Lesson[]): readonly Complaint[] {
  if (lessons.length === 0)
    return [
      { what: 'there is no lesson', why: 'A lesson is a folder like lessons/01-name.', next: 'make lessons/01-name' },
    ];
  return lessons
    .filter(({ number }, index) => number !== index + 1)
    .slice(0, 1)
    .map(({ slug, number }) => ({
      what: `lessons/${slug} has number ${number}, and another one is due`,
      why: 'Learners go from one number to the next, and a number names one lesson.',
      next: 'number the folders from 01 on, each once',
    }));
}
