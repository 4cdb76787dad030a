// Programs of every kind, run by the harness as it runs a learner's: each finds its own name, its own files and packages,
// and its own lines, as under plain Node, although what runs of it may be a shadow.
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRig, runScenario } from '#harness';
import { of, type History } from '#history';
import { workbookRoot } from '#workbook';

let base = '';
/** A workbook with the packages of this one, and no plainer a name than those that programs have. */
let workbook = '';

beforeAll(() => {
  base = realpathSync(mkdtempSync(path.join(tmpdir(), 'workbook-shadow-')));
  workbook = path.join(base, 'the workbook’s folder');
  mkdirSync(path.join(workbook, '.workbook', 'tmp'), { recursive: true });
  symlinkSync(realpathSync(path.join(workbookRoot, 'node_modules')), path.join(workbook, 'node_modules'), 'dir');
});

afterAll(() => rmSync(base, { recursive: true, force: true }));

type Files = Readonly<Record<string, string>>;

let planted = 0;

function plant(files: Files, within = 'program'): string {
  const folder = path.join(base, String(++planted), within);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

interface Ran {
  /** What the program's processes said, in order. */
  readonly said: readonly Record<string, unknown>[];
  readonly history: History;
}

const open = (file: string, given = {}) =>
  openRig({ file, workbook, given, scratch: path.join(workbook, '.workbook', 'tmp') });

/** Runs a program that comes to an end by itself. */
async function run(file: string, given?: Readonly<Record<string, string>>): Promise<Ran> {
  const opened = await open(file, given);
  if (opened.kind !== 'rig') throw new Error(JSON.stringify(opened));
  const witness = path.join(base, `said-${planted}`);
  writeFileSync(witness, '');
  try {
    const history = await runScenario(
      {
        name: 'alone',
        cores: 1,
        env: { SAID: witness },
        ending: 'SIGKILL',
        play: async (stage) => void (await stage.until('it has ended', () => false, { limit: 20_000 })),
      },
      opened.rig,
      { lesson: '01', file, signal: new AbortController().signal, onStep: () => undefined },
    );
    const said = readFileSync(witness, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    return { said, history };
  } finally {
    await opened.close();
  }
}

/** All that was said, or what the program printed instead. */
function expectSaid({ said, history }: Ran): void {
  const printed = of(history, 'output').map(({ text }) => text);
  expect(said.length, printed.join('')).toBeGreaterThan(0);
}

/** The primary forks one worker; each says who it is and what its file is called. `any` is `: any` in TypeScript. */
function moduleProgram(any: string, setup = ''): string {
  return `import cluster from 'node:cluster';
import { appendFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
const role${any && ': string'} = cluster.isPrimary ? 'primary' : 'worker';
const { url, filename, dirname } = import.meta;
const view${any} = { role, url, filename, dirname, argv: process.argv[1], more: process.argv.length - 2, same: fileURLToPath(url) === filename };
appendFileSync(process.env.SAID${any && '!'}, JSON.stringify(view) + '\\n');
if (cluster.isPrimary) {
  ${setup}
  cluster.fork().once('exit', () => process.exit(0));
} else process.exit(0);
`;
}

function commonJsProgram(any: string): string {
  return `const cluster = require('node:cluster');
const { appendFileSync } = require('node:fs');
const role${any && ': string'} = cluster.isPrimary ? 'primary' : 'worker';
const view${any} = { role, filename: __filename, dirname: __dirname, argv: process.argv[1], more: process.argv.length - 2, main: require.main === module, id: module.filename };
appendFileSync(process.env.SAID${any && '!'}, JSON.stringify(view) + '\\n');
if (cluster.isPrimary) cluster.fork().once('exit', () => process.exit(0));
else process.exit(0);
`;
}

function expectModuleNames(ran: Ran, file: string): void {
  const names = {
    url: pathToFileURL(file).href,
    filename: file,
    dirname: path.dirname(file),
    argv: file,
    more: 0,
    same: true,
  };
  expectSaid(ran);
  expect(ran.said).toEqual([
    { role: 'primary', ...names },
    { role: 'worker', ...names },
  ]);
}

const MODULE = { type: 'module' };
const COMMON = { type: 'commonjs' };
const TYPES = ': any';

describe('a program knows its own name', () => {
  test.each([
    ['program.ts', null, TYPES],
    ['program.ts', MODULE, TYPES],
    ['program.ts', {}, TYPES],
    ['program.mts', null, TYPES],
    ['program.mts', COMMON, TYPES],
    ['program.js', MODULE, ''],
    ['program.js', null, ''],
    ['program.mjs', null, ''],
    ['program.mjs', COMMON, ''],
  ])('as an ES module in %s with package.json %j', async (name, manifest, any) => {
    const files = { [name]: moduleProgram(any) };
    const folder = plant(manifest ? { ...files, 'package.json': JSON.stringify(manifest) } : files);
    const file = path.join(folder, name);
    expectModuleNames(await run(file), file);
  });

  test.each([
    ['program.ts', null, TYPES],
    ['program.ts', COMMON, TYPES],
    ['program.cts', null, TYPES],
    ['program.cts', MODULE, TYPES],
    ['program.js', null, ''],
    ['program.js', COMMON, ''],
    ['program.cjs', MODULE, ''],
  ])('as CommonJS in %s with package.json %j', async (name, manifest, any) => {
    const files = { [name]: commonJsProgram(any) };
    const folder = plant(manifest ? { ...files, 'package.json': JSON.stringify(manifest) } : files);
    const file = path.join(folder, name);
    const ran = await run(file);
    const names = { filename: file, dirname: folder, argv: file, more: 0, main: true, id: file };
    expectSaid(ran);
    expect(ran.said).toEqual([
      { role: 'primary', ...names },
      { role: 'worker', ...names },
    ]);
  });

  test.each([
    ['spaces and letters of all the world', 'mit Leerzeichen/ünïcode/программа 程序'],
    ['characters that mean something in a URL', '100% #1 a%20b?'],
    ['quotation marks', `it's "mine"`],
  ])('in a folder with %s', async (_, within) => {
    for (const [name, any] of [
      ['program.ts', TYPES],
      ['program.mjs', ''],
    ] as const) {
      const file = path.join(plant({ [name]: moduleProgram(any) }, within), name);
      expectModuleNames(await run(file), file);
    }
  });

  test('through a folder that is a link: the name is that of the file itself', async () => {
    const folder = plant({ 'program.ts': moduleProgram(TYPES) });
    const link = path.join(base, 'link');
    symlinkSync(folder, link, 'dir');
    expectModuleNames(await run(path.join(link, 'program.ts')), path.join(folder, 'program.ts'));
  });

  test.each([
    ['program.ts', TYPES],
    ['program.mjs', ''],
  ])('below a hashbang, in %s', async (name, any) => {
    const file = path.join(plant({ [name]: `#!/usr/bin/env node\n${moduleProgram(any)}` }), name);
    chmodSync(file, 0o755);
    expectModuleNames(await run(file), file);
  });

  test.each([
    'import.meta.filename',
    'process.argv[1]',
    'fileURLToPath(import.meta.url)',
    'new URL(import.meta.url).pathname',
  ])('and can name itself as the program of its workers, by %s', async (exec) => {
    for (const [name, any] of [
      ['program.ts', TYPES],
      ['program.mjs', ''],
    ] as const) {
      const file = path.join(plant({ [name]: moduleProgram(any, `cluster.setupPrimary({ exec: ${exec} });`) }), name);
      expectModuleNames(await run(file), file);
    }
  });

  test('and can name itself by __filename', async () => {
    const fork = 'if (cluster.isPrimary) ';
    const source = commonJsProgram(TYPES).replace(fork, `${fork}cluster.setupPrimary({ exec: __filename });\n${fork}`);
    const ran = await run(path.join(plant({ 'program.cts': source }), 'program.cts'));
    expectSaid(ran);
    expect(ran.said.map(({ role }) => role)).toEqual(['primary', 'worker']);
  });
});

/** One process that says what `what` is. */
const says = (what: string, imports = ''): string =>
  `import { appendFileSync } from 'node:fs';\n${imports}\nappendFileSync(process.env.SAID ?? '', JSON.stringify({ what: ${what} }) + '\\n');\n`;
const requires = (what: string, imports = ''): string =>
  `const { appendFileSync } = require('node:fs');\n${imports}\nappendFileSync(process.env.SAID ?? '', JSON.stringify({ what: ${what} }) + '\\n');\n`;

async function expectWhat(files: Files, entry: string, what: unknown): Promise<void> {
  const ran = await run(path.join(plant(files), entry));
  expectSaid(ran);
  expect(ran.said).toEqual([{ what }]);
}

const TYPED = `export interface Named { readonly name: string }\nexport const it: Named = { name: 'typed' };\n`;
const PLAIN = `export const it = { name: 'plain' };\n`;

describe('a program finds its own files', () => {
  test.each<[string, string, Files, string]>([
    ['a .ts', 'a.ts', { 'a.ts': says('it.name', `import { it } from './lib/b.ts';`), 'lib/b.ts': TYPED }, 'typed'],
    ['a .ts called .js', 'a.ts', { 'a.ts': says('it.name', `import { it } from './b.js';`), 'b.ts': TYPED }, 'typed'],
    [
      'a .mts called .mjs',
      'a.mts',
      { 'a.mts': says('it.name', `import { it } from './b.mjs';`), 'b.mts': TYPED },
      'typed',
    ],
    ['a .mjs from .ts', 'a.ts', { 'a.ts': says('it.name', `import { it } from './b.mjs';`), 'b.mjs': PLAIN }, 'plain'],
    [
      'a .mjs from .mjs',
      'a.mjs',
      { 'a.mjs': says('it.name', `import { it } from './b.mjs';`), 'b.mjs': PLAIN },
      'plain',
    ],
    ['a .ts from .mjs', 'a.mjs', { 'a.mjs': says('it.name', `import { it } from './b.ts';`), 'b.ts': TYPED }, 'typed'],
    [
      'one by import()',
      'a.ts',
      { 'a.ts': says('it.name', `const { it } = await import('./b.ts');`), 'b.ts': TYPED },
      'typed',
    ],
    [
      'one in the folder above',
      'in/a.ts',
      { 'in/a.ts': says('it.name', `import { it } from '../b.ts';`), 'b.ts': TYPED },
      'typed',
    ],
    [
      'one that is reached in two ways, once',
      'a.ts',
      {
        'a.ts': says(
          '[b, c, count()].join()',
          `import { b } from './b.ts';\nimport { c } from './c.ts';\nimport { count } from './d.ts';`,
        ),
        'b.ts': `import { count } from './d.ts';\nexport const b: number = count();`,
        'c.ts': `import { count } from './d.ts';\nexport const c: number = count();`,
        'd.ts': `let n = 0;\nexport const count = (): number => ++n;`,
      },
      '1,2,3',
    ],
    [
      'two that need each other',
      'a.ts',
      {
        'a.ts': says('even(10)', `import { even } from './b.ts';`),
        'b.ts': `import { odd } from './c.ts';\nexport const even = (n: number): boolean => n === 0 || odd(n - 1);`,
        'c.ts': `import { even } from './b.ts';\nexport const odd = (n: number): boolean => n !== 0 && even(n - 1);`,
      },
      true as unknown as string,
    ],
    [
      'one of nothing but types',
      'a.ts',
      {
        'a.ts': says('one.name', `import { Named } from './b.ts';\nconst one: Named = { name: 'x' };`),
        'b.ts': `export interface Named { readonly name: string }`,
      },
      'x',
    ],
    [
      'JSON',
      'a.ts',
      {
        'a.ts': says('data.name', `import data from './data.json' with { type: 'json' };`),
        'data.json': '{"name":"json"}',
      },
      'json',
    ],
    [
      'a file of text beside it',
      'a.ts',
      {
        'a.ts': says(
          `readFileSync(new URL('./b.txt', import.meta.url), 'utf8')`,
          `import { readFileSync } from 'node:fs';`,
        ),
        'b.txt': 'text',
      },
      'text',
    ],
    [
      'what it requires',
      'a.cts',
      {
        'a.cts': requires('it.name', `const { it } = require('./b.cjs');`),
        'b.cjs': `exports.it = { name: 'required' };`,
      },
      'required',
    ],
    [
      'TypeScript that it requires',
      'a.cts',
      {
        'a.cts': requires('it.name', `const { it } = require('./b.cts');`),
        'b.cts': `const name: string = 'required';\nexports.it = { name };`,
      },
      'required',
    ],
    [
      'TypeScript behind a require of its own making',
      'a.ts',
      {
        'a.ts': says(
          'it.name',
          `import { createRequire } from 'node:module';\nconst { it } = createRequire(import.meta.url)('./b.cjs');`,
        ),
        'b.cjs': `exports.it = { name: 'required' };`,
      },
      'required',
    ],
    [
      "what its package's imports name",
      'a.ts',
      {
        'package.json': JSON.stringify({ type: 'module', imports: { '#b': './b.mjs' } }),
        'a.ts': says('it.name', `import { it } from '#b';`),
        'b.mjs': PLAIN,
      },
      'plain',
    ],
  ])('%s', (_, entry, files, what) => expectWhat(files, entry, what));
});

describe('a program finds packages', () => {
  const own = (name: string, text: string): Files => ({
    [`node_modules/${name}/package.json`]: JSON.stringify({
      name,
      type: 'module',
      exports: { '.': './i.js', './s': './s.js' },
    }),
    [`node_modules/${name}/i.js`]: `export default '${text}';`,
    [`node_modules/${name}/s.js`]: `export default '${text}, below';`,
  });
  const ownCommon = (name: string, text: string): Files => ({
    [`node_modules/${name}/package.json`]: JSON.stringify({ name, main: 'i.js' }),
    [`node_modules/${name}/i.js`]: `module.exports = '${text}';`,
  });
  const defaultOf = (name: string): string => says('it', `import it from '${name}';`);

  test('that is a link to a store, as pnpm makes them, under the name that it has there', async () => {
    const folder = plant({
      'a.mjs': says(`import.meta.resolve('linked')`, `import 'linked';`),
      'store/linked/package.json': JSON.stringify({ name: 'linked', main: 'i.js' }),
      'store/linked/i.js': '',
      'node_modules/.keep': '',
    });
    symlinkSync(path.join(folder, 'store/linked'), path.join(folder, 'node_modules/linked'), 'dir');
    const ran = await run(path.join(folder, 'a.mjs'));
    expectSaid(ran);
    expect(ran.said).toEqual([{ what: pathToFileURL(path.join(folder, 'store/linked/i.js')).href }]);
  });

  test.each<[string, string, Files, unknown]>([
    ['of its own, from .ts', 'a.ts', { 'a.ts': defaultOf('greeting'), ...own('greeting', 'own') }, 'own'],
    ['of its own, from .mjs', 'a.mjs', { 'a.mjs': defaultOf('greeting'), ...own('greeting', 'own') }, 'own'],
    ['of a scope', 'a.ts', { 'a.ts': defaultOf('@a/b'), ...own('@a/b', 'scoped') }, 'scoped'],
    ['by a path below', 'a.ts', { 'a.ts': defaultOf('greeting/s'), ...own('greeting', 'own') }, 'own, below'],
    [
      'of its own in a folder above',
      'x/y/a.ts',
      { 'x/y/a.ts': defaultOf('greeting'), ...own('greeting', 'own') },
      'own',
    ],
    [
      'of its own, the nearest first',
      'x/a.ts',
      {
        'x/a.ts': defaultOf('greeting'),
        ...own('greeting', 'far'),
        'x/node_modules/greeting/package.json': JSON.stringify({ name: 'greeting', main: 'i.js' }),
        'x/node_modules/greeting/i.js': `module.exports = 'near';`,
      },
      'near',
    ],
    ['of its own before the workbook’s', 'a.ts', { 'a.ts': defaultOf('express'), ...own('express', 'own') }, 'own'],
    ['of the workbook, from .ts', 'a.ts', { 'a.ts': says('typeof it', `import it from 'express';`) }, 'function'],
    ['of the workbook, from .mjs', 'a.mjs', { 'a.mjs': says('typeof it', `import it from 'express';`) }, 'function'],
    [
      'of the workbook and of its own',
      'a.mjs',
      {
        'a.mjs': says('[typeof it, mine]', `import it from 'express';\nimport mine from 'greeting';`),
        ...own('greeting', 'own'),
      },
      ['function', 'own'],
    ],
    [
      'of the workbook, from a file that it imports',
      'a.mjs',
      {
        'a.mjs': says('it', `import { it } from './b.mjs';`),
        'b.mjs': `import e from 'express';\nexport const it = typeof e;`,
      },
      'function',
    ],
    [
      'of its own by require',
      'a.cjs',
      { 'a.cjs': requires(`require('greeting')`), ...ownCommon('greeting', 'own') },
      'own',
    ],
    [
      'of its own by require in .cts',
      'a.cts',
      { 'a.cts': requires(`require('greeting')`), ...ownCommon('greeting', 'own') },
      'own',
    ],
    ['of the workbook by require', 'a.cjs', { 'a.cjs': requires(`typeof require('express')`) }, 'function'],
    ['of the workbook by require in .cts', 'a.cts', { 'a.cts': requires(`typeof require('express')`) }, 'function'],
  ])('%s', (_, entry, files, what) => expectWhat(files, entry, what));
});

describe('a program keeps its own lines', () => {
  /** Types above the line that throws: without a map it would move. */
  const THROWS = `interface Gone {
  readonly one: string;
  readonly two: number;
}

type Also = Gone | null;

function fail(what: Also): never {
  throw new Error('on line 9');
}
`;

  test.each([
    ['program.ts', `${THROWS}fail(null);\n`],
    ['program.cts', `${THROWS}fail(null);\n`],
    ['program.mts', `#!/usr/bin/env node\n${THROWS.replace('line 9', 'line 10')}fail(null);\n`],
  ])('in the stack of what it does not catch, %s', async (name, source) => {
    const file = path.join(plant({ [name]: source }), name);
    const { history } = await run(file);
    const [uncaught] = of(history, 'uncaught');
    const line = /on line (\d+)/.exec(source)?.[1];
    expect(uncaught?.error).toContain(`on line ${line}`);
    expect(uncaught?.stack).toContain(`${file}:${line}:`);
    // and in what the learner reads on standard error
    const printed = of(history, 'output').map(({ text }) => text);
    expect(printed.join('')).toContain(`${file}:${line}`);
  });

  test('in the stack of an error of a file that it imports', async () => {
    const folder = plant({
      'a.ts': says(
        'stack',
        `import { fail } from './b.ts';\nlet stack: unknown = '';\ntry { fail(null); } catch (error) { stack = (error as Error).stack; }`,
      ),
      'b.ts': THROWS.replace('function', 'export function'),
    });
    const ran = await run(path.join(folder, 'a.ts'));
    expectSaid(ran);
    expect(ran.said[0]?.what).toContain(`${path.join(folder, 'b.ts')}:9:`);
    expect(ran.said[0]?.what).toContain(`${path.join(folder, 'a.ts')}:4:`);
  });

  test('in plain JavaScript', async () => {
    const file = path.join(plant({ 'a.mjs': `\n\nthrow new Error('here');\n` }), 'a.mjs');
    const [uncaught] = of((await run(file)).history, 'uncaught');
    expect(uncaught?.stack).toContain(`${pathToFileURL(file).href}:3:7`);
  });
});

describe('a program in TypeScript', () => {
  test('may use what Node alone does not strip, as with tsx', () =>
    expectWhat(
      {
        'a.ts': says(
          '[Colour.Green, Colour[1], new Point(1, 2).x, Names.first]',
          `enum Colour { Red, Green }
           class Point { constructor(readonly x: number, readonly y: number) {} }
           namespace Names { export const first = 'a'; }`,
        ),
      },
      'a.ts',
      [1, 'Green', 1, 'a'],
    ));

  test('as CommonJS may be written with import, as with tsx', () =>
    expectWhat({ 'a.cts': says('sep', `import { sep } from 'node:path';`) }, 'a.cts', path.sep));

  test.each([
    ['program.ts', { 'program.ts': `const fine = 1;\nlet x: number = = 2;\n` }, 'program.ts', 2, 17],
    ['a file that it imports', { 'program.ts': `import './b.ts';\n`, 'b.ts': `\n\n  const x = = 2;\n` }, 'b.ts', 3, 13],
  ])('with a syntax error in %s is told with line and column', async (_, files, wrong, line, column) => {
    const folder = plant(files);
    const opened = await open(path.join(folder, 'program.ts'));
    expect(opened).toMatchObject({ kind: 'syntax', file: path.join(folder, wrong), line, column });
    if (opened.kind !== 'syntax') return;
    expect(opened.message).not.toBe('');
    const [text, carets] = opened.frame.split('\n');
    expect(text).toContain(`${line} │ `);
    expect(carets?.indexOf('^')).toBe((text?.indexOf('│ ') ?? 0) + 1 + column);
  });

  test('that is not there, or is none, is told', async () => {
    const folder = plant({ 'program.py': 'print()' });
    for (const name of ['program.py', 'gone.ts']) {
      const opened = await open(path.join(folder, name));
      expect(opened).toMatchObject({ kind: 'unreadable', file: path.join(folder, name) });
    }
  });
});

describe('what a lesson gives by a name', () => {
  const GIVEN = `export const gift: string = 'given in ' + import.meta.filename;`;
  const say = (gift: string) =>
    `require('node:fs').appendFileSync(process.env.SAID, JSON.stringify({ gift: ${gift} }) + '\\n');`;
  const IMPORTS = `import { createRequire } from 'node:module'; import { gift } from '#gift'; const require = createRequire(import.meta.url); ${say('gift')}`;

  test.each([
    ['program.mjs', IMPORTS],
    ['program.ts', IMPORTS],
    ['program.mts', `const { gift } = await import('#gift'); ${IMPORTS.replace(/import \{ gift \}.*?;/, '')}`],
    ['program.cjs', say(`require('#gift').gift`)],
  ])('is found from %s, wherever that lies', async (name, source) => {
    const folder = plant({ [name]: source, 'elsewhere/gift.ts': GIVEN });
    const gift = path.join(folder, 'elsewhere', 'gift.ts');
    const ran = await run(path.join(folder, name), { '#gift': gift });
    expect(ran.said, JSON.stringify(of(ran.history, 'output'))).toEqual([{ gift: `given in ${gift}` }]);
  });
});
