import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseProblems, startTypeCheck } from '../../runner/cli/typecheck.ts';
import { makePlayground } from '../workbook/playground.ts';

/** Long enough for any machine; the verdict's own patience is another matter. */
const PATIENT = 60_000;

function program(name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'program-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

test('a type error is found with its place, also in a program that lies elsewhere', async () => {
  const root = makePlayground();
  const file = program(
    'a.ts',
    "import http from 'node:http';\nconst n: number = 'a';\nhttp.createServer(() => n).listen(1);\n",
  );
  expect(await startTypeCheck(file, root).answer(PATIENT)).toEqual([
    { file: 'a.ts', line: 2, column: 7, code: 'TS2322', message: "Type 'string' is not assignable to type 'number'." },
  ]);
  expect(readdirSync(join(root, '.workbook/cache'))).toEqual([]);
});

test('what is unused or unfinished is no type error', async () => {
  const file = program('a.mts', "import { cpus } from 'node:os';\nconst left = 1;\n");
  expect(await startTypeCheck(file, makePlayground()).answer(PATIENT)).toEqual([]);
});

test('JavaScript is not asked about, and nobody waits for a compiler that is late', async () => {
  const root = makePlayground();
  expect(await startTypeCheck(program('a.mjs', 'const n = 1;'), root).answer(PATIENT)).toBeNull();
  expect(await startTypeCheck(program('a.ts', "const n: number = 'a';"), root).answer(0)).toBeNull();
});

test("the compiler's lines are read, and packages that it cannot find are left to the run", () => {
  const text = [
    "../x/a.ts(3,10): error TS2307: Cannot find module 'express' or its corresponding type declarations.",
    "a.ts(4,1): error TS2307: Cannot find module './b.ts' or its corresponding type declarations.",
    "a.ts(5,2): error TS2322: Type '{ a: string; }' is not assignable to type 'B'.",
    "  Types of property 'a' are incompatible.",
    'nothing else',
  ].join('\r\n');
  expect(parseProblems(text).map(({ line, code }) => [line, code])).toEqual([
    [4, 'TS2307'],
    [5, 'TS2322'],
  ]);
});
