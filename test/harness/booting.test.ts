// Workers that boot as the checker wants it, and what else a scenario does to a whole program: signals to all of it, workers
// that are stopped, and the wait for its own end.
import { describe, expect, test } from 'vitest';
import { livesOf, of, TO_ALL, type Life } from '../../runner/harness/history.ts';
import { CLUSTER, printed, run } from './staged.ts';

const PATIENCE = { limit: 10_000 };

const REPLACES = `${CLUSTER}
if (cluster.isPrimary) {
  forkAll();
  cluster.on('exit', () => setTimeout(() => cluster.fork(), 50));
} else serve();`;

describe('a worker', () => {
  test.each([
    ['CommonJS', 'program.cjs', REPLACES],
    [
      'a module',
      'program.mjs',
      `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url); ${REPLACES}`,
    ],
  ])('that is slow (%s) is online, and begins its program later', async (_kind, name, source) => {
    const history = await run(source, (stage) => stage.allListening(), {
      name,
      boots: { each: { how: 'fine' }, workers: { 2: { how: 'slow', ms: 700 } } },
    });
    const [quick, slow] = livesOf(history) as [Life, Life];
    expect(of(history, 'boot')).toMatchObject([{ pid: slow.pid, how: 'slow', ms: 700 }]);
    expect(slow.online).not.toBeNull();
    expect(slow.listening! - slow.forked).toBeGreaterThanOrEqual(700);
    expect(quick.listening).toBeLessThan(slow.listening!);
  });

  test('that dies at boot ends with code 1 as often as it is forked, until workers boot again', async () => {
    const history = await run(REPLACES, async (stage) => {
      await stage.allListening();
      stage.boots({ each: { how: 'dies' } });
      await stage.kill();
      const dead = (): Life[] => stage.lives.filter(({ code }) => code === 1);
      await stage.until('three have died', () => dead().length >= 3, PATIENCE);
      stage.boots({ each: { how: 'fine' } });
      await stage.until('as many as before', () => stage.listening().length === 2, PATIENCE);
    });
    expect(of(history, 'wait').map(({ met }) => met)).toEqual([true, true, true]);
    const plan = of(history, 'boots');
    expect(plan).toMatchObject([{ each: { how: 'dies' } }, { each: { how: 'fine' } }]);
    const [from, to] = plan.map(({ t }) => t) as [number, number];
    const died = livesOf(history).filter(({ code }) => code === 1);
    expect(of(history, 'boot').map(({ pid, how }) => [pid, how])).toEqual(died.map(({ pid }) => [pid, 'dies']));
    for (const { forked, listening } of died) {
      expect(forked).toBeGreaterThan(from);
      expect(listening).toBeNull();
    }
    expect(livesOf(history).some(({ forked, listening }) => forked > to && listening !== null)).toBe(true);
  });

  test('that hangs at boot never begins its program, is ended by SIGTERM, and ends with its primary', async () => {
    const source = `${CLUSTER}
      if (cluster.isWorker) serve();
      else {
        cluster.fork();
        const worker = cluster.fork();
        worker.on('online', () => worker.process.kill());
      }`;
    const history = await run(
      source,
      async (stage) => {
        await stage.until('one is gone', () => stage.lives.some((life) => life.exited !== null), PATIENCE);
      },
      { boots: { each: { how: 'hangs' } }, ending: 'SIGKILL' },
    );
    expect(of(history, 'wait')).toMatchObject([{ met: true }]);
    expect(of(history, 'boot')).toContainEqual(
      expect.objectContaining({ pid: livesOf(history)[0]?.pid, how: 'hangs' }),
    );
    expect(livesOf(history)).toMatchObject([
      { listening: null, exited: null },
      { listening: null, signal: 'SIGTERM' },
    ]);
    expect(of(history, 'left')).toMatchObject([{ pids: [] }]);
  });
});

describe('a program', () => {
  test('is signalled as a whole as from a terminal, and its own end is waited for', async () => {
    const source = `${CLUSTER}
      process.on('SIGINT', () => {
        console.log(cluster.isPrimary ? 'primary' : 'worker');
        setTimeout(() => process.exit(cluster.isPrimary ? 7 : 0), cluster.isPrimary ? 300 : 100);
      });
      if (cluster.isPrimary) forkAll(); else serve();`;
    const history = await run(source, async (stage) => {
      await stage.allListening();
      stage.signal('SIGINT', { group: true });
      expect(await stage.ended('its end', 5000)).toBe(true);
    });
    expect(printed(history).trim().split('\n').toSorted()).toEqual(['primary', 'worker', 'worker']);
    expect(of(history, 'fault')).toMatchObject([{ fault: 'SIGINT', landed: true, worker: null, detail: TO_ALL }]);
    expect(of(history, 'ended')).toMatchObject([{ code: 7 }]);
    expect(of(history, 'wait').at(-1)).toMatchObject({ until: 'its end', met: true });
  });

  test('whose rest may outlive it is given that time', async () => {
    const source = `${CLUSTER}
      if (cluster.isPrimary) forkAll();
      else {
        process.removeAllListeners('disconnect');
        process.on('disconnect', () => setTimeout(() => process.exit(), 3000));
        serve();
      }`;
    const play: Parameters<typeof run>[1] = async (stage) => {
      await stage.allListening();
      stage.signal('SIGKILL');
      await stage.ended('its end', 2000);
    };
    const history = await run(source, play, { outlives: 8000 });
    expect(of(history, 'left')).toMatchObject([{ pids: [] }]);
    expect(of(history, 'left')[0]?.after).toBeGreaterThan(2000);
  });
});

test('a frozen worker answers nothing until it is thawed, a blocked one when it has its loop again', async () => {
  const history = await run(REPLACES, async (stage) => {
    await stage.allListening();
    const workers = await stage.reach(1, '/');
    const [frozen, blocked] = stage.listening() as [Life, Life];
    stage.freeze(frozen);
    const waiting = workers.ask(frozen.pid, '/', { stream: 'to the frozen' });
    await workers.ask(blocked.pid, '/', { stream: 'meanwhile' });
    stage.thaw(frozen);
    await waiting;
    expect(await stage.block(blocked, 400)).toBe(true);
    await workers.ask(blocked.pid, '/', { stream: 'to the blocked' });
  });
  expect(of(history, 'fault').map(({ fault, landed }) => [fault, landed])).toEqual([
    ['freeze', true],
    ['thaw', true],
    ['block', true],
  ]);
  const [, thaw, block] = of(history, 'fault').map(({ t }) => ({ t })) as [unknown, { t: number }, { t: number }];
  const asked = (stream: string) => of(history, 'request').find((request) => request.stream === stream)!;
  expect(asked('meanwhile')).toMatchObject({ outcome: 'answered' });
  expect(asked('meanwhile').end).toBeLessThan(thaw.t);
  expect(asked('to the frozen')).toMatchObject({ outcome: 'answered' });
  expect(asked('to the frozen').end).toBeGreaterThan(thaw.t);
  expect(asked('to the blocked')).toMatchObject({ outcome: 'answered' });
  expect(asked('to the blocked').end).toBeGreaterThanOrEqual(block.t + 400);
});

test('the last answer on a connection that its client would keep is told as such', async () => {
  const source = `${CLUSTER}
    if (cluster.isPrimary) forkAll();
    else http.createServer((request, response) => {
      if (request.url === '/bye') response.setHeader('Connection', 'close');
      response.end('Hello from worker ' + process.pid + '\\n');
    }).listen(process.env.PORT);`;
  const history = await run(source, async (stage) => {
    await stage.allListening();
    const workers = await stage.reach(1, '/');
    await workers.ask(workers.pids[0]!, '/bye', { stream: 'kept' });
    await stage.ask('/bye', { stream: 'fresh' });
  });
  const requests = of(history, 'request').filter(({ path }) => path === '/bye');
  expect(requests.map(({ stream, last }) => [stream, last])).toEqual([
    ['kept', true],
    ['fresh', undefined],
  ]);
});

test('an exit is told although the first listener that hears of it ends the primary', async () => {
  const source = `${CLUSTER}
    if (cluster.isWorker) serve();
    else {
      const worker = cluster.fork();
      worker.prependListener('exit', () => process.exit(3));
    }`;
  const history = await run(source, async (stage) => {
    await stage.until('it listens', () => stage.listening().length === 1, PATIENCE);
    await stage.kill();
    await stage.ended('its end', 5000);
  });
  expect(of(history, 'ended')).toMatchObject([{ code: 3 }]);
  expect(livesOf(history)).toMatchObject([{ signal: 'SIGKILL', planned: false }]);
});

test('the news that a worker is disconnected can be made to come after that of its exit', async () => {
  const source = `${REPLACES}
    for (const name of ['disconnect', 'exit']) cluster.on(name, ({ id }) => console.log(name, id));`;
  const history = await run(source, async (stage) => {
    await stage.allListening();
    const victim = await stage.kill({ lateDisconnect: 200 });
    await stage.until('it is told', () => victim?.disconnected !== null, PATIENCE);
    // it is witnessed before the program hears of it: an answer of the primary comes after that
    await stage.flush();
  });
  const [victim] = livesOf(history) as [Life];
  expect(victim.disconnected! - victim.exited!).toBeGreaterThan(150);
  expect(printed(history).trim().split('\n').slice(0, 2)).toEqual(['exit 1', 'disconnect 1']);
});

test('a port that is taken is taken until the program is ended, and all that is wanted of its output is kept', async () => {
  const source = `
    const server = require('node:net').createServer().once('error', ({ code }) => {
      console.log(code);
      process.stdout.write('x'.repeat(100_000), () => process.exit(1));
    });
    server.listen(process.env.PORT);`;
  const history = await run(source, async (stage) => void (await stage.ended('its end', 5000)), {
    occupied: true,
    output: 90_000,
  });
  expect(of(history, 'ended')).toMatchObject([{ code: 1 }]);
  expect(printed(history)).toBe(`EADDRINUSE\n${'x'.repeat(90_000 - 11)}`);
  expect(of(history, 'left')).toMatchObject([{ pids: [], port: false }]);
});
