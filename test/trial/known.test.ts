import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findLessons } from '#workbook';
import { called, solutions, specimens, starters } from './known.ts';

test('every lesson has a solution that must pass, and a starter that must fail by a clause of its own', async () => {
  const slugs = findLessons().map(({ slug }) => slug);
  expect(slugs.length).toBeGreaterThan(0);
  expect(solutions().map(({ lesson }) => lesson.slug)).toEqual(slugs);
  expect(solutions().every(({ must }) => must.verdict === 'passed')).toBe(true);
  const begun = await starters();
  expect(begun.map(({ lesson }) => lesson.slug)).toEqual(slugs);
  for (const { lesson, must } of begun) {
    const { clauses } = await lesson.load();
    expect(clauses.map(({ id }) => id)).toContain('first' in must ? must.first : null);
  }
});

test('no two programs are called the same, and all of them are there', () => {
  const all = [...solutions(), ...specimens()];
  expect(all.length).toBeGreaterThan(findLessons().length);
  expect(new Set(all.map(called)).size).toBe(all.length);
  expect(all.filter(({ file }) => !existsSync(file))).toEqual([]);
});

test('specimens are right or wrong as their folders say, and wrong ones name what they break', () => {
  const all = specimens();
  for (const kind of ['right', 'wrong']) {
    const some = all.filter(({ name }) => name.startsWith(`${kind}/`));
    expect(some.length).toBeGreaterThan(0);
    expect(some.every(({ must }) => must.verdict === (kind === 'right' ? 'passed' : 'failed'))).toBe(true);
  }
  expect(all.filter(({ must }) => 'breaks' in must && must.breaks.length === 0)).toEqual([]);
});
