import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findLessons, resolveLesson } from '#workbook';
import { makePlayground } from './playground.ts';

test('lessons are found in order, with where all of theirs lies, and their texts', async () => {
  const root = makePlayground();
  const lessons = findLessons(root);
  expect(lessons.map((lesson) => lesson.id)).toEqual(['01', '02', '03']);
  expect(lessons[2]).toMatchObject({
    number: 3,
    name: 'ipc-counters',
    slug: '03-ipc-counters',
    exercise: join(root, 'lessons/03-ipc-counters/exercise.ts'),
    solution: join(root, 'solutions/03-ipc-counters.ts'),
    chapter: join(root, 'docs/03-ipc-counters.md'),
  });
  expect((await lessons[2]!.load()).title).toBe('Title of 03-ipc-counters');
});

test('a lesson is meant by its number, its name, its folder, or a path into that', () => {
  const root = makePlayground();
  const lessons = findLessons(root);
  const folder = join(root, 'lessons/03-ipc-counters');
  const names = [
    '3',
    '03',
    'ipc-counters',
    'IPC-Counters',
    '03-ipc-counters',
    'lessons/03-ipc-counters',
    'lessons/03-ipc-counters/',
  ];
  for (const text of [...names, folder, `${folder}/`, join(folder, 'exercise.ts')]) {
    expect(resolveLesson(text, lessons, '/'), text).toMatchObject({ kind: 'found', lesson: { number: 3 } });
  }
  expect(resolveLesson('.', lessons, folder)).toMatchObject({ kind: 'found', lesson: { number: 3 } });
  expect(resolveLesson('exercise.ts', lessons, folder)).toMatchObject({ kind: 'found', lesson: { number: 3 } });
});

test('what is no lesson gives the nearest, where one is near', () => {
  const lessons = findLessons(makePlayground());
  for (const text of ['ipc-counter', 'ipc-conters', '03-ipc-countres', 'lessons/3-ipc-counters', 'ipc']) {
    expect(resolveLesson(text, lessons, '/'), text).toMatchObject({ kind: 'unknown', nearest: { number: 3 } });
  }
  for (const text of ['9', '0', 'express-on-a-cluster', '']) {
    expect(resolveLesson(text, lessons, '/nowhere'), text).toEqual({ kind: 'unknown', nearest: null });
  }
});
