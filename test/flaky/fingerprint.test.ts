import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findLessons, workbookRoot } from '#workbook';
import type { Known } from '../trial/known.ts';
import { circumstances, fingerprintsOf } from './fingerprint.ts';

/** What decides, in a folder of its own, so that a test may change it. */
function plant(): { readonly known: Known; readonly other: Known; write(path: string, text: string): void } {
  const root = mkdtempSync(join(tmpdir(), 'workbook-fingerprint-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const part of ['runner/harness', 'runner/checker', 'runner/cli/judge.ts', 'lessons', 'solutions'])
    cpSync(join(workbookRoot, part), join(root, part), { recursive: true });
  mkdirSync(join(root, 'docs'));
  const [lesson, second] = findLessons(root);
  const known = {
    lesson: lesson!,
    name: 'solution',
    file: lesson!.solution,
    must: { verdict: 'passed' },
    inEveryRun: true,
  } as const;
  const other = { ...known, lesson: second!, file: second!.solution };
  return { known, other, write: (path, text) => writeFileSync(join(root, path), text) };
}

const idle = circumstances(false);

test('the same files under the same circumstances have the same fingerprint, and no two programs have', () => {
  const { known, other } = plant();
  const [first, second] = fingerprintsOf([known, other], idle);
  expect(first).toMatch(/^[0-9a-f]{24}$/);
  expect(second).not.toBe(first);
  expect(fingerprintsOf([known], idle)).toEqual([first]);
  // wherever the workbook lies
  expect(fingerprintsOf([plant().known], idle)).toEqual([first]);
});

test.each([
  'runner/harness/stage.ts',
  'runner/harness/probe/probe.ts',
  'runner/harness/new-file.ts',
  'runner/checker/judge.ts',
  'runner/cli/judge.ts',
  'lessons/01-fork-per-core/check.ts',
  'solutions/01-fork-per-core.ts',
])('a change in %s changes it', (path) => {
  const { known, write } = plant();
  const before = fingerprintsOf([known], idle);
  write(path, '// another text\n');
  expect(fingerprintsOf([known], idle)).not.toEqual(before);
});

test.each(['runner/cli/check.ts', 'lessons/01-fork-per-core/lesson.ts', 'solutions/02-load-balancing.ts'])(
  'a change in %s does not',
  (path) => {
    const { known, write } = plant();
    const before = fingerprintsOf([known], idle);
    write(path, '// another text\n');
    expect(fingerprintsOf([known], idle)).toEqual(before);
  },
);

test('another Node, platform or number of cores, and a busy machine, change it', () => {
  const { known } = plant();
  const all = [
    idle,
    circumstances(true),
    { ...idle, node: 'v0.12.0' },
    { ...idle, platform: 'plan9 mips' },
    { ...idle, cores: idle.cores + 1 },
  ].map((around) => fingerprintsOf([known], around)[0]);
  expect(new Set(all).size).toBe(all.length);
});
