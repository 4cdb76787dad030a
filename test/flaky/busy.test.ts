import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { startOf } from '../../runner/harness/processes.ts';
import { until } from '../harness/until.ts';
import { keepBusy } from './busy.ts';

test('there are as many loops as asked for, and none when it was stopped', async () => {
  const busy = keepBusy(2);
  onTestFinished(() => busy.stop());
  expect(busy.pids).toHaveLength(2);
  expect(busy.pids.map(startOf)).not.toContain(null);
  await busy.stop();
  expect(busy.pids.map(startOf)).toEqual([null, null]);
});

test('they end when whoever started them is killed', async () => {
  const source = `import { keepBusy } from ${JSON.stringify(join(import.meta.dirname, 'busy.ts'))};
    console.log(keepBusy(1).pids[0]);
    setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void parent.kill('SIGKILL'));
  const [line] = (await once(createInterface(parent.stdout), 'line')) as [string];
  expect(startOf(Number(line))).not.toBeNull();
  parent.kill('SIGKILL');
  await until(() => startOf(Number(line)) === null);
});
