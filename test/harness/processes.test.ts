// What is read about processes, from recorded text of each platform and from the machine that this runs on.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import {
  hasInPs,
  isDead,
  isStopped,
  listProcesses,
  mainThreadCpuMs,
  parsePs,
  parseStat,
  signal,
  startOf,
  withCommand,
} from '../../runner/harness/processes.ts';
import { until } from './until.ts';

const linux = process.platform === 'linux';

describe('the process table', () => {
  test('shows this process with its parent, its start and its memory', async () => {
    const self = (await listProcesses()).find(({ pid }) => pid === process.pid);
    expect(self).toMatchObject({ ppid: process.ppid, startedAt: startOf(process.pid) });
    expect(self?.rssBytes).toBeGreaterThan(2 ** 20);
    expect(self && withCommand(self).command).toContain('node');
  });

  test('shows each process once', async () => {
    const pids = (await listProcesses()).map(({ pid }) => pid);
    expect(pids.length).toBeGreaterThan(1);
    expect(new Set(pids).size).toBe(pids.length);
  });

  test.runIf(linux)('shows the memory that Node itself reads', async () => {
    const self = (await listProcesses()).find(({ pid }) => pid === process.pid);
    expect((self?.rssBytes ?? 0) / process.memoryUsage.rss()).toBeCloseTo(1, 0);
  });

  test('has no start for a pid that nobody has', async () => {
    const child = spawn('true', { stdio: 'ignore' });
    await once(child, 'exit');
    expect(startOf(child.pid ?? 0)).toBeNull();
  });
});

describe('a signal', () => {
  test('reaches the process that was meant', async () => {
    const child = spawn('sleep', ['300'], { stdio: 'ignore' });
    const pid = child.pid ?? 0;
    const ended = once(child, 'exit');
    expect(signal({ pid, startedAt: startOf(pid) ?? 0 }, 'SIGKILL')).toBe(true);
    expect(await ended).toEqual([null, 'SIGKILL']);
  });

  test.runIf(linux)('is not sent to a process that has taken over the pid', async () => {
    const child = spawn('sleep', ['300'], { stdio: 'ignore' });
    const pid = child.pid ?? 0;
    const startedAt = startOf(pid) ?? 0;
    expect(signal({ pid, startedAt: startedAt - 1 }, 'SIGKILL')).toBe(false);
    // Had SIGKILL been sent, it would have come before this one.
    const ended = once(child, 'exit');
    expect(signal({ pid, startedAt }, 'SIGTERM')).toBe(true);
    expect(await ended).toEqual([null, 'SIGTERM']);
  });

  test('is never sent to the sender or to pid 1', () => {
    expect(signal({ pid: process.pid, startedAt: startOf(process.pid) ?? 0 }, 'SIGCONT')).toBe(false);
    expect(signal({ pid: 1, startedAt: startOf(1) ?? 0 }, 'SIGCONT')).toBe(false);
  });
});

describe('processor time of the main thread', () => {
  test.runIf(linux)('grows while the process works', async () => {
    const child = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
    try {
      const first = await until(() => mainThreadCpuMs(child.pid ?? 0));
      const later = await until(() => {
        const now = mainThreadCpuMs(child.pid ?? 0) ?? 0;
        return now > first + 20 && now;
      });
      expect(later).toBeGreaterThan(first);
    } finally {
      child.kill('SIGKILL');
    }
  });

  test('is null for a process that is not there', async () => {
    const child = spawn('true', { stdio: 'ignore' });
    await once(child, 'exit');
    expect(mainThreadCpuMs(child.pid ?? 0)).toBeNull();
  });
});

describe('/proc/PID/stat', () => {
  const rest = '0 -1 4194304 105 0 0 0 0 0 0 0 20 0 1 0 112291 3133440 417 18446744073709551615 1 1 0';

  test('is read by the fields of proc(5)', () => {
    expect(parseStat(`6347 (cat) S 6345 6340 4061 ${rest}\n`, 4096)).toEqual({
      pid: 6347,
      ppid: 6345,
      pgid: 6340,
      sid: 4061,
      startedAt: 112291,
      state: 'S',
      rssBytes: 417 * 4096,
      command: '(cat)',
    });
  });

  test('is read past a name that looks like fields', () => {
    expect(parseStat(`7 (a) R 1 (b) Z 3 4 5 ${rest}`, 4096)).toMatchObject({
      ppid: 3,
      state: 'Z',
      command: '(a) R 1 (b)',
    });
  });

  test('leaves out the kernel’s own threads, and half a line', () => {
    expect(parseStat(`2 (kthreadd) S 0 0 0 ${rest.replace('4194304', '2129984')}`, 4096)).toBeNull();
    expect(parseStat('6347 (cat) S 6345', 4096)).toBeNull();
    expect(parseStat('', 4096)).toBeNull();
  });
});

describe('ps', () => {
  // The columns of macOS 14, as asked for with TZ=UTC and LC_ALL=C.
  const recorded = [
    '    1     0     1 Ss    18496 Mon Jun  1 06:00:03 2026     /sbin/launchd',
    ' 4131  4120  4131 S+    48320 Thu Jun  4 10:12:13 2026     node /Users/ada/work book/exercise.ts',
    ' 4152  4131  4131 Z         0 Thu Jun  4 10:12:14 2026     (node)',
    ' 4153  4131  4131 T     40960 Thu Jun 14 10:12:14 2026     node exercise.ts',
    'ps: a line that is none',
    '',
  ].join('\n');

  test('is read line by line', () => {
    expect(parsePs(recorded).map(({ pid }) => pid)).toEqual([1, 4131, 4152, 4153]);
    expect(parsePs(recorded)[1]).toEqual({
      pid: 4131,
      ppid: 4120,
      pgid: 4131,
      sid: null,
      startedAt: Date.UTC(2026, 5, 4, 10, 12, 13),
      state: 'S',
      rssBytes: 48_320 * 1024,
      command: 'node /Users/ada/work book/exercise.ts',
    });
  });

  test('tells the dead and the stopped', () => {
    expect(parsePs(recorded).map(isDead)).toEqual([false, false, true, false]);
    expect(parsePs(recorded).map(isStopped)).toEqual([false, false, false, true]);
  });

  test('of this machine has the same columns', () => {
    const columns = ['pid', 'ppid', 'pgid', 'stat', 'rss', 'lstart', 'command'].flatMap((name) => ['-o', `${name}=`]);
    const env = { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };
    const self = parsePs(execFileSync('ps', ['-axww', ...columns], { env, encoding: 'utf8' })).find(
      ({ pid }) => pid === process.pid,
    );
    expect(self).toMatchObject({ ppid: process.ppid });
    expect(self?.rssBytes).toBeGreaterThan(2 ** 20);
    expect(self?.startedAt).toBeLessThanOrEqual(Date.now());
  });

  test('shows the marker of those that carry it in their environment, not in their command line', () => {
    const environment = [
      '    1 /sbin/launchd',
      ' 4131 node /Users/ada/work book/exercise.ts HOME=/Users/ada WORKBOOK_RUN=3-a7 LANG=C',
      ' 4152 (node)',
      ' 4153 node exercise.ts WORKBOOK_RUN=3-a71',
      ' 4160 grep WORKBOOK_RUN=3-a7 HOME=/Users/ada',
    ].join('\n');
    const grep = ' 4160  4120  4160 S+     1000 Thu Jun  4 10:12:13 2026     grep WORKBOOK_RUN=3-a7';
    const carriers = parsePs(`${recorded}\n${grep}`).filter(hasInPs('WORKBOOK_RUN=3-a7', environment));
    expect(carriers.map(({ pid }) => pid)).toEqual([4131]);
  });
});
