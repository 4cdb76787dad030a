// The process tree, tried on real processes: how far they stray from their root, and that all of them end.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { isDead, listProcesses, startOf, withCommand } from '../../runner/harness/processes.ts';
import { MARKER, openTree } from '../../runner/harness/tree.ts';
import type { ProcessInfo, Tree } from '../../runner/harness/tree.ts';
import { until } from './until.ts';

const opened: Tree[] = [];

afterEach(async () => {
  for (const tree of opened.splice(0)) await tree.end();
});

interface Program {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly run: string;
  readonly tree: Tree;
}

/** Started as the harness starts a program: it leads a group and a session, and carries the marker. */
function start(command: string, args: readonly string[]): Program {
  const run = randomUUID();
  const child = spawn(command, args, {
    detached: true,
    env: { ...process.env, [MARKER]: run },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const pid = child.pid ?? 0;
  const tree = openTree({ root: pid, run });
  opened.push(tree);
  return { child, pid, run, tree };
}

const shell = (script: string): Program => start('sh', ['-c', script]);
const node = (script: string): Program => start(process.execPath, ['-e', script]);

/** Looks until as many as that live. */
function grown(tree: Tree, size: number): Promise<readonly ProcessInfo[]> {
  return until(async () => {
    await tree.refresh();
    return tree.living().length >= size && tree.living();
  });
}

/** Looks until as many `sleep` as that live: between fork and exec a process still looks like its parent. */
function sleeping(tree: Tree, count: number): Promise<readonly ProcessInfo[]> {
  return until(async () => {
    await tree.refresh();
    const sleepers = tree.living().filter((one) => one.command.endsWith('sleep 300'));
    return sleepers.length >= count && sleepers;
  });
}

/** Those of them that the operating system still shows alive, told apart from others who have their pids now. */
async function alive(members: readonly ProcessInfo[]): Promise<number[]> {
  const now = await listProcesses();
  return now
    .filter(
      (one) => !isDead(one) && members.some(({ pid, startedAt }) => pid === one.pid && startedAt === one.startedAt),
    )
    .map(({ pid }) => pid);
}

describe('a tree', () => {
  test('holds the root, its children and theirs', async () => {
    const { pid, tree } = shell('sleep 300 & sh -c "sleep 300; :" & wait');
    expect(await sleeping(tree, 2)).toHaveLength(2);
    const members = tree.living();
    expect(members).toHaveLength(4);
    expect(members.map((one) => one.pid)).toContain(pid);
    expect(tree.rssBytes()).toBeGreaterThanOrEqual(members[0]?.rssBytes ?? Infinity);
  });

  test('tells each newcomer once', async () => {
    const { pid, tree } = shell('sleep 300 & wait');
    const told: number[] = [];
    await until(async () => {
      told.push(...(await tree.refresh()).map((one) => one.pid));
      return told.length > 0;
    });
    expect(await tree.refresh()).toEqual([]);
    expect(told).toEqual(
      tree
        .living()
        .map((one) => one.pid)
        .filter((one) => one !== pid),
    );
  });

  test('keeps the orphans of a root that is gone', async () => {
    const { child, tree } = shell('(sleep 300 &) ; (sleep 300 &)');
    await once(child, 'exit');
    const members = await sleeping(tree, 2);
    expect(members).toHaveLength(2);
    expect(await tree.end()).toEqual([]);
    expect(await alive(members)).toEqual([]);
  });

  test('finds one that lost its marker and its parent by its group', async () => {
    const { child, pid, tree } = shell('(env -i sleep 300 &)');
    await once(child, 'exit');
    // Not by the tree itself, which would see it before it has lost its marker.
    await until(async () =>
      (await listProcesses()).some((one) => one.pgid === pid && withCommand(one).command === 'sleep 300'),
    );
    const members = await sleeping(tree, 1);
    expect(members).toHaveLength(1);
    expect(await tree.end()).toEqual([]);
    expect(await alive(members)).toEqual([]);
  });

  test('finds one that left group and session by its marker', async () => {
    const { child, pid, tree } = node(
      `require('child_process').spawn('sleep', ['300'], { detached: true, stdio: 'ignore' }).unref()`,
    );
    await once(child, 'exit');
    const members = await sleeping(tree, 1);
    expect(members).toHaveLength(1);
    expect(members[0]?.pgid).not.toBe(pid);
    expect(await tree.end()).toEqual([]);
    expect(await alive(members)).toEqual([]);
  });

  test('remembers one that left everything and lost its parent, once it was seen', async () => {
    const { child, tree } = node(
      `require('child_process').spawn('/bin/sleep', ['300'], { detached: true, stdio: 'ignore', env: {} }).unref();
       process.stdin.resume();`,
    );
    const sleepers = await sleeping(tree, 1);
    child.stdin?.end();
    await once(child, 'exit');
    await tree.refresh();
    expect(tree.living().map((one) => one.pid)).toEqual(sleepers.map((one) => one.pid));
    expect(await tree.end()).toEqual([]);
    expect(await alive(sleepers)).toEqual([]);
  });

  test.each([-1, 0, 1, Number.NaN])('has no root %d: to kill(2) that would be others', async (root) => {
    const tree = openTree({ root, run: randomUUID() });
    expect(tree.root).toBeNull();
    await tree.refresh();
    expect(tree.living()).toEqual([]);
  });

  test('takes in one that was added, with its children', async () => {
    const stranger = spawn('sh', ['-c', 'sleep 300 & wait'], { stdio: 'ignore' });
    const tree = openTree({ root: null, run: randomUUID() });
    opened.push(tree);
    await tree.refresh();
    expect(tree.living()).toEqual([]);
    tree.add(stranger.pid ?? 0);
    const members = await grown(tree, 2);
    expect(members.map((one) => one.ppid)).toContain(stranger.pid);
    expect(await tree.end()).toEqual([]);
    expect(await alive(members)).toEqual([]);
  });

  test('knows a program without its root by the marker alone', async () => {
    const { run, tree } = shell('sleep 300 & wait');
    const members = await grown(tree, 2);
    const byMarker = openTree({ root: null, run });
    await byMarker.refresh();
    expect(
      byMarker
        .living()
        .map((one) => one.pid)
        .sort(),
    ).toEqual(members.map((one) => one.pid).sort());
  });

  test('does not count zombies among the living', async () => {
    // `sleep` reaps nobody: what the shell started before stays a zombie.
    const { pid, tree } = shell(': & exec sleep 300');
    const zombie = await until(async () => (await listProcesses()).find((one) => one.ppid === pid && isDead(one)));
    await tree.refresh();
    expect(tree.living().map((one) => one.pid)).toEqual([pid]);
    expect(zombie.pid).not.toBe(pid);
    expect(await tree.end()).toEqual([]);
  });

  test('leaves alone whoever has the root’s pid now', async () => {
    const { child, pid } = shell('sleep 300 & wait');
    const startedAt = startOf(pid) ?? 0;
    const recycled = openTree({ root: pid, run: randomUUID(), startedAt: startedAt - 1 });
    recycled.add(pid, startedAt - 1);
    await recycled.refresh();
    expect(recycled.living()).toEqual([]);
    expect(await recycled.end()).toEqual([]);
    // Had SIGKILL been sent, it would have come before this one.
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await ended).toEqual([null, 'SIGTERM']);
  });

  test('never holds the checker, what it descends from, or what those started', async () => {
    const bystander = spawn('sleep', ['300'], { stdio: 'ignore' });
    try {
      const self = (await listProcesses()).find((one) => one.pid === process.pid);
      expect(self?.pgid).toBeGreaterThan(0);
      for (const root of [process.pid, process.ppid, self?.pgid ?? 0, self?.sid ?? process.pid]) {
        const tree = openTree({ root, run: randomUUID() });
        tree.add(process.pid);
        await tree.refresh();
        // others may run in the same group just now, started by whoever started these tests
        const held = tree.living().map((one) => one.pid);
        expect(held).not.toContain(process.pid);
        expect(held).not.toContain(process.ppid);
        expect(held).not.toContain(bystander.pid);
      }
    } finally {
      bystander.kill('SIGKILL');
    }
  });
});

describe('the end of a tree', () => {
  test('comes to those that ignore every signal that can be ignored', async () => {
    const { tree } = shell('trap "" TERM INT HUP QUIT; (while :; do sleep 300; done) & while :; do sleep 300; done');
    const members = await grown(tree, 4);
    expect(await tree.end()).toEqual([]);
    expect(await alive(members)).toEqual([]);
  });

  test('comes to the stopped', async () => {
    const { pid, tree } = shell('sleep 300 & wait');
    await grown(tree, 2);
    process.kill(-pid, 'SIGSTOP');
    const members = tree.living();
    expect(await tree.end()).toEqual([]);
    expect(await alive(members)).toEqual([]);
  });

  describe('forking again at every death', () => {
    const folder = mkdtempSync(join(tmpdir(), 'workbook-tree-'));
    afterAll(() => rmSync(folder, { recursive: true }));

    /** Three generations, of which each replaces the next, and the file tells how often. */
    const keep = (diary: string): string =>
      `while :; do echo >> ${diary}; (while :; do echo >> ${diary}; sleep 300; done); done`;
    const forks = (diary: string): number => readFileSync(diary, 'utf8').length;

    async function expectEndWithoutForks({ run, tree }: Program, diary: string): Promise<void> {
      const sleepers = await sleeping(tree, 15);
      const members = tree.living();
      expect(sleepers).toHaveLength(15);
      expect(members.length).toBeGreaterThan(45);
      expect(forks(diary)).toBe(30);
      expect(await tree.end()).toEqual([]);
      expect(forks(diary)).toBe(30);
      expect(await alive(members)).toEqual([]);
      const carriers = openTree({ root: null, run });
      await carriers.refresh();
      expect(carriers.living()).toEqual([]);
    }

    test('is not given the time', async () => {
      const diary = join(folder, 'one-group');
      const program = shell(`for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do (${keep(diary)}) & done; wait`);
      await expectEndWithoutForks(program, diary);
    });

    test('is not given the time where each leads a session of its own', async () => {
      const diary = join(folder, 'many-sessions');
      const script = JSON.stringify(keep(diary));
      const program = node(
        `const { spawn } = require('child_process');
         for (let i = 0; i < 15; i++) spawn('sh', ['-c', ${script}], { detached: true, stdio: 'ignore' });`,
      );
      await expectEndWithoutForks(program, diary);
    });
  });

  test('overtakes a chain of processes that each start the next and end', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'workbook-tree-'));
    try {
      const goal = join(folder, 'goal');
      const script = join(folder, 'hop.sh');
      writeFileSync(script, `[ "$1" -gt 0 ] || { echo > ${goal}; exit; }\nsh "$0" $(($1 - 1)) &\n`);
      const { child, tree } = start('sh', [script, '50000']);
      await once(child, 'exit');
      await grown(tree, 1);
      expect(await tree.end()).toEqual([]);
      await tree.refresh();
      expect(tree.living()).toEqual([]);
      expect(existsSync(goal)).toBe(false);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('is there at once where nothing lives', async () => {
    const { child, tree } = shell(':');
    await once(child, 'exit');
    expect(await tree.end()).toEqual([]);
  });
});
