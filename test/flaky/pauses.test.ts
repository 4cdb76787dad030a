import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { isStopped, listProcesses } from '../../runner/harness/processes.ts';
import { until } from '../harness/until.ts';
import { startPauses } from './pauses.ts';

async function isPaused(pid: number | undefined): Promise<boolean> {
  const found = (await listProcesses()).find((each) => each.pid === pid);
  if (found === undefined) throw new Error(`there is no process ${pid}`);
  return isStopped(found);
}

test('a process of the program is paused, goes on, and is paused again; in the end it is let go', async () => {
  const id = randomUUID();
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
    stdio: 'ignore',
    env: { ...process.env, WORKBOOK_PAUSED: id },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const pauses = startPauses(`WORKBOOK_PAUSED=${id}`);
  onTestFinished(() => pauses.stop());
  await until(() => isPaused(child.pid));
  await until(async () => !(await isPaused(child.pid)));
  await until(() => isPaused(child.pid));
  expect(pauses.count).toBeGreaterThan(1);
  await pauses.stop();
  await until(async () => !(await isPaused(child.pid)));
  expect(child.exitCode).toBeNull();
});
