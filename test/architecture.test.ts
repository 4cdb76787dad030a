// The arrows between the folders hold in this tree, and every rule of .dependency-cruiser.cjs bites: each is broken on
// purpose in a small tree of its own, which must give that violation and no other.
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cruise, type ICruiseOptions, type ICruiseResult } from 'dependency-cruiser';
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROOT = path.join(import.meta.dirname, '..');
const FOLDERS = ['runner', 'lessons', 'solutions', 'test'];
const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
  imports: Record<string, string>;
};

/** Where there is something to look at; a rule about an empty folder would hold for nothing. */
const PLACES = ['cli', 'workbook', 'harness', 'harness/probe', 'checker', 'report', 'reader', 'live']
  .map((folder) => `runner/${folder}`)
  .concat('lessons', 'solutions', 'test');

/** What a lesson of this tree gives to its programs; a small tree has it under the same name. */
const GIVEN = manifest.imports['#app']!.slice(2);

type Files = Readonly<Record<string, string>>;

/** The workbook in small: every kind of file that has rules of its own, and only arrows that may be. */
const SOUND: Files = {
  'package.json': JSON.stringify({
    type: 'module',
    // Nobody imports the command line, and if it had a name of its own, still nobody would.
    imports: { ...manifest.imports, '#cli': './runner/cli/verb.ts' },
    dependencies: { shipped: '1.0.0' },
    devDependencies: { tool: '1.0.0' },
  }),
  ...installed('shipped'),
  ...installed('tool'),
  ...installed('stowaway'),
  'lessons/01-first/lesson.ts': lines(
    `import type { LessonData } from '#workbook';`,
    'export default {} satisfies LessonData;',
  ),
  'lessons/01-first/check.ts': lines(
    `import { judge } from '#checker';`,
    `import { run } from '#harness';`,
    `import { data } from './data.ts';`,
    'export default [judge, run, data];',
  ),
  'lessons/01-first/predictions.ts': lines(
    `import { run } from '#harness';`,
    `import { of } from '#history';`,
    `import type { LessonData } from '#workbook';`,
    'export const experiments: LessonData = { run, of };',
  ),
  'lessons/01-first/predictions/program.ts': lines(`import cluster from 'node:cluster';`, 'cluster.fork();'),
  'lessons/01-first/data.ts': lines(
    `import { judge } from '#checker';`,
    `import { of } from '#history';`,
    'export const data = [judge, of];',
  ),
  'lessons/01-first/starter.ts': lines(`import cluster from 'node:cluster';`, 'cluster.fork();'),
  'lessons/01-first/exercise.ts': lines(
    `import cluster from 'node:cluster';`,
    `import shipped from 'shipped';`,
    'shipped(cluster);',
  ),
  [GIVEN]: lines(`import shipped from 'shipped';`, 'export const app = shipped();'),
  'solutions/08-given.ts': lines(`import { app } from '#app';`, 'app();'),
  'solutions/01-first.ts': lines(`import cluster from 'node:cluster';`, 'cluster.fork();'),
  'runner/cli/main.ts': lines(
    `import * as harness from '#harness';`,
    `import { read } from '#reader';`,
    `import { report } from '#report';`,
    `import { lessons } from '../workbook/index.ts';`,
    'read(report, lessons, harness);',
  ),
  'runner/workbook/index.ts': lines(
    `export type { LessonData } from './lesson.ts';`,
    `export { lessons } from './lessons.ts';`,
  ),
  'runner/workbook/lesson.ts': 'export interface LessonData { title: string }',
  'runner/workbook/lessons.ts': lines(
    `import type { Verdict } from '#checker';`,
    'export const lessons: Verdict[] = [];',
  ),
  'runner/harness/index.ts': `export { run } from './run.ts';`,
  'runner/harness/run.ts': lines(
    `import { spawn } from 'node:child_process';`,
    `import type { History } from './history.ts';`,
    `import type { Report } from './probe/messages.ts';`,
    `export const run = (history: History, report: Report) => spawn('node', [history, report]);`,
  ),
  'runner/harness/history.ts': lines(
    'export type History = string;',
    'export const of = (history: History) => history;',
  ),
  'runner/harness/guard-process.ts': lines(
    `import process from 'node:process';`,
    `import './run.ts';`,
    'process.stdin.resume();',
  ),
  'runner/harness/probe/probe.ts': lines(
    `import net from 'node:net';`,
    `import { report } from './messages.ts';`,
    'report(net);',
  ),
  'runner/harness/probe/messages.ts': lines(
    'export type Report = string;',
    'export const report = (what: unknown): Report => String(what);',
  ),
  'runner/checker/index.ts': `export { judge, type Verdict } from './judge.ts';`,
  'runner/checker/judge.ts': lines(
    `import { of, type History } from '#history';`,
    'export type Verdict = string;',
    'export const judge = (history: History): Verdict => of(history);',
  ),
  'runner/report/index.ts': lines(
    `import type { Verdict } from '#checker';`,
    `import { of } from '#history';`,
    `export type { Verdict } from '#checker';`,
    'export const report = (verdict: Verdict) => of(verdict);',
  ),
  'runner/reader/index.ts': lines(`import shipped from 'shipped';`, 'export const read = shipped;'),
  'test/checker/judge.test.ts': lines(
    `import { judge } from '../../runner/checker/index.ts';`,
    `import tool from 'tool';`,
    'tool(judge);',
  ),
};

interface Breach {
  readonly rule: string;
  readonly by: string;
  readonly files: Files;
  /** Importer and imported; one name alone where the rule is about a module. */
  readonly seen: string;
}

const BREACHES: readonly Breach[] = [
  {
    rule: 'cli-is-on-top',
    by: 'a workbook that imports a verb',
    files: {
      'runner/cli/verb.ts': 'export type Verb = string;',
      'runner/workbook/lessons.ts': lines(`import type { Verb } from '#cli';`, 'export const lessons: Verb[] = [];'),
    },
    seen: 'runner/workbook/lessons.ts → runner/cli/verb.ts',
  },
  {
    rule: 'checks-use-two-doors',
    by: 'a check that reads a file',
    files: check(`import { readFileSync } from 'node:fs';`),
    seen: 'lessons/01-first/check.ts → fs',
  },
  {
    rule: 'checks-use-two-doors',
    by: 'a check that uses a package',
    files: check(`import shipped from 'shipped';`),
    seen: 'lessons/01-first/check.ts → node_modules/shipped/index.js',
  },
  {
    rule: 'checks-use-two-doors',
    by: 'a check that prints for itself',
    files: check(`import { report } from '#report';`),
    seen: 'lessons/01-first/check.ts → runner/report/index.ts',
  },
  {
    rule: 'checks-use-two-doors',
    by: "a check that borrows from another lesson's",
    files: {
      ...check(`import { data } from '../02-second/data.ts';`),
      'lessons/02-second/data.ts': 'export const data = 2;',
    },
    seen: 'lessons/01-first/check.ts → lessons/02-second/data.ts',
  },
  {
    rule: 'own-properties-are-pure',
    by: 'a property of a lesson that looks at the clock of the machine',
    files: also('lessons/01-first/data.ts', `import os from 'node:os';`),
    seen: 'lessons/01-first/data.ts → os',
  },
  {
    rule: 'own-properties-are-pure',
    by: 'a property of a lesson that runs something',
    files: also('lessons/01-first/data.ts', `import { run } from '#harness';`),
    seen: 'lessons/01-first/data.ts → runner/harness/index.ts',
  },
  {
    rule: 'experiments-run-and-read',
    by: 'an experiment that judges',
    files: also('lessons/01-first/predictions.ts', `import { judge } from '#checker';`),
    seen: 'lessons/01-first/predictions.ts → runner/checker/index.ts',
  },
  {
    rule: 'programs-stand-alone',
    by: 'the program of a prediction that imports the harness',
    files: also('lessons/01-first/predictions/program.ts', `import { run } from '#harness';`),
    seen: 'lessons/01-first/predictions/program.ts → runner/harness/index.ts',
  },
  {
    rule: 'lesson-data-knows-workbook-only',
    by: 'lesson data that computes with a package',
    files: lesson(`import shipped from 'shipped';`),
    seen: 'lessons/01-first/lesson.ts → node_modules/shipped/index.js',
  },
  {
    rule: 'lesson-data-knows-workbook-only',
    by: 'lesson data that borrows a type of the harness',
    files: lesson(`import type { History } from '#history';`),
    seen: 'lessons/01-first/lesson.ts → runner/harness/history.ts',
  },
  {
    rule: 'lesson-data-runs-nothing',
    by: 'lesson data that loads the workbook',
    files: lesson(`import { lessons } from '#workbook';`),
    seen: 'lessons/01-first/lesson.ts → runner/workbook/index.ts',
  },
  {
    rule: 'programs-stand-alone',
    by: 'a starter that imports a file beside it',
    files: { 'lessons/01-first/starter.ts': lines(`import { data } from './data.ts';`, 'export { data };') },
    seen: 'lessons/01-first/starter.ts → lessons/01-first/data.ts',
  },
  {
    rule: 'programs-stand-alone',
    by: 'an exercise that imports the harness',
    files: { 'lessons/01-first/exercise.ts': lines(`import { run } from '#harness';`, 'export { run };') },
    seen: 'lessons/01-first/exercise.ts → runner/harness/index.ts',
  },
  {
    rule: 'programs-stand-alone',
    by: 'a solution that imports the checker',
    files: { 'solutions/01-first.ts': lines(`import { judge } from '#checker';`, 'export { judge };') },
    seen: 'solutions/01-first.ts → runner/checker/index.ts',
  },
  {
    rule: 'programs-stand-alone',
    by: 'something given that imports the checker',
    files: also(GIVEN, `import '#checker';`),
    seen: `${GIVEN} → runner/checker/index.ts`,
  },
  {
    rule: 'what-is-given-has-a-name',
    by: 'a solution that imports what is given by its path',
    files: { 'solutions/08-given.ts': lines(`import { app } from '../${GIVEN}';`, 'app();') },
    seen: `solutions/08-given.ts → ${GIVEN}`,
  },
  {
    rule: 'programs-are-run-not-imported',
    by: 'a check that imports the exercise',
    files: check(`import './exercise.ts';`),
    seen: 'lessons/01-first/check.ts → lessons/01-first/exercise.ts',
  },
  {
    rule: 'lessons-are-found-not-named',
    by: 'a command line that imports a lesson by name',
    files: {
      'runner/cli/verb.ts': lines(`import check from '../../lessons/01-first/check.ts';`, 'export default check;'),
    },
    seen: 'runner/cli/verb.ts → lessons/01-first/check.ts',
  },
  {
    rule: 'tests-are-not-imported',
    by: 'a runner that uses a test',
    files: {
      'runner/reader/index.ts': `export { read } from '../../test/read.ts';`,
      'test/read.ts': 'export const read = 1;',
    },
    seen: 'runner/reader/index.ts → test/read.ts',
  },
  {
    rule: 'history-is-plain',
    by: 'a history that reads a clock',
    files: {
      'runner/harness/history.ts': lines(
        `import { performance } from 'node:perf_hooks';`,
        'export const of = performance.now;',
      ),
    },
    seen: 'runner/harness/history.ts → perf_hooks',
  },
  {
    rule: 'checker-is-pure',
    by: 'a checker that reads a file',
    files: checker(`import { readFileSync } from 'node:fs';`),
    seen: 'runner/checker/judge.ts → fs',
  },
  {
    rule: 'checker-is-pure',
    by: 'a checker that reaches a builtin by the back door',
    files: checker(`const fs = process.getBuiltinModule('node:fs');`),
    seen: 'runner/checker/judge.ts → fs',
  },
  {
    rule: 'checker-is-pure',
    by: 'a checker that uses a package',
    files: checker(`import shipped from 'shipped';`),
    seen: 'runner/checker/judge.ts → node_modules/shipped/index.js',
  },
  {
    rule: 'checker-is-pure',
    by: 'a checker that runs programs',
    files: checker(`const { run } = await import('#harness');`),
    seen: 'runner/checker/judge.ts → runner/harness/index.ts',
  },
  {
    rule: 'checker-is-pure',
    by: 'a checker that knows a type of the reader',
    files: checker(`import type { read } from '#reader';`),
    seen: 'runner/checker/judge.ts → runner/reader/index.ts',
  },
  ...['#report', '#workbook', '#reader'].map((door): Breach => ({
    rule: 'harness-does-not-judge',
    by: `a harness that imports ${door}`,
    files: harness(`import * as other from '${door}';`),
    seen: `runner/harness/run.ts → runner/${door.slice(1)}/index.ts`,
  })),
  {
    rule: 'harness-does-not-judge',
    by: 'a harness that knows a type of the checker',
    files: harness(`import type { Verdict } from '#checker';`),
    seen: 'runner/harness/run.ts → runner/checker/index.ts',
  },
  {
    rule: 'probe-travels-light',
    by: 'a probe that uses a package',
    files: probe(`import shipped from 'shipped';`),
    seen: 'runner/harness/probe/probe.ts → node_modules/shipped/index.js',
  },
  {
    rule: 'probe-travels-light',
    by: 'a probe that uses the harness',
    files: probe(`import type { run } from '../run.ts';`),
    seen: 'runner/harness/probe/probe.ts → runner/harness/run.ts',
  },
  {
    rule: 'probe-takes-types-alone',
    by: 'a probe that reads histories',
    files: probe(`import { of } from '../history.ts'; of;`),
    seen: 'runner/harness/probe/probe.ts → runner/harness/history.ts',
  },
  {
    rule: 'probe-is-preloaded-not-imported',
    by: 'a harness that loads the probe into itself',
    files: harness(`import './probe/probe.ts';`),
    seen: 'runner/harness/run.ts → runner/harness/probe/probe.ts',
  },
  {
    rule: 'views-read-history-only',
    by: 'a report that runs programs',
    files: { 'runner/report/index.ts': lines(`import { run } from '#harness';`, 'export const report = run;') },
    seen: 'runner/report/index.ts → runner/harness/index.ts',
  },
  {
    rule: 'views-read-history-only',
    by: 'a live page that runs programs',
    files: {
      'runner/live/index.ts': lines(`import type { run } from '#harness';`, 'export type Live = typeof run;'),
      'runner/cli/verb.ts': `export type { Live } from '../live/index.ts';`,
    },
    seen: 'runner/live/index.ts → runner/harness/index.ts',
  },
  {
    rule: 'views-do-not-judge',
    by: 'a report that judges, beside a type that it may know',
    files: {
      'runner/report/index.ts': lines(
        `import type { Verdict } from '#checker';`,
        `import { judge } from '#checker';`,
        `export const report: Verdict = judge('');`,
      ),
    },
    seen: 'runner/report/index.ts → runner/checker/index.ts',
  },
  {
    rule: 'texts-do-not-run-programs',
    by: 'a workbook that judges',
    files: {
      'runner/workbook/lessons.ts': lines(`import { judge } from '#checker';`, 'export const lessons = judge;'),
    },
    seen: 'runner/workbook/lessons.ts → runner/checker/index.ts',
  },
  {
    rule: 'texts-do-not-run-programs',
    by: 'a reader that loads the harness when it is asked to',
    files: { 'runner/reader/index.ts': `export const read = () => import('#harness');` },
    seen: 'runner/reader/index.ts → runner/harness/index.ts',
  },
  {
    rule: 'folders-meet-at-their-doors',
    by: 'a report that reaches into the checker',
    files: {
      'runner/report/index.ts': lines(
        `import type { Verdict } from '../checker/judge.ts';`,
        `export const report: Verdict = '';`,
      ),
    },
    seen: 'runner/report/index.ts → runner/checker/judge.ts',
  },
  {
    rule: 'folders-meet-at-their-doors',
    by: "a check that goes by the harness's path",
    files: check(`import { run as same } from '../../runner/harness/index.ts';`),
    seen: 'lessons/01-first/check.ts → runner/harness/index.ts',
  },
  {
    rule: 'no-cycle',
    by: 'two modules that need each other',
    files: {
      'lessons/01-first/data.ts': lines(`export { twice as data } from './more.ts';`, 'export const once = 1;'),
      'lessons/01-first/more.ts': lines(`import { once } from './data.ts';`, 'export const twice = 2 * once;'),
    },
    seen: 'lessons/01-first/data.ts → lessons/01-first/more.ts',
  },
  {
    rule: 'no-orphan',
    by: 'a file that was forgotten',
    files: { 'test/checker/sample.ts': 'export const sample = 1;' },
    seen: 'test/checker/sample.ts',
  },
  {
    rule: 'no-dead-module',
    by: 'a module that only a test uses',
    files: {
      'runner/checker/unused.ts': lines(
        `import type { Verdict } from './judge.ts';`,
        `export const unused: Verdict = '';`,
      ),
      'test/checker/unused.test.ts': lines(
        `import { unused } from '../../runner/checker/unused.ts';`,
        'export { unused };',
      ),
    },
    seen: 'runner/checker/unused.ts',
  },
  {
    rule: 'no-unresolved',
    by: 'an import of a file that is not there',
    files: { 'runner/cli/verb.ts': `import './gone.ts';` },
    seen: 'runner/cli/verb.ts → ./gone.ts',
  },
  {
    rule: 'no-undeclared-package',
    by: 'a package that came with another one',
    files: { 'runner/cli/verb.ts': lines(`import stowaway from 'stowaway';`, 'stowaway();') },
    seen: 'runner/cli/verb.ts → node_modules/stowaway/index.js',
  },
  {
    rule: 'no-dev-package-at-run-time',
    by: 'a command that needs a tool of the developers',
    files: { 'runner/cli/verb.ts': `await import('tool');` },
    seen: 'runner/cli/verb.ts → node_modules/tool/index.js',
  },
];

let rules: ICruiseOptions;
let scratch: string;

beforeAll(async () => {
  rules = await extractOptions(path.join(ROOT, '.dependency-cruiser.cjs'));
  scratch = realpathSync(mkdtempSync(path.join(tmpdir(), 'arrows-')));
});

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('this tree', () => {
  test('breaks no rule, and all of it was looked at', async () => {
    const { modules, summary } = await look(ROOT);
    expect(violations(summary)).toEqual([]);
    const missed = PLACES.filter((place) => !modules.some(({ source }) => source.startsWith(`${place}/`)));
    expect(missed).toEqual([]);
    const named = modules.flatMap(({ dependencies }) => dependencies).filter(({ module }) => module.startsWith('#'));
    expect(named.length).toBeGreaterThan(0);
  });
});

describe('a small tree', () => {
  test('that keeps the rules breaks none', async () => {
    const { modules, summary } = await look(plant(SOUND));
    expect(violations(summary)).toEqual([]);
    const sources = new Set(modules.map(({ source }) => source));
    for (const file of Object.keys(SOUND).filter((name) => name.endsWith('.ts'))) expect(sources).toContain(file);
  });

  test.each(BREACHES.map((breach) => [breach.rule, breach.by, breach] as const))(
    '%s is broken by %s',
    async (rule, _, { files, seen }) => {
      const { summary } = await look(plant({ ...SOUND, ...files }));
      expect(violations(summary)).toEqual([`${rule}: ${seen}`]);
    },
  );

  test('has been broken on purpose for every rule that there is', () => {
    const known = (rules.ruleSet?.forbidden ?? []).map(({ name }) => name);
    expect(known.length).toBeGreaterThan(0);
    expect([...new Set(BREACHES.map(({ rule }) => rule))].toSorted()).toEqual(known.toSorted());
  });
});

async function look(folder: string): Promise<ICruiseResult> {
  const { output } = await cruise(FOLDERS, { ...rules, baseDir: folder, outputType: 'json' });
  return JSON.parse(output as string) as ICruiseResult;
}

function violations(summary: ICruiseResult['summary']): string[] {
  return summary.violations.map(({ rule, from, to }) =>
    to === from ? `${rule.name}: ${from}` : `${rule.name}: ${from} → ${to}`,
  );
}

function plant(files: Files): string {
  const folder = mkdtempSync(path.join(scratch, 'tree-'));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  return folder;
}

function lines(...of: readonly string[]): string {
  return of.join('\n');
}

function installed(name: string): Files {
  return {
    [`node_modules/${name}/package.json`]: JSON.stringify({ name, version: '1.0.0', main: 'index.js' }),
    [`node_modules/${name}/index.js`]: 'module.exports = () => {};',
  };
}

/** The sound tree's file with one line more at its beginning. */
function also(file: string, line: string): Files {
  return { [file]: lines(line, SOUND[file]!) };
}

function check(line: string): Files {
  return also('lessons/01-first/check.ts', line);
}

function lesson(line: string): Files {
  return also('lessons/01-first/lesson.ts', line);
}

function checker(line: string): Files {
  return also('runner/checker/judge.ts', line);
}

function harness(line: string): Files {
  return also('runner/harness/run.ts', line);
}

function probe(line: string): Files {
  return also('runner/harness/probe/probe.ts', line);
}
