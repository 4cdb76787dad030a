// Prints how fast the workbook is, beside what it could be at best: `npm run bench`, about two minutes, on a quiet machine.
// It measures and asserts nothing. NODE_EXTRA_CA_CERTS is unset for all of it: it costs Node 20 about 38 ms a process.
import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import autocannon from 'autocannon';
import { transform } from 'esbuild';
import { livesOf } from '../../runner/harness/history.ts';
import { freePort, releasePort } from '../../runner/harness/port.ts';
import { openRig } from '../../runner/harness/rig.ts';
import { mainThreadCpuMs } from '../../runner/harness/processes.ts';
import { runScenario } from '../../runner/harness/scenario.ts';

delete process.env.NODE_EXTRA_CA_CERTS;

const root = path.resolve(import.meta.dirname, '..', '..');
const start = path.join(root, 'runner', 'cli', 'start.cjs');
const solution = path.join(root, 'solutions', '01-fork-per-core.ts');
const scratch = path.join(root, '.workbook', 'tmp');
mkdirSync(scratch, { recursive: true });
const folder = mkdtempSync(path.join(scratch, 'bench-'));

/** Of lesson 4's solution: how long a retired worker lets its clients finish, once for each of three workers. */
const GRACES_MS = 3 * 1000;
/** Written by hand in plain Node, and what we aim at. */
const CHECKS = [
  { lesson: 1, floor: null, aim: 2500 },
  { lesson: 2, floor: 310, aim: 2500 },
  { lesson: 3, floor: null, aim: 2500 },
  { lesson: 4, floor: 450 + GRACES_MS, aim: GRACES_MS + 3000 },
] as const;

const PIPED: SpawnOptions = { stdio: ['ignore', 'pipe', 'ignore'] };

/** In the primary, for each worker: the time from its fork to its listening. */
const TELLS_BOOTS = `
const forkedAt = new Map();
if (cluster.isPrimary) {
  const fork = cluster.fork;
  cluster.fork = (env) => {
    const begin = performance.now();
    const worker = fork.call(cluster, env);
    forkedAt.set(worker.id, begin);
    return worker;
  };
  cluster.on('listening', (worker) => console.log('boot ' + (performance.now() - forkedAt.get(worker.id))));
}
`;

const sections: readonly (readonly [title: string, measure: () => Promise<void>])[] = [
  ['npm run check N -- --solution, from the command to its end', checks],
  ['npm run lesson 3, to its first line', firstLine],
  ['a worker, from its fork to its listening', workerBoot],
  ['npm run watch, from the save to the check’s first line', saveToCheck],
  ['throughput under the probe (one worker, autocannon with 10 keep-alive connections)', probeCost],
  ['the ledger beside autocannon', ledger],
];

try {
  console.log(
    `Node ${process.version}, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)} before the start`,
  );
  for (const [title, measure] of sections) {
    console.log(`\n${title}`);
    await measure();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function checks(): Promise<void> {
  for (const { lesson, floor, aim } of CHECKS) {
    const times: number[] = [];
    const codes = new Set<number | null>();
    for (let round = 0; round < 2; round += 1) {
      const begin = performance.now();
      const child = npm(['run', '-s', 'check', String(lesson), '--', '--solution'], root);
      const [code] = (await once(child, 'close')) as [number | null];
      codes.add(code);
      times.push(performance.now() - begin);
    }
    const beside = floor === null ? '' : `, floor ${ms(floor)}, ${(middle(times) / floor).toFixed(1)} x`;
    const verdict = codes.size === 1 && codes.has(0) ? 'passed' : `exit codes ${[...codes].join(', ')}`;
    row(`lesson ${lesson}`, times, `aim ${ms(aim)}${beside}, ${verdict}`);
  }
}

async function firstLine(): Promise<void> {
  writeFileSync(path.join(folder, 'package.json'), '{ "scripts": { "nothing": ":" } }');
  const nothing: number[] = [];
  const line: number[] = [];
  for (let round = 0; round < 6; round += 1) {
    nothing.push((await timesOf(npm(['run', '-s', 'nothing'], folder))).end);
    line.push((await timesOf(npm(['run', '-s', 'lesson', '3'], root))).firstOutput);
  }
  row('npm run of an empty script', nothing);
  row('npm run lesson 3', line, `${ms(middle(line) - middle(nothing))} more, aim 200 ms (110 ms on Node 24)`);
}

async function workerBoot(): Promise<void> {
  const cores = 2;
  const file = await plainProgram('boot.mjs', cores, TELLS_BOOTS);
  const plain: number[] = [];
  const checked: number[] = [];
  for (let round = 0; round < 6; round += 1) {
    const child = await startPlain(file);
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
    for await (const text of lines) {
      const boot = /^boot ([\d.]+)$/.exec(text)?.[1];
      if (boot !== undefined && plain.push(Number(boot)) === (round + 1) * cores) break;
    }
    await stop(child);
    const history = await underProbe(cores, async () => {});
    for (const { forked, listening } of livesOf(history)) if (listening !== null) checked.push(listening - forked);
  }
  row('plain Node, JavaScript', plain);
  row('under the checker, TypeScript', checked, `ratio ${ratio(checked, plain)}, aim 1.5`);
}

async function saveToCheck(): Promise<void> {
  const file = path.join(folder, 'watched.ts');
  const source = readFileSync(solution, 'utf8');
  writeFileSync(file, source);
  const child = spawn(process.execPath, [start, 'watch', '1', '--file', file, '--no-type-check'], {
    ...PIPED,
    cwd: root,
  });
  const times: number[] = [];
  let saved = 0;
  let left = 5;
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    if (saved > 0 && text.includes('Lesson 1')) {
      times.push(performance.now() - saved);
      saved = 0;
    }
    if (!text.includes('waiting for a save')) return;
    if (left === 0) child.kill('SIGINT');
    else {
      left -= 1;
      saved = performance.now();
      writeFileSync(file, `${source}// ${left}\n`);
    }
  });
  await once(child, 'close');
  row('save → check', times, 'aim 60 ms');
}

async function probeCost(): Promise<void> {
  const file = await plainProgram('rate.mjs', 1, '');
  const plain: Rate[] = [];
  const checked: Rate[] = [];
  const plainPort = await aPort();
  const child = await startPlain(file, plainPort);
  try {
    await underProbe(1, async (port) => {
      await rateOf(plainPort);
      await rateOf(port);
      for (let pair = 0; pair < 16; pair += 1) {
        const plainFirst = pair % 2 === 0;
        if (!plainFirst) checked.push(await rateOf(port));
        plain.push(await rateOf(plainPort));
        if (plainFirst) checked.push(await rateOf(port));
      }
    });
  } finally {
    await stop(child);
  }
  const compared = (what: string, one: (rate: Rate) => number, unit: string): void => {
    const ratios = checked.map((rate, i) => one(rate) / one(plain[i] as Rate) - 1);
    const both = [plain, checked].map((rates) => middle(rates.map(one)).toFixed(unit === '/s' ? 0 : 1));
    const more = (middle(ratios) * 100).toFixed(1);
    console.log(`  ${what} ${both[0]} ${unit} plain, ${both[1]} under the probe: ${more} % more (${percent(ratios)})`);
  };
  compared('requests', ({ perSecond }) => perSecond, '/s');
  // how many are answered depends on who else has the cores; what one of them costs the worker, much less
  compared('CPU of the worker for one', ({ cpuUs }) => cpuUs, 'µs');
  console.log('  aim: at most 5 % fewer requests, or 5 % more CPU for each');
}

async function ledger(): Promise<void> {
  const script = path.join(import.meta.dirname, 'ledger.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, '3', '1'], PIPED);
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
    if (line !== '') console.log(`  ${line}`);
  }
}

/** Lesson 1's solution as JavaScript that plain Node runs, with so many cores to see. */
async function plainProgram(name: string, cores: number, before: string): Promise<string> {
  const { code } = await transform(readFileSync(solution, 'utf8'), { loader: 'ts' });
  const file = path.join(folder, name);
  const setCores = `import os from 'node:os';
import { syncBuiltinESMExports } from 'node:module';
os.availableParallelism = () => ${cores};
syncBuiltinESMExports();
`;
  // The imports of the program come first wherever they stand.
  writeFileSync(file, `${setCores}${before}${code}`);
  return file;
}

/** Ready when its first worker listens. */
async function startPlain(file: string, port?: number): Promise<ChildProcess> {
  const env = { ...process.env, PORT: String(port ?? (await aPort())) };
  const child = spawn(process.execPath, [file], { ...PIPED, env });
  if (port !== undefined) {
    await new Promise<void>((resolve) => {
      child.stdout?.on('data', (text: Buffer) => {
        if (text.includes('is listening')) resolve();
      });
    });
  }
  return child;
}

/** Runs lesson 1's solution as a check does; `play` comes when all its workers listen. */
async function underProbe(cores: number, play: (port: number) => Promise<void>) {
  const port = await aPort();
  const opened = await openRig({ file: solution, workbook: root, scratch, ports: { from: port, to: port } });
  if (opened.kind !== 'rig') throw new Error(`${solution} cannot be run`);
  try {
    return await runScenario(
      {
        name: 'bench',
        cores,
        ending: 'SIGTERM',
        play: async (stage) => {
          await stage.allListening();
          await play(port);
        },
      },
      opened.rig,
      { lesson: '01', file: solution, signal: new AbortController().signal, onStep: () => {} },
    );
  } finally {
    await opened.close();
  }
}

async function aPort(): Promise<number> {
  const port = await freePort();
  if (typeof port !== 'number') throw new Error(port.what);
  releasePort(port);
  return port;
}

interface Rate {
  readonly perSecond: number;
  /** Of the worker's main thread, for each request; NaN elsewhere than on Linux. */
  readonly cpuUs: number;
}

async function rateOf(port: number): Promise<Rate> {
  const url = `http://127.0.0.1:${port}/`;
  const pid = Number(/\d+/.exec(await (await fetch(url)).text())?.[0]);
  const before = mainThreadCpuMs(pid) ?? Number.NaN;
  const result = await autocannon({ url, connections: 10, duration: 1, sampleInt: 100 });
  const cpuMs = (mainThreadCpuMs(pid) ?? Number.NaN) - before;
  if (result['2xx'] === 0) throw new Error(`nothing was answered on port ${port}`);
  return { perSecond: result['2xx'] / result.duration, cpuUs: (1000 * cpuMs) / result['2xx'] };
}

function npm(args: readonly string[], cwd: string): ChildProcess {
  return spawn('npm', args, { ...PIPED, cwd, env: { ...process.env, npm_config_update_notifier: 'false' } });
}

async function timesOf(child: ChildProcess): Promise<{ readonly firstOutput: number; readonly end: number }> {
  const begin = performance.now();
  const closed = once(child, 'close');
  let firstOutput = Number.NaN;
  child.stdout?.once('data', () => (firstOutput = performance.now() - begin)).resume();
  await closed;
  return { firstOutput, end: performance.now() - begin };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await Promise.race([exited, wait(2000, undefined, { ref: false })]);
  child.kill('SIGKILL');
}

function row(name: string, times: readonly number[], notes = ''): void {
  const range = `${ms(Math.min(...times))} to ${ms(Math.max(...times))} in ${times.length}`;
  console.log(`  ${name.padEnd(30)} ${ms(middle(times)).padStart(8)}   ${range.padEnd(28)} ${notes}`.trimEnd());
}

function ms(time: number): string {
  return time >= 1000 ? `${(time / 1000).toFixed(2)} s` : `${Math.round(time)} ms`;
}

function middle(numbers: readonly number[]): number {
  if (numbers.length === 0) throw new Error('nothing was measured');
  const sorted = numbers.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const [upper = 0, lower = 0] = [sorted[half], sorted[half - 1]];
  return sorted.length % 2 === 1 ? upper : (upper + lower) / 2;
}

function ratio(numbers: readonly number[], others: readonly number[]): string {
  return (middle(numbers) / middle(others)).toFixed(2);
}

function percent(shares: readonly number[]): string {
  const costs = shares.map((each) => each * 100).toSorted((a, b) => a - b);
  return `${costs[0]?.toFixed(1)} to ${costs.at(-1)?.toFixed(1)} %`;
}
