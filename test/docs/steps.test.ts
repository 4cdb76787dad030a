// The steps that an instructor prints are those that the lessons have.
import { expect, test } from 'vitest';
import { findLessons } from '#workbook';
import { readPage, withSteps } from '../../docs/steps.ts';

test('the steps in for-instructors.md are those of the lessons; node --import tsx docs/steps.ts --write makes them so', async () => {
  const page = readPage();
  expect(page).toBe(await withSteps(page));
});

test('each step of each lesson stands there, with its question and what appears', async () => {
  const page = readPage().replaceAll(/\s+/g, ' ');
  let steps = 0;
  for (const lesson of findLessons())
    for (const { title, ask, appears } of (await lesson.load()).beats) {
      steps += 1;
      expect(page).toContain(`**${title}.**`);
      for (const text of [ask, appears]) expect(page).toContain(text.slice(0, 40));
    }
  expect(steps).toBeGreaterThan(20);
});
