// What the live page is told of real programs, and what it may ask for: without a server, and without a page.
import { mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Action, Tick } from '#live';
import { type Shows, workbookRoot } from '#workbook';
import { openDemoShow, type DemoShow } from '../../runner/cli/demo-show.ts';
import { isDead, listProcesses } from '../../runner/harness/processes.ts';
import { CLUSTER } from '../harness/staged.ts';
import { until } from '../harness/until.ts';

const GOOD = `${CLUSTER} if (cluster.isPrimary) { forkAll(); cluster.on('exit', () => cluster.fork()); } else serve();`;

let folder: string;

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'shown-')));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Watched extends DemoShow {
  readonly ticks: readonly Tick[];
  last(side?: 0 | 1): Tick | undefined;
  /** Pids that were told to listen, and not to be dead. */
  listening(side?: 0 | 1): readonly { readonly pid: number; readonly worker: number }[];
}

async function show(
  sources: readonly string[],
  look: (watched: Watched) => Promise<void>,
  shows: Shows | null = null,
): Promise<void> {
  const programs = sources.map((source, index) => {
    const name = `program-${index}-${readdirSync(folder).length}.cjs`;
    writeFileSync(join(folder, name), source);
    return { file: join(folder, name), shown: name, counts: false };
  });
  const ticks: Tick[] = [];
  const opened = openDemoShow({
    lesson: { number: 1, title: 'Any' },
    beats: [],
    programs: programs as unknown as Parameters<typeof openDemoShow>[0]['programs'],
    root: workbookRoot,
    cores: 2,
    knowsSlow: false,
    shows,
    solutionOnly: true,
  });
  opened.listen((tick) => ticks.push(tick));
  const of = (side: 0 | 1) => ticks.filter((tick) => tick.side === side);
  const listening = (side: 0 | 1 = 0) => {
    const run = of(side).at(-1)?.run;
    const news = of(side)
      .filter((tick) => tick.run === run)
      .flatMap((tick) => tick.processes);
    const dead = new Set(news.filter(({ is }) => is === 'dead').map(({ pid }) => pid));
    return news
      .filter(({ is, pid }) => is === 'listening' && !dead.has(pid))
      .map(({ pid, worker }) => ({ pid, worker: worker as number }));
  };
  try {
    await look({ ...opened, ticks, last: (side = 0) => of(side).at(-1), listening });
  } finally {
    await opened.close();
  }
  for (const { account } of ticks) {
    const lost = Object.values(account.lost).reduce((sum, each) => sum + each, 0);
    expect(account.sent).toBe(account.answered + lost + account.inFlight);
  }
}

test('it is started, loaded, hurt, started anew with other cores, and stopped', async () => {
  await show([GOOD], async (shown) => {
    expect(await shown.act({ act: 'start' })).toEqual({ ok: true });
    await until(() => shown.listening().length === 2 && (shown.last()?.account.answered ?? 0) > 10);
    const [victim] = shown.listening();
    expect(await shown.act({ act: 'kill', worker: victim?.worker ?? 0, signal: 'SIGKILL' })).toEqual({ ok: true });
    await until(() => shown.listening().length === 2 && !shown.listening().some(({ pid }) => pid === victim?.pid));
    expect(shown.ticks.flatMap((tick) => tick.faults)).toEqual([
      expect.objectContaining({ what: 'SIGKILL', pid: victim?.pid, landed: true }),
    ]);
    expect(await shown.act({ act: 'load', connections: 0, mode: 'fresh', perSecond: null, slowShare: 0 })).toEqual({
      ok: true,
    });
    await until(() => shown.last()?.load.connections === 0 && shown.last()?.account.inFlight === 0);

    expect(await shown.act({ act: 'set', cores: 3, policy: 'none' })).toEqual({ ok: true });
    await until(() => shown.last()?.run === 2 && shown.listening().length === 3);
    expect(shown.last()).toMatchObject({ running: true, setting: { cores: 3, policy: 'none' }, account: { sent: 0 } });
    const ended = shown.ticks.filter(({ run }) => run === 1).at(-1);
    expect(ended).toMatchObject({ running: false, trouble: null, setting: { cores: 2, policy: null } });

    const pids = shown.listening().map(({ pid }) => pid);
    expect(await shown.act({ act: 'stop' })).toEqual({ ok: true });
    expect((await listProcesses()).filter((each) => pids.includes(each.pid) && !isDead(each))).toEqual([]);
    await until(() => shown.last()?.running === false);
    expect(shown.last()?.account.lost).toEqual({});
    expect(await shown.act({ act: 'start' })).toEqual({ ok: true });
    await until(() => shown.last()?.run === 3 && shown.listening().length === 3);
  });
});

test('all the answers that are counted are somebody’s', async () => {
  await show([GOOD], async (shown) => {
    await shown.act({ act: 'start' });
    await shown.act({ act: 'load', connections: 8, mode: 'keep-alive', perSecond: null, slowShare: 0 });
    await until(() => (shown.last()?.account.answered ?? 0) > 2000);
    let told = 0;
    for (const { answered, account } of shown.ticks) {
      told += answered.reduce((sum, { count }) => sum + count, 0);
      expect(told).toBe(account.answered);
    }
  });
});

test('what cannot be done is refused in words', async () => {
  await show([GOOD], async ({ act, listening }) => {
    const why = async (action: Action) => {
      const acted = await act(action);
      return acted.ok ? 'done' : acted.why;
    };
    expect(await why({ act: 'stop' })).toMatch(/does not run/);
    expect(await why({ act: 'restart' })).toMatch(/does not run/);
    expect(await why({ act: 'kill', worker: 1, signal: 'SIGKILL' })).toMatch(/does not run/);
    expect(await why({ act: 'start' })).toBe('done');
    await until(() => listening().length === 2);
    expect(await why({ act: 'kill', worker: 9, signal: 'SIGKILL' })).toMatch(/no worker 9/);
    expect(await why({ act: 'thaw', worker: 1 })).toMatch(/not frozen/);
    expect(await why({ act: 'freeze', worker: 1 })).toBe('done');
    expect(await why({ act: 'freeze', worker: 1 })).toMatch(/frozen/);
    expect(await why({ act: 'block', worker: 1, ms: 10 })).toMatch(/thaw it first/);
    expect(await why({ act: 'thaw', worker: 1 })).toBe('done');
    expect(await why({ act: 'start', side: 1 })).toMatch(/no second program/);
  });
});

describe('a program that does not run is told', () => {
  test('where it does not compile, and it can be mended and started again', async () => {
    await show(['const = 3;'], async (shown) => {
      const acted = await shown.act({ act: 'start' });
      expect(acted).toEqual({ ok: false, why: expect.stringMatching(/does not compile: line 1/) });
      await until(() => shown.last()?.running === false);
      expect(shown.last()?.trouble).toMatch(/does not compile/);
      const broken = readdirSync(folder).findLast((name) => name === shown.last()?.setting.file) as string;
      writeFileSync(join(folder, broken), GOOD);
      expect(await shown.act({ act: 'start' })).toEqual({ ok: true });
      await until(() => shown.listening().length === 2);
      expect(shown.last()).toMatchObject({ run: 2, trouble: null });
    });
  });

  test('where it ends by itself', async () => {
    await show([`console.log('not for long'); process.exit(4);`], async (shown) => {
      await shown.act({ act: 'start' });
      await until(() => shown.last()?.running === false);
      expect(shown.ticks.flatMap((tick) => tick.processes).at(-1)).toMatchObject({ is: 'dead', worker: null });
      expect(shown.ticks.flatMap((tick) => tick.output).map(({ text }) => text.trim())).toContain('not for long');
      expect(await shown.act({ act: 'stop' })).toMatchObject({ ok: false });
    });
  });
});

test('when it has ended by itself its clients go on for a moment, and are refused; it can be started again at once', async () => {
  const ends = `${CLUSTER}
if (cluster.isPrimary) { forkAll(); process.on('SIGTERM', () => process.exit(7)); } else serve();`;
  await show([ends], async (shown) => {
    await shown.act({ act: 'start' });
    await until(() => shown.listening().length === 2 && (shown.last()?.account.answered ?? 0) > 10);
    expect(shown.last()?.ended).toBeNull();
    expect(await shown.act({ act: 'shut-down', signal: 'SIGTERM', group: false })).toEqual({ ok: true });
    await until(() => (shown.last()?.account.lost.refused ?? 0) > 0);
    expect(shown.last()).toMatchObject({ run: 1, ended: 'code 7', trouble: null });
    expect(await shown.act({ act: 'start' })).toEqual({ ok: true });
    await until(() => shown.last()?.run === 2 && shown.listening().length === 2);
    expect(shown.last()).toMatchObject({ running: true, ended: null });
  });
});

test('its workers are asked what they say of themselves, outside of the account of the load', async () => {
  const says = `${CLUSTER}
if (cluster.isPrimary) forkAll();
else http.createServer((request, response) => {
  if (request.url === '/stats') response.end(JSON.stringify({ pid: process.pid, total: 12345 }));
  else response.end('Hello from worker ' + process.pid + '\\n');
}).listen(process.env.PORT);`;
  await show(
    [says],
    async (shown) => {
      await shown.act({ act: 'load', connections: 0, mode: 'fresh', perSecond: null, slowShare: 0 });
      await shown.act({ act: 'start' });
      const said = () => new Map(shown.ticks.flatMap((tick) => tick.said.map(({ pid, value }) => [pid, value])));
      await until(() => said().size === 2);
      expect([...said().keys()].toSorted()).toEqual(
        shown
          .listening()
          .map(({ pid }) => pid)
          .toSorted(),
      );
      expect(new Set(said().values())).toEqual(new Set(['12,345']));
      expect(shown.last()?.account).toMatchObject({ sent: 0, answered: 0 });
    },
    { path: '/stats', field: 'total' },
  );
});

test('two programs run side by side, and what is asked of both is done to each', async () => {
  const frail = `${CLUSTER} if (cluster.isPrimary) forkAll(); else serve();`;
  await show([GOOD, frail], async (shown) => {
    await shown.act({ act: 'start' });
    await until(() => ([0, 1] as const).every((side) => shown.listening(side).length === 2));
    await shown.act({ act: 'kill', worker: 1, signal: 'SIGKILL' });
    await until(() => shown.listening(1).length === 1 && shown.listening(0).some(({ worker }) => worker === 3));
    // the second one has no worker 3: the first one has
    expect(await shown.act({ act: 'kill', worker: 3, signal: 'SIGTERM' })).toEqual({ ok: true });
    expect(await shown.act({ act: 'stop', side: 1 })).toEqual({ ok: true });
    await until(() => shown.last(1)?.running === false);
    expect(shown.last(0)?.running).toBe(true);
  });
});
