// `npm run demo` as a process: it serves the live page of real programs until Ctrl-C, and then nothing is left of them.
import { once } from 'node:events';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Action, Tick } from '#live';
import type { State } from '../../runner/live/state.ts';
import { until } from '../harness/until.ts';
import { plantWorkbook, runCommand, startCommand, type Command } from './workbook.ts';

let workbook: ReturnType<typeof plantWorkbook>;

beforeAll(() => {
  workbook = plantWorkbook();
});

afterAll(() => workbook.remove());

/** Killed at the end of the test, with all that it started, where it still runs then. */
function startDemo(...words: string[]): Command {
  const command = startCommand(workbook.root, ['demo', ...words]);
  onTestFinished(async () => {
    for (const pid of await command.everything()) process.kill(pid, 'SIGKILL');
  });
  return command;
}

interface Page {
  readonly address: URL;
  html(): Promise<string>;
  /** What a page that is opened now is shown. */
  state(): Promise<State>;
  act(action: Action): Promise<unknown>;
}

async function pageOf(command: Command): Promise<Page> {
  const address = new URL(await until(() => /http:\S+\/#key=\S+/.exec(command.printed())?.[0]));
  const headers = { 'x-live-key': address.hash.slice('#key='.length) };
  return {
    address,
    html: async () => (await fetch(new URL('/', address), { headers })).text(),
    async state() {
      const { body } = await fetch(new URL('/stream', address), { headers });
      let text = '';
      for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
        text += new TextDecoder().decode(chunk);
        const data = /event: state\ndata: (.*)\n\n/.exec(text)?.[1];
        if (data !== undefined) return JSON.parse(data) as State;
      }
      throw new Error('the stream told no state');
    },
    async act(action) {
      const answer = await fetch(new URL('/act', address), {
        method: 'POST',
        headers: { ...headers, origin: address.origin, 'content-type': 'application/json' },
        body: JSON.stringify(action),
      });
      return answer.json();
    },
  };
}

/** Workers that listen now, by what the page is shown. */
async function listening(page: Page, side = 0): Promise<readonly number[]> {
  const lanes = (await page.state()).sides[side]?.lanes ?? [];
  return lanes.filter((lane) => lane.listening !== null && lane.ended === null).map((lane) => lane.worker as number);
}

async function expectNothingLeft(command: Command, { address }: Page): Promise<void> {
  expect(await command.program()).toEqual([]);
  await until(async () => (await command.everything()).length === 0);
  expect(readdirSync(join(workbook.root, '.workbook', 'tmp'))).toEqual([]);
  const socket = connect(Number(address.port), '127.0.0.1');
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ECONNREFUSED');
}

test.each(['SIGINT', 'SIGTERM'] as const)(
  'the solution is shown, hurt and healed on the page, and %s ends it all',
  async (signal) => {
    const command = startDemo('2', '--cores', '3');
    const page = await pageOf(command);
    expect(await page.html()).toContain('<title>');
    await until(async () => (await listening(page)).length === 3);
    expect(await page.act({ act: 'kill', worker: 1, signal: 'SIGKILL' })).toEqual({ ok: true });
    await until(async () => (await listening(page)).join() === '2,3,4');
    expect(await page.act({ act: 'kill', worker: 1, signal: 'SIGKILL' })).toMatchObject({ ok: false });
    expect((await command.program()).length).toBeGreaterThanOrEqual(4);
    command.kill(signal, 'group');
    const { code, stderr } = await command.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    await expectNothingLeft(command, page);
  },
);

test('ended while its program starts, it leaves nothing either', async () => {
  const command = startDemo('1');
  const page = await pageOf(command);
  command.kill('SIGINT', 'group');
  expect((await command.ended).code).toBe(0);
  await expectNothingLeft(command, page);
});

test('killed itself, with a frozen worker, it leaves nothing either', async () => {
  const command = startDemo('1', '--cores', '2');
  const page = await pageOf(command);
  await until(async () => (await listening(page)).length === 2);
  expect(await page.act({ act: 'freeze', worker: 1 })).toEqual({ ok: true });
  command.kill('SIGKILL');
  expect((await command.ended).signal).toBe('SIGKILL');
  await until(async () => (await command.program()).length === 0);
  await expectNothingLeft(command, page);
});

test('a second program is shown beside the first, under the same load', async () => {
  const file = join(workbook.root, 'beside.cjs');
  writeFileSync(
    file,
    `const cluster = require('node:cluster');
     if (cluster.isPrimary) { cluster.fork(); console.log('<b>the second one</b>'); }
     else require('node:http').createServer((q, r) => r.end('Hello from worker ' + process.pid + '\\n')).listen(process.env.PORT);`,
  );
  const command = startDemo('1', '--exercise', '--beside', file);
  const page = await pageOf(command);
  await until(async () => (await listening(page, 1)).length === 1);
  await until(async () => ((await page.state()).sides[1]?.account.answered ?? 0) > 0);
  const { sides } = await page.state();
  expect(sides.map((side) => side.setting?.file)).toEqual(['lessons/01-fork-per-core/exercise.ts', 'beside.cjs']);
  expect(sides[1]?.output.map(({ text }) => text).join()).toContain('<b>the second one</b>');
  command.kill('SIGINT', 'group');
  expect((await command.ended).code).toBe(0);
  await expectNothingLeft(command, page);
});

test('a saved run is played without a program', async () => {
  const folder = join(workbook.root, '.workbook', 'runs', '01', 'latest');
  mkdirSync(folder, { recursive: true });
  const header = { schema: 3, lesson: '01', scenario: 'saved', file: 'x.ts', startedAt: '', node: '', platform: '' };
  const events = [
    { kind: 'start', t: 0, pid: 71, cores: 1, cpus: 1, port: 20001, env: {} },
    { kind: 'fork', t: 20, worker: 1, pid: 72 },
    { kind: 'listening', t: 90, worker: 1, pid: 72, address: null, port: 20001 },
    { kind: 'stop', t: 60_000, signal: 'SIGTERM' },
  ];
  writeFileSync(join(folder, 'saved.jsonl'), [header, ...events].map((line) => `${JSON.stringify(line)}\n`).join(''));
  const command = startDemo('1', '--replay', 'latest');
  const page = await pageOf(command);
  await until(async () => (await listening(page)).join() === '1');
  expect((await page.state()).show.recorded).toBe(true);
  expect(await page.act({ act: 'kill', worker: 1, signal: 'SIGKILL' })).toMatchObject({ ok: false });
  expect(await command.program()).toEqual([]);
  command.kill('SIGINT');
  expect((await command.ended).code).toBe(0);
});

test('with a class board, learners are told where to report', async () => {
  const command = startDemo('1', '--class');
  await pageOf(command);
  await until(() => /--report http:\/\/127\.0\.0\.1:\d+\/\S+/.exec(command.printed()));
  command.kill('SIGINT');
  const { code, stderr } = await command.ended;
  expect(code).toBe(0);
  expect(stderr).toContain('--host 0.0.0.0');
});

test('whoever lets others reach it is told so', async () => {
  const command = startDemo('1', '--host', '0.0.0.0');
  await until(() => command.printed().includes('#key='));
  command.kill('SIGINT');
  expect((await command.ended).stderr).toContain('Other machines can reach it');
});

describe('refused with the next command', () => {
  test.each([
    [['1', '--cores', '0'], /--cores 0/],
    [['1', '--cores', 'many'], /--cores many/],
    [['1', '--port', '80'], /--port 80/],
    [['1', '--host', ''], /--host/],
    [['1', '--file', 'x.ts', '--exercise'], /different programs/],
    [['1', '--solution', '--exercise'], /different programs/],
    [['1', '--replay', 'latest', '--beside', 'x.ts'], /--replay/],
    [['1', '--file', 'nowhere.ts'], /no file/],
    [['1', '--beside', 'nowhere.ts'], /no file/],
    [['1', '--besides', 'x.ts'], /--beside/],
    [['99'], /no lesson/],
  ])('%j', async (words, what) => {
    const { code, stdout, stderr } = await runCommand(workbook.root, ['demo', ...words]);
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
    expect(stderr).toMatch(what);
    expect(stderr).toMatch(/\n {2}next {2}\S/);
  });

  test('a run that was never saved', async () => {
    const { code, stderr } = await runCommand(workbook.root, ['demo', '2', '--replay', 'never']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/no saved run[^]*next/);
  });

  test('a port that is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      const { code, stderr } = await runCommand(workbook.root, ['demo', '1', '--port', String(port)]);
      expect(code).toBe(2);
      expect(stderr).toMatch(/cannot be served: [^]*next {2}npm run demo/);
    } finally {
      server.close();
    }
  });
});

test('a program that does not compile is told, and the page is there all the same', async () => {
  const file = join(workbook.root, 'broken.ts');
  writeFileSync(file, 'const = 3;');
  const command = startDemo('1', '--file', file);
  const page = await pageOf(command);
  await until(async () => (await page.state()).sides[0]?.trouble);
  expect((await page.state()).sides[0]).toMatchObject({ running: false } satisfies Partial<Tick>);
  writeFileSync(file, 'setInterval(() => undefined, 1000);');
  expect(await page.act({ act: 'start' })).toEqual({ ok: true });
  await until(async () => (await page.state()).sides[0]?.running);
  command.kill('SIGINT');
  const { code, stderr } = await command.ended;
  expect(code).toBe(0);
  expect(stderr).toMatch(/broken\.ts does not compile: line 1[^]*next/);
});
