// Each prediction's experiment, really run, says what the lesson's data promise, and leaves no process behind.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findLessons } from '#workbook';
import { runExperiment } from '../../runner/cli/predict-run.ts';
import { freePort, releasePort } from '../../runner/harness/port.ts';
import { carriersOf, isDead, listProcesses } from '../../runner/harness/processes.ts';
import { until } from '../harness/until.ts';
import { plantWorkbook, startCommand } from './workbook.ts';

const all = await Promise.all(
  findLessons().map(async (lesson) => {
    const { predictions } = await lesson.load();
    return predictions.map((prediction) => ({ lesson, prediction, id: `${lesson.number}, ${prediction.id}` }));
  }),
);

test.each(all.flat())('lesson $id', async ({ lesson, prediction }) => {
  const { signal } = new AbortController();
  const steps: string[] = [];
  const run = () => runExperiment({ lesson, prediction, signal, onStep: (text) => steps.push(text) });
  let tried = await run();
  // a machine that was too busy for it is asked again, as a learner would
  for (let tries = 1; tried.kind === 'none' && tries < 3; tries += 1) tried = await run();
  expect(tried).toEqual({ kind: 'answer', answer: { value: prediction.answer, seen: expect.stringMatching(/\S/) } });
  expect(steps).not.toEqual([]);
  expect(await programs()).toEqual([]);
});

test('a run that is interrupted leaves nothing either', async () => {
  const slow = all.flat().find(({ prediction }) => prediction.id === 'slow-request');
  if (!slow) throw new Error('there is no such prediction');
  const controller = new AbortController();
  const reason = new Error('enough');
  let during: readonly number[] = [];
  const interrupt = async () => {
    during = await programs();
    controller.abort(reason);
  };
  const running = runExperiment({ ...slow, signal: controller.signal, onStep: () => void interrupt() });
  await expect(running).rejects.toBe(reason);
  expect(during).not.toEqual([]);
  expect(await programs()).toEqual([]);
});

describe('a page of the served book', () => {
  let workbook: ReturnType<typeof plantWorkbook>;
  let port: number;

  beforeAll(async () => {
    workbook = plantWorkbook();
    const free = await freePort();
    if (typeof free !== 'number') throw new Error(free.what);
    port = free;
  });

  afterAll(() => {
    workbook.remove();
    releasePort(port);
  });

  /** What its script does when somebody guesses. */
  async function ask(chapter: string, id: string, signal?: AbortSignal): Promise<Response> {
    const origin = `http://127.0.0.1:${port}`;
    const page = await until(() => fetch(`${origin}/${chapter}.html`).catch(() => null));
    const token = /name="token" value="([^"]+)"/.exec(await page.text())?.[1] ?? '';
    return fetch(`${origin}/predict?lesson=${chapter.slice(0, 2)}&id=${id}`, {
      method: 'POST',
      headers: { origin, 'x-book-token': token },
      ...(signal ? { signal } : {}),
    });
  }

  test('has a prediction run', async () => {
    const command = startCommand(workbook.root, ['docs', '--port', String(port)]);
    try {
      const response = await ask('02-load-balancing', 'one-connection');
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({ kind: 'answer', answer: { value: 1 } });
      expect((await ask('02-load-balancing', 'gone')).status).toBe(404);
      command.kill('SIGINT', 'group');
      expect((await command.ended).code).toBe(0);
    } finally {
      for (const pid of await command.everything()) process.kill(pid, 'SIGKILL');
    }
  });

  test.each(['is closed', 'is no longer served'])('leaves nothing of the run when it %s meanwhile', async (how) => {
    const command = startCommand(workbook.root, ['docs', '--port', String(port)]);
    const reader = new AbortController();
    try {
      const answer = ask('04-zero-downtime-restart', 'slow-request', reader.signal).catch(() => 'none');
      await until(async () => (await command.program()).length > 2);
      if (how === 'is closed') reader.abort();
      else command.kill('SIGINT', 'group');
      expect(await answer).toBe('none');
      await until(async () => (await command.program()).length === 0);
      if (how === 'is closed') command.kill('SIGINT', 'group');
      expect((await command.ended).code).toBe(0);
      expect(await command.everything()).toEqual([]);
    } finally {
      for (const pid of await command.everything()) process.kill(pid, 'SIGKILL');
    }
  });
});

/** Pids of the programs that were started from here. */
async function programs(): Promise<readonly number[]> {
  const living = (await listProcesses()).filter((each) => !isDead(each));
  return [...(await carriersOf(`WORKBOOK_CHECKER=${process.pid}`, living))];
}
