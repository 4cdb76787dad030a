// The real command line on real programs: what it says in JSON and JUnit, that a saved run is judged the same again, and
// what it makes of bad input. Here and not beside the tests of the verbs, since these checks want the machine for themselves.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { workbookRoot } from '#workbook';
import { plantWorkbook, runCommand, startLine, type CommandOptions, type Ended } from './workbook.ts';

const schema = join(workbookRoot, 'runner/report/check-result.schema.json');
const validate = new Ajv({
  allErrors: true,
  strict: true,
  strictTypes: false,
  strictRequired: false,
  allowUnionTypes: true,
}).compile(JSON.parse(readFileSync(schema, 'utf8')) as object);

let workbook: ReturnType<typeof plantWorkbook>;
let root = '';

beforeAll(() => {
  workbook = plantWorkbook();
  ({ root } = workbook);
});

afterAll(() => workbook.remove());

const run = (words: readonly string[], options?: CommandOptions): Promise<Ended> => runCommand(root, words, options);

interface Result {
  readonly lesson: string;
  readonly file: string;
  readonly verdict: string;
  readonly findings: readonly { readonly id: string; readonly status: string; readonly judged: number }[];
  readonly typeErrors: readonly { readonly line: number; readonly code: string }[] | null;
  readonly error: { readonly what: string; readonly why: string; readonly next: string } | null;
}

/** Standard output is one JSON object that keeps to the schema, on one line. */
function read({ stdout, stderr }: Ended): Result {
  expect(stdout, stderr).toMatch(/^\{.*\}\n$/);
  const value: unknown = JSON.parse(stdout);
  validate(value);
  expect((validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`)).toEqual([]);
  return value as Result;
}

function specimen(name: string): string {
  return join(workbookRoot, 'test/specimens', name);
}

function put(name: string, text: string): string {
  const file = join(root, name);
  writeFileSync(file, text);
  return file;
}

/** What a finding says, without how long it took. */
const decided = ({ findings }: Result) => findings.map(({ id, status, judged }) => ({ id, status, judged }));

const SOLUTION = ['check', '1', '--solution', '--no-type-check'];

describe('a check of lesson 3 in JSON', () => {
  test('is one object that keeps to its schema; its run is judged the same again, and kept where that is asked', async () => {
    const file = specimen('03-ipc-counters/wrong/first-workers-only.ts');
    const ended = await run(['check', '3', '--file', file, '--json', '--keep', '--junit', 'report.xml']);
    expect(ended.code, ended.stderr).toBe(1);
    const result = read(ended);
    expect(result).toMatchObject({ lesson: '03-ipc-counters', file, verdict: 'failed', error: null });
    expect(result.findings.find(({ id }) => id === '3.4')).toMatchObject({
      status: 'broken',
      cause: expect.stringMatching(/listener/),
      read: expect.stringMatching(/^docs\/03-ipc-counters\.md#/),
    });
    expect(result.findings.filter(({ judged }) => judged > 0).length).toBeGreaterThan(5);

    const junit = readFileSync(join(root, 'report.xml'), 'utf8');
    expect(junit).toMatch(/^<\?xml /);
    expect(junit.match(/<testcase /g)).toHaveLength(result.findings.length);
    expect(junit.match(/<failure /g)).toHaveLength(result.findings.filter(({ status }) => status === 'broken').length);

    const kept = readdirSync(join(root, '.workbook/runs/03')).filter((name) => name !== 'latest');
    expect(kept).toHaveLength(1);
    for (const saved of ['latest', ...kept]) {
      const again = await run(['check', '3', '--replay', saved, '--json']);
      expect(again.code, again.stderr).toBe(1);
      expect(read(again)).toMatchObject({ file, verdict: 'failed', findings: result.findings });
    }
    const other = await run(['check', '2', '--replay', join(root, '.workbook/runs/03/latest')]);
    expect(other).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('is a run of lesson 03') });
  });

  test('of the right program says so, and tells type errors beside it, which decide nothing', async () => {
    const solution = readFileSync(join(root, 'solutions/03-ipc-counters.ts'), 'utf8');
    const lines = solution.trimEnd().split('\n').length;
    const file = put('typed.ts', `${solution.trimEnd()}\nexport const wrong: number = 'text';\n`);
    const check = () => run(['check', '3', '--file', file, '--json']);
    let ended = await check();
    // a machine that was too busy to tell is asked again, as a learner would
    for (let tries = 1; read(ended).verdict === 'inconclusive' && tries < 3; tries += 1) ended = await check();
    const result = read(ended);
    expect(result, ended.stdout).toMatchObject({ file: 'typed.ts', verdict: 'passed', error: null });
    expect(ended.code).toBe(0);
    expect(result.findings.map(({ status }) => status)).toEqual(result.findings.map(() => 'holds'));
    // null: the compiler did not answer in time, which is allowed
    if (result.typeErrors !== null) expect(result.typeErrors).toMatchObject([{ line: lines + 1, code: 'TS2322' }]);
  });
});

test.each(['two cores', 'five cores, two cores'])(
  'a right program is judged on what was asked for, %s, and not passed by it',
  async (names) => {
    const ended = await run(['check', '1', '--solution', '--json', '--scenario', names]);
    const { verdict, findings } = read(ended);
    expect({ verdict, code: ended.code }).toEqual({ verdict: 'inconclusive', code: 2 });
    expect(findings.map(({ id }) => id)).toContain('1.1');
    // each is judged, and none broken; on a busy machine one may be open
    expect(findings.filter(({ status }) => status === 'holds').length).toBeGreaterThan(findings.length / 2);
    expect(findings.filter(({ status }) => status === 'broken')).toEqual([]);
  },
);

describe('bad input', () => {
  test.each([
    ['a lesson that there is not', ['check', '77', '--json'], 'npm run'],
    ['a word that is no lesson', ['check', 'conters', '--json'], 'npm run'],
    ['a file that there is not', ['check', '3', '--file', 'gone.ts', '--json'], 'gone.ts'],
    ['a file that is no program', ['check', '3', '--file', 'package.json', '--json'], 'give a file'],
    ['a flag that there is not', ['check', '3', '--jsn'], '--help'],
    ['a range of ports that is none', ['check', '3', '--port-range', '9000'], '--help'],
    ['a range of ports that ends before it begins', ['check', '3', '--port-range', '9000-8000'], '--help'],
    ['a range of ports of the system', ['check', '3', '--port-range', '80-90'], '--help'],
    ['a report in a folder that there is not', ['check', '3', '--junit', 'no/such/report.xml'], 'mkdir'],
    ['two programs at once', ['check', '3', '--solution', '--file', 'x.ts'], 'give one of them'],
  ])('%s is told with the next command, and code 64', async (_, words, next) => {
    const ended = await run(words);
    expect(ended).toMatchObject({ code: 64, stdout: '' });
    const last = ended.stderr.split('\n').findLast((line) => line.startsWith('  next  '));
    expect(last, ended.stderr).toBeDefined();
    expect(ended.stderr).toContain(next);
  });

  test('flags that npm kept, since `--` was missing, are told with the right command, and code 64', async () => {
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    const env = { npm_config_update_notifier: 'false' };
    const ended = await startLine(root, [npm, 'run', '--silent', 'check', '3', '--solution'], { env }).ended;
    expect(ended).toMatchObject({ code: 64, stdout: '' });
    expect(ended.stderr).toContain('npm run check 3 -- --solution');
  });

  test('a syntax error is told with line and column, and code 2', async () => {
    put('syntax.ts', `import cluster from 'node:cluster';\nconst workers: number = = 3;\n`);
    const ended = await run(['check', '1', '--file', 'syntax.ts', '--json']);
    expect(ended.code).toBe(2);
    const { verdict, findings, error } = read(ended);
    expect({ verdict, findings }).toEqual({ verdict: 'inconclusive', findings: [] });
    expect(error?.what).toContain('syntax.ts');
    expect(error?.why).toContain('line 2, column 25');
    expect(error?.next).not.toBe('');
    const shown = await run(['check', '1', '--file', 'syntax.ts']);
    expect(shown).toMatchObject({ code: 2, stdout: expect.stringContaining('line 2, column 25') });
  });

  test('a syntax error in plain JavaScript is told with its line too', async () => {
    put('syntax.mjs', `import cluster from 'node:cluster';\nconst workers = = 3;\n`);
    const ended = await run(['check', '1', '--file', 'syntax.mjs', '--json']);
    expect(ended.code).not.toBe(0);
    read(ended);
    expect(ended.stdout).toMatch(/line 2|syntax\.mjs:2/);
  });

  test('a range of ports of which none is free is told with who holds it, and code 2', async () => {
    const server = createServer().listen(0);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      const ended = await run(['check', '2', '--solution', '--json', '--port-range', `${port}-${port}`]);
      expect(ended.code).toBe(2);
      const { error } = read(ended);
      expect(error?.what).toContain(String(port));
      expect(error?.why).toContain(String(process.pid));
      expect(error?.next).not.toBe('');
    } finally {
      server.close();
    }
  });
});

describe('two checks at the same time', () => {
  test('of two lessons stand side by side, with nothing shared', async () => {
    const [right, wrong] = await Promise.all([
      run(['check', '1', '--solution', '--json']),
      run(['check', '2', '--file', specimen('02-load-balancing/wrong/no-policy.ts'), '--json']),
    ]);
    expect(read(right).verdict, right.stdout).toMatch(/^(passed|inconclusive)$/);
    expect(read(wrong).verdict, wrong.stdout).toBe('failed');
  });

  test('of one lesson leave one whole run', async () => {
    const both = await Promise.all([run([...SOLUTION, '--json']), run([...SOLUTION, '--json'])]);
    for (const each of both) expect(read(each).verdict, each.stdout).toMatch(/^(passed|inconclusive)$/);
    const again = await run(['check', '1', '--replay', 'latest', '--json']);
    expect(both.map((each) => decided(read(each)))).toContainEqual(decided(read(again)));
  });
});

test('what these checks put down for their own use is gone', () => {
  expect(readdirSync(join(root, '.workbook', 'tmp'))).toEqual([]);
});

describe('a `.workbook` that', () => {
  let own: ReturnType<typeof plantWorkbook>;
  beforeAll(() => {
    own = plantWorkbook();
  });
  afterAll(() => own.remove());
  afterEach(() => {
    chmodSync(own.root, 0o755);
    rmSync(join(own.root, '.workbook'), { recursive: true, force: true });
  });

  /** The verdict was told: what went wrong beside it did not change it. */
  function expectJudged(ended: Ended): void {
    expect(read(ended).verdict, ended.stdout).toBe('passed');
    expect(ended.code).toBe(0);
  }

  function expectObstacle(ended: Ended): void {
    expect(ended.code, ended.stdout + ended.stderr).toBe(2);
    const { verdict, error } = read(ended);
    expect(verdict).toBe('inconclusive');
    expect(error?.next).toMatch(/writable|room/);
    expect(ended.stderr).not.toContain('    at ');
  }

  test('is a file is told, with code 2', async () => {
    writeFileSync(join(own.root, '.workbook'), 'mine');
    expectObstacle(await runCommand(own.root, [...SOLUTION, '--json']));
    expect(readFileSync(join(own.root, '.workbook'), 'utf8')).toBe('mine');
  });

  // Nothing is unwritable to root: there, somebody else runs the check.
  test('cannot be written is told, with code 2', async () => {
    const nobody =
      process.getuid?.() === 0 ? ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'] : [];
    chmodSync(own.root, 0o555);
    expectObstacle(await runCommand(own.root, [...SOLUTION, '--json'], { through: nobody }));
    expect(existsSync(join(own.root, '.workbook'))).toBe(false);
  });

  // A disk of its own in a space of mounts of its own: nothing of it is seen outside, and it goes with the command.
  test.skipIf(process.platform !== 'linux')('lies on a full disk is told, with code 2', async () => {
    mkdirSync(join(own.root, '.workbook'));
    const script = 'mount -t tmpfs -o size=16k none "$0" && head -c 16384 /dev/zero > "$0/full"; exec "$@"';
    const through = ['unshare', '--map-root-user', '--mount', 'sh', '-c', script, join(own.root, '.workbook')];
    expectObstacle(await runCommand(own.root, [...SOLUTION, '--json'], { through }));
    expect(readdirSync(join(own.root, '.workbook'))).toEqual([]);
  });

  test('is corrupt throughout does not keep anybody from being judged', async () => {
    expectJudged(await runCommand(own.root, [...SOLUTION, '--json']));
    const spoilt = spoil(join(own.root, '.workbook'));
    expect(spoilt).toBeGreaterThan(0);
    expectJudged(await runCommand(own.root, [...SOLUTION, '--json']));
    expect((await runCommand(own.root, ['progress'])).code).toBe(0);
  });

  test('has a folder in place of its progress, and a file in place of its runs, loses no verdict', async () => {
    mkdirSync(join(own.root, '.workbook/progress'), { recursive: true });
    writeFileSync(join(own.root, '.workbook/runs'), 'mine');
    const ended = await runCommand(own.root, [...SOLUTION, '--json']);
    expectJudged(ended);
    expect(ended.stderr).toContain('The run could not be saved');
    expect(readFileSync(join(own.root, '.workbook/runs'), 'utf8')).toBe('mine');
  });
});

/** Overwrites every file below; gives how many there were. */
function spoil(folder: string): number {
  let count = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    writeFileSync(join(entry.parentPath, entry.name), '\u0000{not what it was');
    count += 1;
  }
  return count;
}
