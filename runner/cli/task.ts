// A lesson's task on the screen.
import { relative } from 'node:path';
import { ascii, lookOf, palette, renderMarkdown } from '#reader';
import { addToJournal, findLessons, type Lesson, lessonAt, type LessonData, readProgress } from '#workbook';
import type { Surroundings } from './surroundings.ts';

/** The title at once; then the text, for which the Markdown reader has to be loaded. */
export async function showTask(lesson: Lesson, { stdout, env }: Surroundings): Promise<void> {
  const look = lookOf(stdout, env);
  const { strong, quiet } = palette(look.colour);
  const data = await lesson.load();
  const title = `Lesson ${lesson.number} · ${data.title}`;
  stdout.write(`${strong(look.unicode ? title : ascii(title))}\n`);
  stdout.write(`${quiet(relative(lesson.root, lesson.exercise))}\n\n`);
  stdout.write(`${await renderMarkdown(taskText(data), look)}\n\n`);
}

/** Remembers that the learner is at this lesson now. */
export async function settle(lesson: Lesson, { root, stderr }: Surroundings): Promise<void> {
  const lessons = findLessons(root);
  const progress = await readProgress(lessons);
  const trouble = lessonAt(progress) === lesson ? null : await addToJournal(lesson, { kind: 'opened' });
  for (const each of [...progress.troubles, ...(trouble ? [trouble] : [])]) stderr.write(`${each}\n`);
}

function taskText(data: LessonData): string {
  const parts = [
    data.summary,
    '## What you learn',
    data.aims.map((aim) => `- ${aim}`).join('\n'),
    '## The task',
    data.task,
    '## What is judged',
    data.clauses.map((clause) => `- **${clause.id}** ${clause.text.replaceAll('\n', '\n  ')}`).join('\n'),
  ];
  return parts.join('\n\n');
}
