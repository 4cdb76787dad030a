// What the book shows is what there is: its code compiles, its commands exist, its links arrive.
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { headings } from '#reader';
import { findLessons, workbookRoot } from '#workbook';
import { readHeader } from '../end-to-end/specimens.ts';
import { type Block, blocks, links, pages, read } from './blocks.ts';

const KINDS = ['text', 'json', 'sh', 'sh run', 'sh check', 'ts', 'ts fragment', 'js', 'ini', 'dockerfile', 'md'];

/** What a block of the book may use without saying where it comes from. */
const IMPORTS = [
  "import cluster, { type Worker } from 'node:cluster';",
  "import { once } from 'node:events';",
  "import { createServer, Server, type ServerResponse } from 'node:http';",
  "import { availableParallelism } from 'node:os';",
].join(' ');
const GLOBALS = `
import type { Worker } from 'node:cluster';
import type { Server } from 'node:http';
declare global {
  const server: Server;
  const worker: Worker;
  const port: number;
  const cpus: number;
  const message: { type: 'total'; total: number };
  const leaving: boolean;
  const onDuty: Set<Worker>;
  let total: number;
  interface Report { type: 'report'; answered: number }
  function isReport(message: unknown): message is Report;
  function isTotal(message: unknown): message is { total: number };
  function hear(worker: Worker, message: unknown): void;
  function replaceWorkers(): Promise<void>;
}
`;

const all = blocks();

test('every block says what it is', () => {
  const unknown = all
    .filter(({ kind }) => !KINDS.includes(kind))
    .map(({ page, number, kind }) => ({ page, number, kind }));
  expect(unknown).toEqual([]);
  for (const kind of ['sh run', 'sh check', 'ts', 'js']) expect(all.map((block) => block.kind)).toContain(kind);
});

test('every TypeScript block passes the type check', { timeout: 60_000 }, () => {
  const files = new Map<string, Block>();
  const sources = new Map([[at('book.d.ts'), GLOBALS]]);
  for (const block of all.filter(({ kind }) => kind === 'ts')) {
    const name = at(`${block.page.slice(5, -3)}-${block.number}.ts`);
    files.set(name, block);
    // On the first line, so that every line keeps its number.
    sources.set(name, /^import /m.test(block.code) ? block.code : `${IMPORTS}${block.code}\nexport {};`);
  }
  expect(files.size).toBeGreaterThan(10);
  expect(problemsIn(sources, files)).toEqual([]);
});

test('every other piece of code can be parsed', () => {
  const code = all.filter(({ kind }) => kind === 'js' || kind === 'ts fragment');
  const problems = code.flatMap((block) =>
    (ts.transpileModule(block.code, { reportDiagnostics: true }).diagnostics ?? []).map((one) => said(one, block)),
  );
  expect(code.length).toBeGreaterThan(0);
  expect(problems).toEqual([]);
});

test('every command that is shown exists: its script, and the files that it names', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const problems: string[] = [];
  for (const { page, kind, code } of all.filter((block) => block.kind.startsWith('sh'))) {
    const known = new Set([...Object.keys(scripts), 'start', 'test']);
    for (const [, script = ''] of code.matchAll(/npm (?:run )?(?:-s )?([a-z][a-z:-]*)/g)) {
      if (!known.has(script) && !['ci', 'run', 'install'].includes(script)) problems.push(`${page}: npm run ${script}`);
    }
    for (const [path] of code.matchAll(/\b(?:docs|lessons|solutions|test|runner)\/[\w./-]+\.[cm]?[jt]s\b/g)) {
      if (!/^lessons\/\d\d-[a-z-]+\/exercise\.ts$/.test(path) && !existsSync(at(path)))
        problems.push(`${page}: ${path}`);
    }
    if (kind === 'sh run' && !/^node docs\/try\/[a-z-]+\.mjs\n$/.test(code))
      problems.push(`${page}: cannot be run: ${code}`);
  }
  expect(problems).toEqual([]);
});

test('every program that the book has judged is a specimen of that lesson, and wrong', () => {
  const shown = all.filter(({ kind }) => kind === 'sh check');
  expect(shown.length).toBeGreaterThan(4);
  for (const { code } of shown) {
    const [, number, file = ''] = /^npm run check (\d+) -- --file (test\/specimens\/\S+)\n$/.exec(code) ?? [];
    expect(code).toMatch(/^npm run check \d+ -- --file test\/specimens\//);
    const lesson = findLessons().find((each) => each.number === Number(number));
    expect(file).toContain(`test/specimens/${lesson?.slug}/wrong/`);
    expect(readHeader(read(file)).kind).toBe('wrong');
  }
});

test('every program of docs/try is shown in the book, and the other way round', () => {
  const kept = readdirSync(at('docs/try')).filter((name) => name.endsWith('.mjs') && name !== 'client.mjs');
  const shown = all.flatMap(({ kind, code }) => (kind === 'sh run' ? [code.replace('node docs/try/', '').trim()] : []));
  expect([...new Set(shown)].toSorted()).toEqual(kept.toSorted());
});

test('every link within the book arrives', async () => {
  const problems: string[] = [];
  let followed = 0;
  for (const page of pages()) {
    for (const link of links(page)) {
      if (/^[a-z]+:/.test(link)) continue;
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : join(dirname(page), path);
      followed += 1;
      if (!existsSync(at(target))) problems.push(`${page}: ${link}`);
      else if (anchor !== undefined && !(await anchors(target)).includes(anchor)) problems.push(`${page}: ${link}`);
    }
  }
  expect(followed).toBeGreaterThan(20);
  expect(problems).toEqual([]);
});

async function anchors(page: string): Promise<string[]> {
  return (await headings(read(page))).map(({ anchor }) => anchor);
}

function at(path: string): string {
  return join(workbookRoot, path);
}

/** Type errors in sources that are nowhere on the disk. */
function problemsIn(sources: ReadonlyMap<string, string>, files: ReadonlyMap<string, Block>): string[] {
  const { config } = ts.readConfigFile(at('tsconfig.json'), ts.sys.readFile) as { config: { compilerOptions: object } };
  const { options } = ts.convertCompilerOptionsFromJson(
    { ...config.compilerOptions, noUnusedLocals: false, noUnusedParameters: false },
    workbookRoot,
  );
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (name) => sources.has(name) || fileExists(name);
  host.readFile = (name) => sources.get(name) ?? readFile(name);
  host.getSourceFile = (name, version, ...rest) => {
    const text = sources.get(name);
    return text === undefined ? getSourceFile(name, version, ...rest) : ts.createSourceFile(name, text, version);
  };
  const program = ts.createProgram([...sources.keys()], options, host);
  return ts.getPreEmitDiagnostics(program).map((one) => said(one, one.file ? files.get(one.file.fileName) : undefined));
}

function said({ file, start, messageText }: ts.Diagnostic, block: Block | undefined): string {
  const line = file && start !== undefined ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
  const place = block ? `${block.page}, block ${block.number}, line ${line}` : (file?.fileName ?? 'options');
  return `${place}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
}
