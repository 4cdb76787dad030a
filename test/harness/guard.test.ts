// The guard, tried on a checker that is really killed: what it ends, what it leaves alone, and that it goes itself.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { freePort, portFree } from '../../runner/harness/port.ts';
import { startGuard } from '../../runner/harness/guard.ts';
import type { GuardMessage } from '../../runner/harness/guard.ts';
import { isDead, listProcesses, startOf } from '../../runner/harness/processes.ts';
import { MARKER, openTree } from '../../runner/harness/tree.ts';
import type { Identity, Tree } from '../../runner/harness/tree.ts';
import { until } from './until.ts';

let folder = '';
let guardEntry = '';
let checkerEntry = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'workbook-guard-'));
  guardEntry = await bundle('../../runner/harness/guard-process.ts', 'guard.cjs');
  checkerEntry = await bundle('./doomed-checker.ts', 'checker.cjs');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function bundle(entry: string, name: string): Promise<string> {
  const outfile = join(folder, name);
  await build({
    entryPoints: [join(import.meta.dirname, entry)],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile,
  });
  return outfile;
}

const opened: Tree[] = [];
const checkers: ChildProcess[] = [];

afterEach(async () => {
  for (const checker of checkers.splice(0)) checker.kill('SIGKILL');
  for (const tree of opened.splice(0)) await tree.end();
});

interface Program {
  readonly run: string;
  readonly root: Identity;
  readonly tree: Tree;
}

function start(command: string, args: readonly string[], run = randomUUID()): Program {
  const env = { ...process.env, [MARKER]: run };
  const child = spawn(command, args, { detached: true, env, stdio: 'ignore' });
  const tree = openTree({ root: child.pid ?? null, run });
  opened.push(tree);
  if (tree.root === null) throw new Error(`${command} did not start`);
  return { run, root: tree.root, tree };
}

const shell = (script: string): Program => start('sh', ['-c', script]);

interface Checker {
  readonly child: ChildProcess;
  readonly guard: Identity;
  tell(message: GuardMessage): Promise<void>;
}

async function startChecker(): Promise<Checker> {
  const child = spawn(process.execPath, [checkerEntry, guardEntry], { stdio: ['pipe', 'pipe', 'inherit'] });
  checkers.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const pid = Number((await lines.next()).value);
  return {
    child,
    guard: { pid, startedAt: startOf(pid) ?? 0 },
    async tell(message) {
      child.stdin.write(`${JSON.stringify(message)}\n`);
      expect((await lines.next()).value).toBe('passed');
    },
  };
}

async function lives({ pid, startedAt }: Identity): Promise<boolean> {
  return (await listProcesses()).some((one) => one.pid === pid && one.startedAt === startedAt && !isDead(one));
}

async function nothingLives(tree: Tree): Promise<boolean> {
  await tree.refresh();
  return tree.living().length === 0;
}

/** The guard's last act is to exit: what it has not done by then it does not do. */
const gone = (guard: Identity): Promise<true> => until(async () => !(await lives(guard)));

/** Waits until as many as that live: the guard must find what the test is about. */
async function grown(tree: Tree, size: number): Promise<void> {
  await until(async () => {
    await tree.refresh();
    return tree.living().length >= size;
  });
}

/** proc(5): SigCgt is the mask of the signals that are caught. SIGHUP is the guard's last one, and Node itself catches only others. */
function handlesSignals(pid: number): boolean {
  const mask = /^SigCgt:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
  return ((BigInt(`0x${mask}`) >> BigInt(constants.signals.SIGHUP - 1)) & 1n) === 1n;
}

describe('when the checker is killed', () => {
  test('the whole program ends, its port is free and registered paths are gone', async () => {
    const port = (await freePort()) as number;
    const temporary = join(folder, 'of-a-run');
    mkdirSync(temporary);
    writeFileSync(join(temporary, 'bundle.cjs'), '');
    const program = start(process.execPath, [
      '-e',
      `process.on('SIGTERM', () => {}).on('SIGHUP', () => {});
       const { spawn } = require('child_process');
       require('net').createServer().listen(${port}, '127.0.0.1', () => {
         spawn('sh', ['-c', 'trap "" TERM HUP INT; while :; do sleep 300; done'], { stdio: 'ignore' });
         spawn('sleep', ['300'], { detached: true, stdio: 'ignore' }).unref();
       });`,
    ]);
    // it grows once it listens: a test that asked the port itself would take it meanwhile
    await grown(program.tree, 4);
    expect(await portFree(port)).toBe(false);

    const checker = await startChecker();
    await checker.tell({ kind: 'watch', run: program.run, root: program.root });
    await checker.tell({ kind: 'path', path: temporary });
    expect(await lives(program.root)).toBe(true);
    checker.child.kill('SIGKILL');

    await gone(checker.guard);
    expect(await nothingLives(program.tree)).toBe(true);
    // a process is a zombie when its first thread has ended, and holds its sockets until the last one has
    await until(() => portFree(port));
    expect(existsSync(temporary)).toBe(false);
  });

  test('a program known by its marker alone ends', async () => {
    const program = shell('sleep 300 & sleep 300');
    await grown(program.tree, 3);
    const checker = await startChecker();
    await checker.tell({ kind: 'watch', run: program.run, root: null });
    checker.child.kill('SIGKILL');
    await gone(checker.guard);
    expect(await nothingLives(program.tree)).toBe(true);
  });

  test('a member that was added ends, which has nothing else in common with its program', async () => {
    const program = shell('sleep 300');
    const stranger = start('sleep', ['300']);
    const checker = await startChecker();
    await checker.tell({ kind: 'watch', run: program.run, root: program.root });
    await checker.tell({ kind: 'add', run: program.run, member: stranger.root });
    checker.child.kill('SIGKILL');
    await gone(checker.guard);
    expect(await nothingLives(program.tree)).toBe(true);
    expect(await nothingLives(stranger.tree)).toBe(true);
  });

  test('all of several programs end', async () => {
    const programs = [shell('sleep 300 & wait'), shell('sleep 300 & wait')];
    const checker = await startChecker();
    for (const { run, root } of programs) await checker.tell({ kind: 'watch', run, root });
    checker.child.kill('SIGKILL');
    await gone(checker.guard);
    for (const { tree } of programs) expect(await nothingLives(tree)).toBe(true);
  });

  test('a program that was forgotten lives on', async () => {
    const [watched, forgotten] = [shell('sleep 300'), shell('sleep 300')];
    const checker = await startChecker();
    await checker.tell({ kind: 'watch', run: forgotten.run, root: forgotten.root });
    await checker.tell({ kind: 'watch', run: watched.run, root: watched.root });
    await checker.tell({ kind: 'forget', run: forgotten.run });
    checker.child.kill('SIGKILL');
    await gone(checker.guard);
    expect(await lives(watched.root)).toBe(false);
    expect(await lives(forgotten.root)).toBe(true);
  });

  test('whoever has the pid of a program that is gone lives on', async () => {
    const bystander = shell('sleep 300');
    const recycled = { pid: bystander.root.pid, startedAt: bystander.root.startedAt - 1 };
    const checker = await startChecker();
    await checker.tell({ kind: 'watch', run: randomUUID(), root: recycled });
    checker.child.kill('SIGKILL');
    await gone(checker.guard);
    expect(await lives(bystander.root)).toBe(true);
  });

  test.runIf(process.platform === 'linux')('a guard that was signalled before has stayed for it', async () => {
    const program = shell('sleep 300');
    const checker = await startChecker();
    await checker.tell({ kind: 'watch', run: program.run, root: program.root });
    await until(() => handlesSignals(checker.guard.pid));
    for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.kill(checker.guard.pid, name);
    checker.child.kill('SIGKILL');
    await gone(checker.guard);
    expect(await nothingLives(program.tree)).toBe(true);
  });
});

describe('a guard', () => {
  test('lets its checker end by itself, and follows it', async () => {
    const checker = await startChecker();
    const ended = once(checker.child, 'exit');
    checker.child.stdin?.end();
    expect(await ended).toEqual([0, null]);
    await gone(checker.guard);
  });

  test('is not in the group to which a terminal sends Ctrl-C', async () => {
    const checker = await startChecker();
    const guard = (await listProcesses()).find(({ pid }) => pid === checker.guard.pid);
    expect(guard).toMatchObject({ ppid: checker.child.pid, pgid: checker.guard.pid });
  });

  test('that is done exits and ends nothing', async () => {
    const program = shell('sleep 300');
    const guard = startGuard(guardEntry);
    const identity = { pid: guard.pid ?? 0, startedAt: startOf(guard.pid ?? 0) ?? 0 };
    expect(guard.alive).toBe(true);
    guard.watch(program.run, program.root);
    await guard.done();
    expect(guard.alive).toBe(false);
    expect(await lives(identity)).toBe(false);
    expect(await lives(program.root)).toBe(true);
  });

  test('that cannot be started says so, and takes messages nevertheless', async () => {
    const guard = startGuard(join(folder, 'no-such-file.cjs'));
    await until(() => !guard.alive);
    expect(() => guard.watch(randomUUID())).not.toThrow();
    await expect(guard.done()).resolves.toBeUndefined();
  });

  test('gets over half a line', async () => {
    const program = shell('sleep 300');
    const child = spawn(process.execPath, [guardEntry], { stdio: ['pipe', 'ignore', 'inherit'] });
    const ended = once(child, 'exit');
    child.stdin.end(`${JSON.stringify({ kind: 'watch', run: program.run, root: program.root })}\n{"kind":"forget","ru`);
    expect(await ended).toEqual([0, null]);
    expect(await nothingLives(program.tree)).toBe(true);
  });
});
