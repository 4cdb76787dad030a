// The command below each figure: it records a run of its own, shows it, and leaves the book as it is.
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { workbookRoot } from '#workbook';
import { names } from '../../docs/figures/figures.ts';

const folder = join(workbookRoot, 'docs', 'figures');

test.each(names)('%s can be recorded again', async (name) => {
  const before = contents();
  const { code, stdout, stderr } = await make(name);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.split('\n').filter((line) => line.includes('worker 1')).length).toBeGreaterThan(0);
  for (const step of [1, 2, 3, 4, 5]) expect(stdout).toMatch(new RegExp(`^${step}\\. [A-Z\\d]`, 'm'));
  expect(stdout).not.toMatch(/undefined|NaN|Infinity/);
  expect(contents()).toEqual(before);
});

test.each([
  { words: [] },
  { words: ['no-such-figure'] },
  { words: ['round-robin', '--draw'] },
  { words: ['round-robin', '--write', '--redraw'] },
])('wrong words are refused: $words', async ({ words }) => {
  const { code, stdout, stderr } = await make(...words);
  expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
  for (const name of names) expect(stderr).toContain(name);
});

function make(...words: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['--import', 'tsx', 'docs/figures/make.ts', ...words],
      { cwd: workbookRoot },
      (_error, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

function contents(): string[] {
  return readdirSync(folder)
    .filter((name) => /\.(svg|txt|json)$/.test(name))
    .map((name) => `${name}\n${readFileSync(join(folder, name), 'utf8')}`);
}
