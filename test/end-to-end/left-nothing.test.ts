// Nothing is left: whatever the program does, and however the checker itself ends, no process of the program lives on and
// its port is free. The real command line, as a process, on real programs.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { portFree } from '../../runner/harness/port.ts';
import { isDead, listProcesses } from '../../runner/harness/processes.ts';
import { until } from '../harness/until.ts';
import { plantWorkbook, startCommand, type Command, type Ended } from './workbook.ts';

let workbook: ReturnType<typeof plantWorkbook>;

beforeAll(() => {
  workbook = plantWorkbook();
  mkdirSync(join(workbook.root, 'programs'));
});

afterAll(() => workbook.remove());

/** Each process of the program writes `pid port` to a file, before it does anything else. */
const SIGNS = `
import cluster from 'node:cluster';
import http from 'node:http';
import { spawn, fork as forkChild } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { availableParallelism, constants } from 'node:os';
appendFileSync(process.env.WITNESS, process.pid + ' ' + process.env.PORT + '\\n');
const cores = availableParallelism();
const forkAll = () => { for (let n = 0; n < cores; n++) cluster.fork(); };
const serve = (port = process.env.PORT) =>
  http.createServer((request, response) => response.end('Hello from worker ' + process.pid + '\\n')).listen(port);
`;

interface Check extends Command {
  /** The folder of its workbook. */
  readonly root: string;
  /** What the program's processes wrote so far: pids and ports. */
  signs(): readonly { readonly pid: number; readonly port: number }[];
  /** Pids that its daemons wrote to files of their own. */
  daemons(): readonly number[];
}

function startCheck(lesson: number, name: string, source: string, ...flags: string[]): Check {
  return startCheckIn(workbook.root, lesson, name, source, ...flags);
}

function startCheckIn(root: string, lesson: number, name: string, source: string, ...flags: string[]): Check {
  mkdirSync(join(root, 'programs'), { recursive: true });
  const folder = mkdtempSync(join(root, 'programs', `${name.replaceAll(/\W+/g, '-')}-`));
  const file = join(folder, 'program.mjs');
  const witness = join(folder, 'signs');
  writeFileSync(file, SIGNS + source);
  writeFileSync(witness, '');
  const words = ['check', String(lesson), '--file', file, '--no-type-check', ...flags];
  const command = startCommand(root, words, { env: { WITNESS: witness } });
  return {
    ...command,
    root,
    signs: () =>
      readFileSync(witness, 'utf8')
        .split('\n')
        .slice(0, -1)
        .map((line) => ({ pid: Number(line.split(' ')[0]), port: Number(line.split(' ')[1]) })),
    daemons: () =>
      readdirSync(folder)
        .filter((each) => each.startsWith('daemon-'))
        .map((each) => Number(readFileSync(join(folder, each), 'utf8'))),
  };
}

async function portsFree(check: Check): Promise<boolean> {
  const ports = new Set(check.signs().map(({ port }) => port));
  const free = await Promise.all([...ports].map(portFree));
  return ports.size > 0 && free.every(Boolean);
}

/** As things are at the very moment at which the command has ended. */
async function expectNothingLeft(check: Check): Promise<void> {
  expect(check.signs().length).toBeGreaterThan(0);
  expect(await check.program()).toEqual([]);
  const daemons = check.daemons();
  expect((await listProcesses()).filter((each) => daemons.includes(each.pid) && !isDead(each))).toEqual([]);
  expect(await portsFree(check)).toBe(true);
  // What the check put there for its own use has gone too; its guard process is the last to go.
  await until(async () => (await check.everything()).length === 0);
  expect(readdirSync(join(check.root, '.workbook', 'tmp'))).toEqual([]);
}

/** The workers never listen, so that the check waits for them when it is interrupted. */
const STAYS = `if (cluster.isPrimary) forkAll(); else setInterval(() => {}, 1000);`;
/** All workers listen, and more of them than the checker has seen are on their way. */
const SERVES = `if (cluster.isPrimary) { forkAll(); cluster.on('exit', () => cluster.fork()); } else serve();`;

describe('a check that is interrupted', () => {
  test.each([
    ['Ctrl-C', 'SIGINT', 'group', 130],
    ['SIGINT to it alone', 'SIGINT', undefined, 130],
    ['SIGTERM', 'SIGTERM', undefined, 143],
    ['a terminal that is closed', 'SIGHUP', 'group', 129],
  ] as const)('by %s ends with its code and leaves nothing', async (name, signal, whom, code) => {
    const check = startCheck(1, name, STAYS);
    await until(() => check.signs().length >= 4);
    expect((await check.program()).length).toBeGreaterThan(0);
    check.kill(signal, whom);
    const ended = await check.ended;
    expect(ended).toMatchObject({ code, signal: null });
    expect(ended.stderr).toContain('Nothing is left running');
    await expectNothingLeft(check);
  });

  test('under load, by Ctrl-C, leaves nothing', async () => {
    const solution = readFileSync(join(workbook.root, 'solutions/02-load-balancing.ts'), 'utf8');
    const file = join(workbook.root, 'programs', 'solution.mts');
    writeFileSync(file, solution);
    const check = startCheck(2, 'under load', `await import(${JSON.stringify(file)});`);
    // All of one run at least have been started.
    await until(() => check.signs().length >= 5);
    check.kill('SIGINT', 'group');
    expect(await check.ended).toMatchObject({ code: 130 });
    await expectNothingLeft(check);
  });

  test('a second Ctrl-C ends it at once, and its guard ends the rest', async () => {
    const check = startCheck(1, 'twice', STAYS);
    await until(() => check.signs().length >= 4);
    check.kill('SIGINT');
    check.kill('SIGINT');
    expect(await check.ended).toMatchObject({ code: 130 });
    await until(async () => (await check.everything()).length === 0);
    await expectNothingLeft(check);
  });
});

describe('a checker that is killed', () => {
  test.each([
    ['before any worker listens', STAYS],
    ['while workers serve', SERVES],
    ['while the program forks', `if (cluster.isPrimary) setInterval(() => cluster.fork(), 20); else serve();`],
  ])('%s: 2 s later nothing of the program lives, and its port is free', async (name, source) => {
    const check = startCheck(1, name, source);
    await until(() => check.signs().length >= 4);
    expect((await check.program()).length).toBeGreaterThan(0);
    const killed = performance.now();
    check.kill('SIGKILL');
    await until(async () => (await check.program()).length === 0 && (await portsFree(check)));
    expect(performance.now() - killed).toBeLessThan(2000);
    // A port that is free for good, not between two listeners: nobody is there who could listen again.
    await until(async () => (await check.everything()).length === 0);
    expect(await check.ended).toMatchObject({ signal: 'SIGKILL' });
    await expectNothingLeft(check);
  });
});

interface Misbehaviour {
  readonly does: string;
  readonly source: string;
  /** Clauses of lesson 1, one of which at least is broken. Null: the contract allows it. */
  readonly broken: readonly string[] | null;
  /** So many wrote down their pids, in both scenarios together. */
  readonly daemons?: number;
  /** It keeps a core busy, or what is said of it depends on a limit of time: it is judged when nothing else is. */
  readonly alone?: true;
}

const MISBEHAVIOURS: readonly Misbehaviour[] = [
  {
    does: 'floods its output',
    source: `setInterval(() => { process.stdout.write('x'.repeat(1 << 16)); process.stderr.write('y'.repeat(1 << 16)); }, 2);
             if (cluster.isPrimary) forkAll(); else serve();`,
    alone: true,
    broken: null,
  },
  {
    does: 'ignores every signal that can be ignored, in all of its processes',
    source: `for (const name of Object.keys(constants.signals)) try { process.on(name, () => {}); } catch {}
             if (cluster.isPrimary) forkAll(); else serve();`,
    broken: null,
  },
  {
    does: 'has workers that ignore SIGTERM and outlive their primary',
    source: `process.on('SIGTERM', () => {}); process.on('disconnect', () => {});
             if (cluster.isPrimary) forkAll();
             else { process.exit = () => {}; serve(); setInterval(() => {}, 1000); }`,
    alone: true,
    broken: ['0.6'],
  },
  {
    does: 'forks without end',
    source: `if (cluster.isPrimary) { const again = () => { cluster.fork(); setTimeout(again, 5); }; again(); } else serve();`,
    alone: true,
    broken: ['1.1', '0.3'],
  },
  {
    does: 'forks again whatever dies, and all die at once',
    source: `if (cluster.isPrimary) { forkAll(); cluster.on('exit', () => cluster.fork()); } else process.exit(1);`,
    alone: true,
    broken: ['0.1', '1.1'],
  },
  {
    does: 'has workers that start processes which stay',
    source: `if (cluster.isPrimary) forkAll();
             else { spawn('sleep', ['600'], { detached: true, stdio: 'ignore' }).unref(); serve(); }`,
    broken: ['0.6'],
  },
  {
    does: 'has workers that fork children, which fork on',
    source: `const depth = Number(process.argv[2] ?? 0);
             const forkOn = () =>
               forkChild(process.argv[1], [String(depth + 1)], { detached: true, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
             if (depth > 0) { if (depth < 3) forkOn(); setInterval(() => {}, 1000); }
             else if (cluster.isPrimary) forkAll();
             else { forkOn(); serve(); }`,
    broken: ['0.6'],
  },
  {
    does: 'has copies of itself, each of which starts the next one and goes, 60 in all',
    source: `const copy = Number(process.argv[2] ?? 0);
             const goOn = () => spawn(process.execPath, [process.argv[1], String(copy + 1)], { detached: true, stdio: 'ignore' }).unref();
             if (copy > 0) setTimeout(() => { if (copy < 60) goOn(); }, 100);
             else if (cluster.isPrimary) { forkAll(); goOn(); }
             else serve();`,
    broken: ['0.6'],
  },
  {
    does: 'starts daemons that leave its session and its environment and have no parent',
    source: `if (cluster.isPrimary) {
               forkAll();
               const daemon = 'sh -c \\'echo $$ > "$0/daemon-$PPID-$$"; exec sleep 60\\' ' + JSON.stringify(join(process.env.WITNESS, '..'));
               spawn('/bin/sh', ['-c', 'env -i ' + daemon + ' & env -i setsid ' + daemon + ' & sleep 1'], { detached: true, stdio: 'ignore' });
             } else serve();`,
    broken: ['0.6'],
    daemons: 4,
  },
];

/** A machine that is busy at the moment lets a checker say that it cannot tell: it is asked again. */
const TRIES = 3;

async function expectJudged(it: Misbehaviour, root: string): Promise<void> {
  let judged = await judge(it, root);
  for (let tries = 1; judged.verdict === 'inconclusive' && tries < TRIES; tries++) judged = await judge(it, root);
  const { verdict, broken, told, code } = judged;
  if (it.broken === null) {
    expect(verdict, told).toBe('passed');
    return;
  }
  expect(verdict, told).toBe('failed');
  expect(code).toBe(1);
  expect(
    it.broken.filter((id) => broken.includes(id)),
    told,
  ).not.toEqual([]);
}

/** Whatever the verdict, nothing of the program may be left. */
async function judge(it: Misbehaviour, root: string) {
  const check = startCheckIn(root, 1, it.does, it.source, '--json');
  const ended = await check.ended;
  await expectNothingLeft(check);
  expect(check.daemons()).toHaveLength(it.daemons ?? 0);
  return { ...read(ended), code: ended.code };
}

const PATIENCE = { timeout: 180_000 };

describe('a program that', () => {
  test.each(MISBEHAVIOURS.filter(({ alone }) => alone).map((it) => [it.does, it] as const))(
    '%s is judged, and nothing of it is left',
    PATIENCE,
    (_, it) => expectJudged(it, workbook.root),
  );

  describe.concurrent('and waits for most of the time', () => {
    test.for(MISBEHAVIOURS.filter(({ alone }) => !alone).map((it) => [it.does, it] as const))(
      '%s is judged, and nothing of it is left',
      PATIENCE,
      async ([, it], { onTestFinished: whenFinished }) => {
        const own = plantWorkbook();
        whenFinished(() => own.remove());
        await expectJudged(it, own.root);
      },
    );
  });
});

/** Waits for its port at another address than the workers', so that it is there before they end; a minute at most. */
const DAEMON = `
const server = require('node:net').createServer();
server.listen(Number(process.argv[1]), '127.0.0.2', () => require('node:fs').writeFileSync(process.argv[2], String(process.pid)));
setTimeout(() => process.exit(), 60_000);
`;

test.runIf(process.platform === 'linux')(
  'a daemon of which nothing is known but that it listens on the port is ended too',
  async () => {
    const check = startCheck(
      1,
      'daemon',
      `const pidFile = join(process.env.WITNESS, '..', 'daemon-' + process.env.PORT);
       const serveNear = () => {
         http.createServer((request, response) => response.end('Hello from worker ' + process.pid + '\\n')).listen(process.env.PORT, '127.0.0.1');
       };
       if (cluster.isPrimary) {
         forkAll();
         const words = ['-i', process.execPath, '-e', ${JSON.stringify(DAEMON)}, process.env.PORT, pidFile];
         spawn('/bin/sh', ['-c', 'setsid env "$@" & exit', 'sh', ...words], { detached: true, stdio: 'ignore' });
       } else {
         // not before it is there
         const look = setInterval(() => { if (existsSync(pidFile)) { clearInterval(look); serveNear(); } }, 10);
       }`,
      '--json',
    );
    const { broken, told } = read(await check.ended);
    expect(broken, told).toContain('0.6');
    expect(check.daemons()).toHaveLength(2);
    await expectNothingLeft(check);
  },
);

describe('a program that writes where runs are kept', () => {
  test.each([
    [
      'leaves a file in the place of their folder',
      `rmSync(runs, { recursive: true, force: true }); writeFileSync(runs, 'mine');`,
      /^The run could not be saved: /m,
    ],
    [
      'puts histories of its own there',
      `mkdirSync(join(runs, '01', 'latest'), { recursive: true });
       for (const name of ['five-cores', 'two-cores', 'zz']) writeFileSync(join(runs, '01', 'latest', name + '.jsonl'), 'forged');`,
      null,
    ],
  ])('%s changes nothing in what is judged', async (does, acts, trouble) => {
    const runs = join(workbook.root, '.workbook', 'runs');
    onTestFinished(() => rmSync(runs, { recursive: true, force: true }));
    const source = `const runs = ${JSON.stringify(runs)};
      if (cluster.isPrimary) { ${acts} forkAll(); } else serve();`;
    const check = startCheck(1, does, source, '--json');
    const ended = await check.ended;
    const { verdict, told } = read(ended);
    expect(verdict, told).toBe('passed');
    if (trouble !== null) expect(ended.stderr).toMatch(trouble);
    else
      expect(readdirSync(join(runs, '01', 'latest')).toSorted()).toEqual([
        'five-cores.jsonl',
        'timeline.html',
        'two-cores.jsonl',
      ]);
    if (trouble === null)
      expect(readFileSync(join(runs, '01', 'latest', 'two-cores.jsonl'), 'utf8')).toContain('"start"');
    await expectNothingLeft(check);
  });
});

function read({ stdout, stderr }: Ended): { verdict: string; broken: readonly string[]; told: string } {
  const { verdict, findings } = JSON.parse(stdout) as {
    readonly verdict: string;
    readonly findings: readonly { readonly id: string; readonly status: string; readonly summary: string }[];
  };
  const lines = findings.map(({ id, status, summary }) => `${id} ${status}: ${summary}`);
  const broken = findings.filter(({ status }) => status === 'broken').map(({ id }) => id);
  return { verdict, broken, told: [verdict, ...lines, stderr].join('\n') };
}
