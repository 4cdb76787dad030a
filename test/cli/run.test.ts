// The exercise as a learner runs it: a port that is taken is told before anything is started.
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { findLessons } from '#workbook';
import { runExercise } from '../../runner/cli/run.ts';
import type { Surroundings } from '../../runner/cli/surroundings.ts';

test('a port that is taken is told, with who has it and what to do', async () => {
  const server = createServer().listen(0);
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const told = { stdout: '', stderr: '' };
  const into = (stream: 'stdout' | 'stderr') => ({ write: (text: string) => (told[stream] += text) });
  const surroundings = { stdout: into('stdout'), stderr: into('stderr'), env: { PORT: String(port) } };
  const [lesson] = findLessons();
  await runExercise(lesson as NonNullable<typeof lesson>, surroundings as unknown as Surroundings);
  expect(told.stdout).toBe('');
  expect(told.stderr).toContain(`Port ${port} is taken`);
  if (process.platform === 'linux') expect(told.stderr).toContain(`by process ${process.pid} `);
  expect(told.stderr).toMatch(/^ {2}next {2}.*npm run lesson 1$/m);
});
