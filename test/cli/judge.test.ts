import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { findLessons } from '#workbook';
import { judge } from '../../runner/cli/judge.ts';

test('a scenario that there is not is refused before anything is started, and the nearest one is named', async () => {
  const lesson = findLessons(resolve(import.meta.dirname, '..', '..'))[6]!;
  const steps: string[] = [];
  const judged = await judge({
    lesson,
    file: lesson.solution,
    signal: new AbortController().signal,
    onStep: (scenario) => steps.push(scenario),
    onFinding: (finding) => steps.push(finding.id),
    only: ['SIGTERM', 'two signal'],
  });
  expect(judged).toMatchObject({
    kind: 'cannot',
    what: 'lesson 7 has no scenario “two signal”',
    why: expect.stringContaining('“two signals”'),
    next: 'npm run check 7 -- --scenario "two signals"',
  });
  expect(steps).toEqual([]);
});

test('a range with fewer ports than the lesson has scenarios is refused before anything is started', async () => {
  const [lesson] = findLessons(resolve(import.meta.dirname, '..', '..'));
  const steps: string[] = [];
  const judged = await judge({
    lesson: lesson!,
    file: lesson!.solution,
    signal: new AbortController().signal,
    onStep: (scenario) => steps.push(scenario),
    onFinding: (finding) => steps.push(finding.id),
    ports: { from: 65_535, to: 65_535 },
  });
  expect(judged).toMatchObject({
    kind: 'cannot',
    what: 'one port, 65535, is too few for lesson 1',
    next: 'give a wider range: npm run check 1 -- --port-range 65534-65535',
  });
  expect(steps).toEqual([]);
});
