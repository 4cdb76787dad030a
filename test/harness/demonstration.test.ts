// A demonstration on real small clusters: what can be done to a program while it runs, and that its account adds up whatever
// is done.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ClientsAccount, LoadWish } from '../../runner/harness/clients.ts';
import { portFree } from '../../runner/harness/port.ts';
import { isDead, listProcesses } from '../../runner/harness/processes.ts';
import { demonstrate, type Demonstrated } from './demonstrated.ts';
import { CLUSTER } from './staged.ts';
import { until } from './until.ts';

/** Replaces what dies, answers `/slow` after 300 ms, and says what it hears. */
const REPLACES = `${CLUSTER}
if (cluster.isPrimary) {
  forkAll();
  cluster.on('exit', () => cluster.fork());
  cluster.on('message', (worker, message) => console.log('primary heard ' + JSON.stringify(message)));
  process.on('SIGHUP', () => console.log('primary was told to restart'));
} else {
  process.on('message', (message) => console.log('worker heard ' + JSON.stringify(message)));
  http.createServer((request, response) => {
    const answer = () => response.end('Hello from worker ' + process.pid + '\\n');
    request.url === '/' ? answer() : setTimeout(answer, 300);
  }).listen(process.env.PORT);
}
`;

const BUSY: LoadWish = { connections: 6, mode: 'keep-alive', perSecond: null, slowShare: 0 };

const lostOf = ({ lost }: ClientsAccount): number => Object.values(lost).reduce((sum, each) => sum + each, 0);
const listening = ({ lives }: Demonstrated): number[] =>
  lives.filter((life) => life.listening !== null && life.exited === null).map((life) => life.worker);
const bothListen = (demonstration: Demonstrated): Promise<unknown> =>
  until(() => listening(demonstration).length === 2);

/** By what the events tell, and not by the account. */
function answersTold({ of }: Demonstrated): number {
  const good = of('request').filter(({ outcome, status }) => outcome === 'answered' && status === 200);
  return of('answers').reduce((sum, { count }) => sum + count, 0) + good.length;
}

function expectItAddsUp(demonstration: Demonstrated): ClientsAccount {
  const account = demonstration.account();
  expect(account.sent).toBe(account.answered + lostOf(account) + account.inFlight);
  expect(account.answered).toBe(answersTold(demonstration));
  return account;
}

/** State of a process as Linux has it: T is stopped. */
const stateOf = (pid: number): string =>
  readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .slice(0, 1);

test('the account adds up at every moment, under kills, restarts of the load and the end of all', async () => {
  await demonstrate(REPLACES, async (demonstration) => {
    await bothListen(demonstration);
    let snapshots = 0;
    const looking = setInterval(() => {
      expectItAddsUp(demonstration);
      snapshots += 1;
    }, 7);
    try {
      for (const mode of ['keep-alive', 'fresh'] as const) {
        demonstration.load({ ...BUSY, mode });
        const before = demonstration.account();
        for (let kill = 0; kill < 3; kill += 1) {
          const answered = demonstration.account().answered;
          await until(() => demonstration.account().answered > answered + 200 && listening(demonstration).length === 2);
          expect(await demonstration.kill(listening(demonstration)[0] as number, 'SIGKILL')).toBe(true);
        }
        const lost = lostOf(before);
        await until(() => lostOf(demonstration.account()) > lost && listening(demonstration).length === 2);
      }
      demonstration.load({ ...BUSY, slowShare: 0.5 });
      await until(() => demonstration.of('answers').some(({ stream }) => stream === 'slow'));
    } finally {
      clearInterval(looking);
    }
    expect(snapshots).toBeGreaterThan(20);
    await demonstration.end();
    const { sent, inFlight } = expectItAddsUp(demonstration);
    expect(inFlight).toBe(0);
    expect(sent).toBeGreaterThan(1200);
  });
});

test('a load takes the place of the one before, and ends when it is nobody’s', async () => {
  await demonstrate(REPLACES, async (demonstration) => {
    // asked for before anybody listens: nobody is refused
    demonstration.load({ ...BUSY, connections: 3 });
    await until(() => demonstration.account().answered > 100);
    demonstration.load({ ...BUSY, connections: 2, mode: 'fresh' });
    await until(() => demonstration.of('load').some(({ state, mode }) => state === 'end' && mode === 'busy'));
    await until(() => demonstration.of('load').some(({ state, mode }) => state === 'begin' && mode === 'fresh'));
    demonstration.load({ ...BUSY, connections: 0 });
    await until(() => demonstration.of('load').filter(({ state }) => state === 'end').length === 2);
    const { sent, answered, inFlight, lost } = expectItAddsUp(demonstration);
    expect([inFlight, lost]).toEqual([0, {}]);
    expect(sent).toBe(answered);
  });
});

test('all clients together send no more than was asked for', async () => {
  await demonstrate(REPLACES, async (demonstration) => {
    await bothListen(demonstration);
    const begin = demonstration.now();
    demonstration.load({ connections: 8, mode: 'keep-alive', perSecond: 200, slowShare: 0 });
    await until(() => demonstration.account().answered >= 100);
    const { sent } = demonstration.account();
    // what was late is made up for, for a tenth of a second
    expect(sent).toBeLessThanOrEqual(1 + (demonstration.now() - begin + 100) / 5);
  });
});

test('a worker is killed by the signal that was asked for, and what is not there is not', async () => {
  await demonstrate(REPLACES, async (demonstration) => {
    await bothListen(demonstration);
    expect(await demonstration.kill(1, 'SIGKILL')).toBe(true);
    expect(await demonstration.kill(2, 'SIGTERM')).toBe(true);
    await until(() => demonstration.of('exit').length === 2);
    expect(new Map(demonstration.of('exit').map(({ worker, signal }) => [worker, signal]))).toEqual(
      new Map([
        [1, 'SIGKILL'],
        [2, 'SIGTERM'],
      ]),
    );
    expect(demonstration.of('fault').map(({ fault, worker, landed }) => [fault, worker, landed])).toEqual([
      ['SIGKILL', 1, true],
      ['SIGTERM', 2, true],
    ]);
    expect(await demonstration.kill(1, 'SIGKILL')).toBe(false);
    expect(await demonstration.block(77, 10)).toBe(false);
    expect([demonstration.freeze(77), demonstration.thaw(77), await demonstration.junk(77, 'up')]).toEqual([
      false,
      false,
      false,
    ]);
    expect(demonstration.of('fault')).toHaveLength(2);
  });
});

test('the primary is told to restart, and strangers’ messages arrive at both ends', async () => {
  await demonstrate(REPLACES, async (demonstration) => {
    await bothListen(demonstration);
    expect(demonstration.restart()).toBe(true);
    expect(await demonstration.junk(1, 'up')).toBe(true);
    expect(await demonstration.junk(2, 'down')).toBe(true);
    await until(() => demonstration.printed().includes('primary was told to restart'));
    await until(() => demonstration.printed().includes('primary heard {"zz-another-program":"ready"}'));
    await until(() => demonstration.printed().includes('worker heard {"zz-another-program":"ready"}'));
    expect(new Set(demonstration.of('fault').map(({ fault }) => fault))).toEqual(
      new Set(['SIGHUP', 'junk-up', 'junk-down']),
    );
  });
});

test.runIf(process.platform === 'linux')('a frozen worker stands still until it is thawed', async () => {
  await demonstrate(REPLACES, async (demonstration) => {
    await bothListen(demonstration);
    const { pid } = demonstration.lives[0] as { pid: number };
    expect(demonstration.freeze(1)).toBe(true);
    await until(() => stateOf(pid) === 'T');
    expect([demonstration.isFrozen(1), demonstration.freeze(1)]).toEqual([true, false]);
    expect([await demonstration.block(1, 10), await demonstration.junk(1, 'up')]).toEqual([false, false]);
    demonstration.load({ ...BUSY, connections: 4, mode: 'fresh' });
    await until(() => demonstration.account().inFlight > 0 && demonstration.account().answered > 20);
    const frozenAnswers = () => demonstration.of('answers').filter((event) => event.pid === pid).length;
    expect(frozenAnswers()).toBe(0);
    expect(demonstration.thaw(1)).toBe(true);
    await until(() => stateOf(pid) !== 'T' && frozenAnswers() > 0);
    expect([demonstration.isFrozen(1), demonstration.thaw(1)]).toEqual([false, false]);
    expect(demonstration.of('fault').map(({ fault, landed }) => [fault, landed])).toEqual([
      ['freeze', true],
      ['thaw', true],
    ]);
  });
});

test('a blocked worker lets its clients wait, and their latencies tell', async () => {
  await demonstrate(REPLACES, async (demonstration) => {
    await bothListen(demonstration);
    // few requests: those that wait are more than one in a hundred
    demonstration.load({ connections: 4, mode: 'fresh', perSecond: 30, slowShare: 0 });
    await until(() => demonstration.account().p50 !== null);
    expect(await demonstration.block(1, 700)).toBe(true);
    await until(() => (demonstration.account().p99 ?? 0) >= 350);
    expect(demonstration.account().slowest).toBeGreaterThanOrEqual(350);
    expect(demonstration.of('fault').map(({ fault, detail, landed }) => [fault, detail, landed])).toEqual([
      ['block', '700 ms', true],
    ]);
    expect(demonstration.account().lost).toEqual({});
  });
});

test('the slowest answer is of all requests, the percentiles of those that need not take long', async () => {
  await demonstrate(REPLACES, async (demonstration) => {
    await bothListen(demonstration);
    demonstration.load({ connections: 4, mode: 'keep-alive', perSecond: 40, slowShare: 1 });
    await until(() => (demonstration.account().slowest ?? 0) >= 290);
    const { p50, p99, patience } = demonstration.account();
    expect([p50, p99]).toEqual([null, null]);
    expect(patience).toBeGreaterThanOrEqual(3000);
  });
});

test('what each process prints is told with its pid, and what nobody says he wrote with none', async () => {
  const source = `${REPLACES}
    console.log(cluster.isPrimary ? 'the primary speaks' : 'a worker speaks');
    console.error('to stderr too');
    if (cluster.isPrimary) require('node:fs').writeSync(1, 'past the stream\\n');`;
  await demonstrate(source, async (demonstration) => {
    await until(() => (demonstration.printed().match(/a worker speaks/g) ?? []).length === 2);
    await until(() => demonstration.printed().includes('past the stream'));
    const pids = (text: string) =>
      demonstration
        .of('output')
        .filter((event) => event.text === text)
        .map(({ pid }) => pid);
    const workers = demonstration.lives.map(({ pid }) => pid);
    expect(pids('the primary speaks\n')).toEqual([demonstration.pid]);
    expect(pids('a worker speaks\n').toSorted()).toEqual(workers.toSorted());
    await until(() => pids('to stderr too\n').length === 3);
    expect(pids('to stderr too\n').toSorted()).toEqual([demonstration.pid, ...workers].toSorted());
    expect(pids('past the stream\n')).toEqual([null]);
  });
});

describe('a program that goes wild stays bounded', () => {
  test('by what it prints', async () => {
    const source = `const more = () => { process.stdout.write('x'.repeat(4096)); setImmediate(more); }; more();`;
    await demonstrate(source, async (demonstration) => {
      await until(() => demonstration.printed().includes('characters left out'));
      const seconds = Math.ceil(demonstration.now() / 1000) + 1;
      expect(demonstration.printed().length).toBeLessThan(seconds * 21_000);
      expect(demonstration.of('output').length).toBeLessThan(seconds * 202);
    });
  });

  test('a crash loop may go on, and of its dead only the last are kept', async () => {
    const source = `${CLUSTER}
      if (cluster.isPrimary) { forkAll(); cluster.on('exit', () => cluster.fork()); } else process.exit(1);`;
    await demonstrate(source, async (demonstration) => {
      await until(() => demonstration.of('exit').length > 70);
      const dead = demonstration.lives.filter((life) => life.exited !== null);
      expect(dead.length).toBeLessThanOrEqual(51);
      expect(dead.at(-1)?.worker).toBeGreaterThan(60);
      expect(demonstration.of('bounded')).toEqual([]);
    });
  });

  test('one that forks without end is stopped, and it is told', async () => {
    const source = `${CLUSTER}
      if (cluster.isPrimary) { let left = 150; setInterval(() => { if (left-- > 0) cluster.fork(); }, 1); }
      setTimeout(() => process.kill(process.pid, 'SIGKILL'), 30_000).unref();`;
    await demonstrate(source, async (demonstration) => {
      expect(await demonstration.over).toEqual({ kind: 'bounded', detail: expect.stringMatching(/processes|forked/) });
      await demonstration.end();
      expect(demonstration.of('cleaned')).toEqual([expect.objectContaining({ pids: [], port: false })]);
    });
  });
});

describe('nothing is left', () => {
  const pidsOf = ({ pid, lives }: Demonstrated): number[] => [pid, ...lives.map((life) => life.pid)];
  async function expectNothingOf(pids: readonly number[], port: number): Promise<void> {
    expect(pids.length).toBeGreaterThan(2);
    expect((await listProcesses()).filter((each) => pids.includes(each.pid) && !isDead(each))).toEqual([]);
    expect(await portFree(port)).toBe(true);
  }

  test('when it is ended with a frozen worker, under load', async () => {
    await demonstrate(REPLACES, async (demonstration) => {
      await bothListen(demonstration);
      demonstration.load(BUSY);
      await until(() => demonstration.account().answered > 100);
      demonstration.freeze(2);
      const pids = pidsOf(demonstration);
      await demonstration.end();
      await expectNothingOf(pids, demonstration.port);
      expect(await demonstration.over).toEqual({ kind: 'ended', code: null, signal: 'SIGTERM' });
    });
  });

  test('when all is aborted', async () => {
    const abort = new AbortController();
    await demonstrate(
      REPLACES,
      async (demonstration) => {
        await bothListen(demonstration);
        const pids = pidsOf(demonstration);
        abort.abort();
        await demonstration.end();
        await expectNothingOf(pids, demonstration.port);
      },
      { signal: abort.signal },
    );
  });

  test('when its primary ends by itself', async () => {
    const source = `${CLUSTER} if (cluster.isPrimary) { forkAll(); cluster.once('listening', () => process.exit(3)); } else serve();`;
    await demonstrate(source, async (demonstration) => {
      expect(await demonstration.over).toEqual({ kind: 'ended', code: 3, signal: null });
      const pids = pidsOf(demonstration);
      await demonstration.end();
      await expectNothingOf(pids, demonstration.port);
    });
  });
});

test('the policy is told to the program, and so are the cores', async () => {
  const source = `console.log(process.env.NODE_CLUSTER_SCHED_POLICY ?? 'unset', require('node:os').availableParallelism()); setInterval(() => {}, 1000);`;
  for (const [policy, words] of [
    ['none', 'none 7\n'],
    [null, 'unset 7\n'],
  ] as const) {
    await demonstrate(source, async (demonstration) => void (await until(() => demonstration.printed() === words)), {
      policy,
      cores: 7,
    });
  }
});
