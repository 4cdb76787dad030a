import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findLessons, restoreStarter } from '#workbook';
import { makePlayground } from './playground.ts';

const now = new Date('2026-01-05T10:20:30.456Z');

test('the starter is back, and what was there is kept', async () => {
  const [lesson] = findLessons(makePlayground());
  const mine = readFileSync(lesson!.exercise, 'utf8');
  const kept = await restoreStarter(lesson!, now);
  expect(kept).toBe(join(lesson!.root, '.workbook/replaced/01-2026-01-05T10-20-30.456Z.ts'));
  expect(readFileSync(kept!, 'utf8')).toBe(mine);
  expect(readFileSync(lesson!.exercise, 'utf8')).toBe(readFileSync(lesson!.starter, 'utf8'));
});

test('where no exercise is, there is nothing to keep', async () => {
  const [lesson] = findLessons(makePlayground());
  rmSync(lesson!.exercise);
  expect(await restoreStarter(lesson!, now)).toBeNull();
  expect(existsSync(lesson!.exercise)).toBe(true);
});

test('where no copy can be kept, nothing is replaced', async () => {
  const [lesson] = findLessons(makePlayground());
  const mine = readFileSync(lesson!.exercise, 'utf8');
  writeFileSync(join(lesson!.root, '.workbook'), 'in the way');
  await expect(restoreStarter(lesson!, now)).rejects.toThrow(/ENOTDIR|EEXIST/);
  expect(readFileSync(lesson!.exercise, 'utf8')).toBe(mine);
});
