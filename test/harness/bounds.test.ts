// Programs that go beyond what a check allows: stopped, told why, and nothing of them left. Each of them also ends by
// itself after a while, so that a defect in what is tested here does not take the machine along.
import { describe, expect, test, vi } from 'vitest';
import { memoryFor } from '../../runner/harness/bounds.ts';
import { of, type Bound, type History } from '../../runner/harness/history.ts';
import type { Stage } from '../../runner/harness/stage.ts';
import { CLUSTER, FINDS_FOLDER, printed, run } from './staged.ts';

/**
 * Whatever happens in these tests, a program starts no more than so many Node processes in all, by a count in a file beside
 * it, and none of them gets old.
 */
const MORTAL = `
{
  const fs = require('node:fs');
  fs.appendFileSync(__filename + '.count', '.');
  if (fs.statSync(__filename + '.count').size > 150) process.kill(process.pid, 'SIGKILL');
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), 30_000).unref();
}
`;

const untilStopped = async (stage: Stage): Promise<void> => {
  await stage.until('it is stopped', () => false, { limit: 60_000 });
};

function boundOf(history: History): Bound | undefined {
  const told = of(history, 'bounded');
  expect(told.length).toBeLessThanOrEqual(1);
  return told[0]?.what;
}

function expectNothingLeft(history: History): void {
  expect(of(history, 'cleaned')).toEqual([expect.objectContaining({ pids: [], port: false })]);
}

describe('a program is stopped that', () => {
  test.each<[string, Bound, string]>([
    [
      'forks without end',
      'forks',
      `${CLUSTER} if (cluster.isPrimary) setInterval(() => { if (Object.keys(cluster.workers).length < 90) cluster.fork(); }, 1); else setInterval(() => {}, 1000);`,
    ],
    [
      'starts processes without end, each in a session of its own',
      'processes',
      `const { spawn } = require('node:child_process');
       let left = 150;
       setInterval(() => { if (left-- > 0) spawn('sleep', ['20'], { detached: true, stdio: 'ignore' }).unref(); }, 1);`,
    ],
    [
      'has workers that end, leave a copy of the whole program, and are replaced',
      'processes',
      `${CLUSTER}
       const generation = Number(process.env.GENERATION ?? 0);
       if (cluster.isPrimary) { forkAll(); forkAll(); cluster.on('exit', () => cluster.fork()); }
       else setTimeout(() => {
         const env = { ...process.env, GENERATION: String(generation + 1) };
         if (generation < 3) require('node:child_process').spawn(process.execPath, [__filename], { detached: true, stdio: 'ignore', env });
         process.exit();
       }, 20);`,
    ],
    [
      'sends so much over its own channels that it cannot be written down',
      'reports',
      `${CLUSTER}
       if (cluster.isPrimary) forkAll();
       else for (const server of [0, 1, 2, 3, 4, 5]) {
         const again = () => { const it = require('node:net').createServer().listen(0, '127.0.0.1', () => it.close(again)); };
         again();
       }`,
    ],
    [
      'floods the socket that its probes report to',
      'reports',
      `${FINDS_FOLDER}
       for (let n = 0; n < 400; n++) require('node:net').connect(inFolder('probe')).on('error', () => {});
       setInterval(() => {}, 1000);`,
    ],
    [
      'removes the workbook’s files',
      'files',
      `${FINDS_FOLDER}
       require('node:fs').rmSync(folder, { recursive: true });
       setInterval(() => {}, 1000);`,
    ],
    [
      'writes into the workbook’s files',
      'files',
      `${FINDS_FOLDER}
       require('node:fs').appendFileSync(inFolder('probe.json'), ' ');
       setInterval(() => {}, 1000);`,
    ],
  ])('%s', { timeout: 120_000 }, async (_what, bound, source) => {
    const history = await run(MORTAL + source, untilStopped);
    expect(boundOf(history), printed(history, 'stderr')).toBe(bound);
    expectNothingLeft(history);
  });
});

describe('a program that eats memory is stopped', () => {
  const EATS = `const eaten = []; setInterval(() => eaten.push(Buffer.alloc(16 * 2 ** 20, 1)), 1);`;
  test.each([
    ['in its primary', `${CLUSTER} if (cluster.isPrimary) { forkAll(); ${EATS} } else serve();`],
    [
      'in a worker',
      `${CLUSTER} if (cluster.isPrimary) { forkAll(); cluster.on('exit', () => cluster.fork()); } else { serve(); ${EATS} }`,
    ],
    [
      'in many small processes',
      `${CLUSTER} if (cluster.isPrimary) for (let n = 0; n < 40; n++) cluster.fork(); else setInterval(() => {}, 1000);`,
    ],
  ])('%s', { timeout: 120_000 }, async (_where, source) => {
    // as on a machine that has little left: this one is not to be filled for a test
    const available = vi.spyOn(process, 'availableMemory').mockReturnValue(0);
    const history = await run(MORTAL + source, untilStopped).finally(() => available.mockRestore());
    expect(boundOf(history), printed(history, 'stderr')).toBe('memory');
    expect(of(history, 'bounded')[0]?.detail).toMatch(/^[\d,]+ MiB in \d+ processes, and 768 MiB are allowed here$/);
    expectNothingLeft(history);
  });

  test('at what the machine has left, within limits', () => {
    const gibibytes = (count: number): number => count * 2 ** 30;
    expect(memoryFor(gibibytes(0.5))).toBe(gibibytes(0.75));
    expect(memoryFor(gibibytes(8))).toBe(gibibytes(2));
    expect(memoryFor(gibibytes(512))).toBe(gibibytes(4));
  });

  test.runIf(process.platform === 'linux')('by the kernel, before anything else of its user is', async () => {
    const history = await run(
      `${MORTAL}${CLUSTER}
       const score = () => require('node:fs').readFileSync('/proc/self/oom_score_adj', 'utf8').trim();
       if (cluster.isPrimary) cluster.fork().on('message', (message) => console.log(message));
       else process.send(score(), () => process.disconnect());`,
      async (stage) => stage.comeToRest(20_000),
    );
    expect(printed(history)).toBe('1000\n');
  });
});
