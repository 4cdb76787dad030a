// The author's check as one types it: of a lesson in which nothing is missing it says so, after its programs were judged.
import { execFile } from 'node:child_process';
import { expect, test } from 'vitest';
import { workbookRoot } from '#workbook';

test(
  'a lesson in which nothing is missing is complete, and its solution and its starter are as they must be',
  { timeout: 120_000 },
  async () => {
    const { code, stdout, stderr } = await authoring('--lesson', '1');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^ {2}✔ 01 solution /m);
    expect(stdout).toMatch(/^ {2}✔ 01 starter /m);
    expect(stdout).toContain('lesson 1: complete; solutions and starters: pass and fail as they must\n');
  },
);

function authoring(...words: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['--import', 'tsx', 'test/authoring/authoring.ts', ...words],
      { cwd: workbookRoot },
      (_error, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}
