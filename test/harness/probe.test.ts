// The probe as a program sees it: not at all, as long as nobody searches for it; and what a program does to Node itself
// does not change what the probe reports.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { workbookRoot } from '#workbook';
import { openChannel } from '../../runner/harness/channel.ts';
import { claimsOf, livesOf, of } from '../../runner/harness/history.ts';
import type { ProbeSettings } from '../../runner/harness/probe/messages.ts';
import { isDead, listProcesses } from '../../runner/harness/processes.ts';
import { openRig } from '../../runner/harness/rig.ts';
import { CLUSTER, printed, run } from './staged.ts';
import { until } from './until.ts';

/** Ends by itself; the stage only waits for it. */
const toItsEnd = async (stage: { comeToRest(ms: number): Promise<void> }): Promise<void> => stage.comeToRest(20_000);

function plainly(source: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'plain-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'program.cjs');
  writeFileSync(file, source);
  return spawnSync(process.execPath, [file], { encoding: 'utf8', env: { PATH: process.env.PATH } }).stdout;
}

/** What a program finds that looks around: in the primary, in a worker, in a child with an environment of its own, in a thread. */
const LOOKS_AROUND = `
const childProcess = require('node:child_process');
const cluster = require('node:cluster');
const os = require('node:os');
const threads = require('node:worker_threads');
const look = () => ({
  variables: Object.keys(process.env).filter((name) => /^(WORKBOOK|NODE_OPTIONS)/.test(name)),
  options: process.execArgv,
  preloaded: process._preload_modules,
  loaded: Object.keys(require.cache).map((file) => require('node:path').basename(file)),
  listeners: process.eventNames().filter((name) => typeof name === 'string' && !/internal|^newListener|^removeListener/.test(name)),
  own: [cluster, process, os, childProcess, threads].map((it) => Object.keys(it).toSorted()),
  names: [cluster.fork, os.availableParallelism, childProcess.spawnSync, childProcess.ChildProcess.prototype.spawn, threads.Worker].map(
    (it) => [it?.name, it?.length, typeof it],
  ),
});
`;

describe('a program that looks around', () => {
  test('finds what it finds under plain Node, in its primary and its workers', async () => {
    const source = `${LOOKS_AROUND}
      if (cluster.isPrimary) {
        const worker = cluster.fork();
        worker.on('message', (message) => console.log(JSON.stringify([look(), message])));
      } else process.send(look(), () => process.disconnect());`;
    const plain = plainly(source);
    expect(JSON.parse(plain)).toHaveLength(2);
    const seen = printed(await run(source, toItsEnd, { name: 'program.cjs' }));
    const [primary, worker] = JSON.parse(seen) as { variables: string[]; listeners: string[] }[];
    const [plainPrimary, plainWorker] = JSON.parse(plain) as { variables: string[]; listeners: string[] }[];
    // what an uncaught error says is reported by a listener of its own kind, which changes nothing in what becomes of it
    const without = (it?: { listeners: string[] }) => ({
      ...it,
      listeners: it?.listeners.filter((name) => name !== 'uncaughtExceptionMonitor' && name !== 'exit'),
    });
    expect(without(primary)).toEqual(without(plainPrimary));
    expect(without(worker)).toEqual(without(plainWorker));
  });

  test('keeps the options that it gives itself, and those alone', async () => {
    const history = await run(
      `const { fork } = require('node:child_process');
       if (process.argv[2] === 'child') process.send(process.env.NODE_OPTIONS);
       else fork(__filename, ['child'], { env: { NODE_OPTIONS: '--stack-trace-limit=7' } }).on('message', (text) => console.log(text));`,
      toItsEnd,
    );
    expect(printed(history)).toBe('--stack-trace-limit=7\n');
    expect(of(history, 'hello')).toHaveLength(2);
  });
});

describe('the probe goes along', () => {
  test('with a child that is given an empty environment, however it is started', async () => {
    const history = await run(
      `const childProcess = require('node:child_process');
       const own = [__filename, 'child'];
       if (process.argv[2] !== 'child') {
         const env = {};
         childProcess.spawn(process.execPath, own, { env });
         childProcess.execFile(process.execPath, own, { env });
         childProcess.fork(__filename, ['child'], { env });
         childProcess.exec(JSON.stringify(process.execPath) + ' ' + own.map((word) => JSON.stringify(word)).join(' '), { env });
         childProcess.spawnSync(process.execPath, own, { env });
         childProcess.execFileSync(process.execPath, own);
         childProcess.execSync(JSON.stringify(process.execPath) + ' ' + own.map((word) => JSON.stringify(word)).join(' '), { env });
       }`,
      toItsEnd,
    );
    expect(of(history, 'hello').filter((hello) => hello.role === 'other')).toHaveLength(7);
    expect(of(history, 'hello').filter((hello) => hello.forked)).toHaveLength(1);
  });

  test('with a thread, whose cores are the scenario’s whatever it is given', async () => {
    const history = await run(
      `const { Worker, isMainThread } = require('node:worker_threads');
       if (!isMainThread) console.log(require('node:os').availableParallelism(), Object.keys(process.env).filter((name) => name.startsWith('WORKBOOK')).length);
       else for (const options of [{}, { env: { A: '1' } }, { execArgv: ['--no-warnings'] }, { env: process.env }]) new Worker(__filename, options);`,
      toItsEnd,
      { cores: 7 },
    );
    expect(printed(history)).toBe('7 0\n'.repeat(4));
    expect(of(history, 'hello')).toHaveLength(1);
  });

  test('past what is no Node process, and leaves its output as it is', async () => {
    const history = await run(
      `const { execSync, execFileSync, spawnSync } = require('node:child_process');
       process.stdout.write(execSync('echo one; echo $A', { env: { A: 'two' } }));
       process.stdout.write(execFileSync('echo', ['three']));
       process.stdout.write(spawnSync('cat', { input: 'four' }).stdout);
       process.stdout.write(spawnSync('no-such-program').error.code);`,
      toItsEnd,
    );
    expect(printed(history)).toBe('one\ntwo\nthree\nfourENOENT');
  });
});

test('connections are told together, and each at its own time', async () => {
  const history = await run(`${CLUSTER} if (cluster.isPrimary) forkAll(); else serve();`, async (stage) => {
    await stage.allListening();
    await stage.together(40, '/');
    await stage.flush();
  });
  for (const kind of ['taken', 'handed'] as const) {
    const told = of(history, kind);
    expect(Math.max(...told.map(({ ports }) => ports.length))).toBeGreaterThan(1);
    const claims = told.flatMap(claimsOf);
    const asked = of(history, 'request');
    expect(asked).toHaveLength(40);
    for (const { conn, opened, end } of asked) {
      const own = claims.filter(({ port, t }) => port === conn && t >= opened && t <= end);
      expect(own, `${kind}: port ${conn}`).toHaveLength(1);
    }
  }
});

describe('what is reported does not change', () => {
  const reports = async (before: string) => {
    const history = await run(
      `${before}\n${CLUSTER} if (cluster.isPrimary) forkAll(); else serve();`,
      async (stage) => {
        await stage.allListening();
        await stage.each(true);
        await stage.visit(6);
        await stage.flush();
      },
    );
    const workers = livesOf(history).map((life) => life.pid);
    const taken = of(history, 'taken').flatMap((event) => event.ports.map((port) => [port, event.pid]));
    const asked = of(history, 'request').map((request) => [request.conn, request.pid]);
    return { history, workers, taken, asked };
  };

  test.each([
    ['its clock', `process.hrtime = Object.assign(() => [0, 0], { bigint: () => 0n });`],
    ['JSON', `const { stringify } = JSON; JSON.stringify = (value) => value?.say ? '{}' : stringify(value);`],
    [
      'what writes to files',
      `const fs = require('node:fs'); fs.writeSync = () => 0; fs.fstatSync = () => ({ ino: 0 });`,
    ],
    [
      'its timers',
      `globalThis.setInterval = () => ({ unref() {} }); globalThis.setImmediate = () => ({ unref() {} });`,
    ],
    ['its own pid', `const { pid } = process; Object.defineProperty(process, 'pid', { get: () => pid + 1 });`],
    [
      'Buffer',
      `const { from } = Buffer; Buffer.from = (...args) => typeof args[0] === 'string' && args[0].includes('"say"') ? Buffer.alloc(0) : from(...args);`,
    ],
  ])('by a program that replaces %s', async (_what, before) => {
    const { workers, taken, asked, history } = await reports(before);
    expect(workers).toHaveLength(2);
    expect(asked).toHaveLength(6);
    expect(taken.toSorted()).toEqual(asked.map(([port]) => [port, expect.any(Number)]).toSorted());
    expect(taken.every(([, pid]) => workers.includes(pid as number))).toBe(true);
    expect(of(history, 'silent')).toEqual([]);
  });
});

test('a program whose checker is gone ends by itself, without anybody who searches for it', async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'alone-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'program.cjs');
  writeFileSync(file, `${CLUSTER} if (cluster.isPrimary) forkAll(); else setInterval(() => {}, 1000);`);
  const opened = await openRig({ file, workbook: workbookRoot, scratch: join(folder, 'scratch') });
  if (opened.kind !== 'rig') throw new Error('the program cannot be run');
  onTestFinished(() => opened.close());
  const greeted = new Set<number>();
  const deaf = (): void => undefined;
  const channel = await openChannel(folder, {
    hear: ({ pid }) => greeted.add(pid),
    silent: deaf,
    forged: deaf,
    flooded: deaf,
  });
  const probe = join(folder, 'probe.cjs');
  copyFileSync(opened.rig.probe, probe);
  const settings: ProbeSettings = {
    socket: channel.socket,
    checker: process.pid,
    travels: { NODE_OPTIONS: `--require ${JSON.stringify(probe)}` },
    port: 0,
    cores: 2,
    cpus: 2,
    shadows: {},
    given: {},
  };
  writeFileSync(join(folder, 'probe.json'), JSON.stringify(settings));
  const env = { PATH: process.env.PATH, ...settings.travels };
  const child = spawn(process.execPath, [file], { detached: true, stdio: 'ignore', env });
  const exited = once(child, 'exit');
  onTestFinished(() => void child.kill('SIGKILL'));
  await until(() => greeted.size === 3);
  const living = async (): Promise<number> =>
    (await listProcesses()).filter((one) => greeted.has(one.pid) && !isDead(one)).length;
  expect(await living()).toBe(3);
  channel.cut();
  await until(async () => (await living()) === 0);
  expect(await exited).toEqual([null, 'SIGKILL']);
  await channel.close();
});

describe('messages', () => {
  /** What the primary sends while handles are under way waits in Node, and is written later. */
  test('are counted once, whichever way they are sent, also while connections are dealt', async () => {
    const history = await run(
      `${CLUSTER}
      if (cluster.isPrimary) {
        forkAll();
        cluster.on('message', (worker) => worker.send('again'));
      } else http.createServer((request, response) => {
        process.send('one');
        process._send('two', null, {}, () => {});
        response.end('Hello from worker ' + process.pid + '\\n');
      }).listen(process.env.PORT);`,
      async (stage) => {
        await stage.allListening();
        const load = stage.load({ stream: 'fresh', mode: 'fresh', connections: 8, path: '/' });
        await stage.until('enough', () => load.answered > 200, { limit: 20_000 });
        await load.stop();
        await stage.comeToRest(500);
      },
    );
    const count = (kind: 'sent' | 'received', direction: 'up' | 'down') =>
      of(history, kind)
        .filter((event) => event.direction === direction)
        .reduce((sum, event) => sum + event.count, 0);
    const answered = of(history, 'load').findLast(({ state }) => state === 'end')?.answered ?? 0;
    expect(answered).toBeGreaterThan(200);
    expect(count('sent', 'up')).toBe(2 * answered);
    expect(count('sent', 'down')).toBe(2 * answered);
    expect(count('received', 'up')).toBe(2 * answered);
    expect(of(history, 'passed')).toEqual([]);
  });

  test('that carry a connection on PORT are told, and others that carry a handle are not', async () => {
    const history = await run(
      `${CLUSTER}
      const net = require('node:net');
      if (cluster.isPrimary) {
        forkAll();
        cluster.on('message', (worker, message, socket) => socket.end('HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n'));
      } else {
        net.createServer((socket) => process.send('port', socket)).listen(process.env.PORT);
        const other = net.createServer((socket) => process.send('other', socket)).listen(0, () => {
          net.connect(other.address().port);
        });
      }`,
      async (stage) => {
        await stage.allListening();
        await stage.visit(3);
      },
    );
    const asked = of(history, 'request').filter(({ path }) => path === '/');
    expect(asked.length).toBeGreaterThan(0);
    expect(of(history, 'passed').map(({ port }) => port)).toEqual(asked.map(({ conn }) => conn));
  });
});

test.each(['online', 'listening', 'disconnect'] as const)(
  'a worker’s %s is told before what the program does about it',
  async (name) => {
    const history = await run(
      `${CLUSTER}
       if (cluster.isPrimary) {
         const worker = cluster.fork().once('${name}', () => cluster.fork());
         worker.once('listening', () => worker.send('leave'));
       } else if (cluster.worker.id === 1) {
         serve();
         process.once('message', () => cluster.worker.disconnect());
       } else process.exit();`,
      toItsEnd,
    );
    const told = history.events.flatMap((event) =>
      (event.kind === name && event.worker === 1) || (event.kind === 'fork' && event.worker === 2) ? [event.kind] : [],
    );
    expect(told).toEqual([name, 'fork']);
  },
);
