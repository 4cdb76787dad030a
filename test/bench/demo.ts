// Prints what it costs a program to be shown on the live page: requests a second beside the same program under plain Node,
// in pairs, one right after the other in changing order. Nobody looks at the page: what a browser costs is not in it.
// Run it on a quiet machine: node --import tsx test/bench/demo.ts [pairs] [seconds]
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, loadavg } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createGatherer } from '#live';
import { openDemonstration } from '../../runner/harness/demonstration.ts';
import { freePort, releasePort } from '../../runner/harness/port.ts';
import { listProcesses } from '../../runner/harness/processes.ts';
import { openRig } from '../../runner/harness/rig.ts';

delete process.env.NODE_EXTRA_CA_CERTS;

const [pairs = 12, seconds = 2] = process.argv.slice(2).map(Number);
const CLIENTS = 10;
const TICK_MS = 100;
const NO_LOAD = { connections: 0, mode: 'fresh', perSecond: null, slowShare: 0 } as const;

const root = path.resolve(import.meta.dirname, '..', '..');
const scratch = path.join(root, '.workbook', 'tmp');
mkdirSync(scratch, { recursive: true });
const folder = mkdtempSync(path.join(scratch, 'bench-'));
const cannon = createRequire(import.meta.url).resolve('autocannon');

/** CORES stands in for the number that plain Node would take from the machine. */
const PROGRAM = `
const cluster = require('node:cluster');
const cores = Number(process.env.CORES);
if (cluster.isPrimary) for (let n = 0; n < cores; n++) cluster.fork();
else require('node:http').createServer((request, response) => response.end('Hello from worker ' + process.pid + '\\n')).listen(process.env.PORT);
`;

console.log(
  `Node ${process.version}, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)} before the start`,
);
try {
  const file = path.join(folder, 'program.cjs');
  writeFileSync(file, PROGRAM);
  for (const workers of [1, 2]) await compare(file, workers, []);
  await compare(file, 2, ['-H', 'Connection=close']);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** `words`: what autocannon is told besides. */
async function compare(file: string, workers: number, words: readonly string[]): Promise<void> {
  const plainPort = await freePort();
  if (typeof plainPort !== 'number') throw new Error(plainPort.what);
  const plain = spawn(process.execPath, [file], {
    stdio: 'ignore',
    // in a session of its own, as a program that is shown: Linux shares the cores out among sessions
    detached: true,
    env: { PATH: process.env.PATH, PORT: String(plainPort), CORES: String(workers) },
  });
  const opened = await openRig({ file, workbook: root, scratch: folder });
  if (opened.kind !== 'rig') throw new Error('the program cannot be run');
  const abort = new AbortController();
  const setting = { file, cores: workers, policy: null };
  const gatherer = createGatherer({ side: 0, run: 1, setting, now: () => performance.now() });
  let told = 0;
  const demonstration = await openDemonstration(opened.rig, {
    ...setting,
    env: { CORES: String(workers) },
    slow: null,
    onEvent: gatherer.event,
    signal: abort.signal,
  });
  const ticking = setInterval(() => {
    const account = demonstration.account();
    told += JSON.stringify(gatherer.tick({ running: true, load: NO_LOAD, account, trouble: null })).length;
  }, TICK_MS);
  try {
    for (const port of [plainPort, demonstration.port]) await answering(port);
    const plainOne: Shown = { port: plainPort, pid: plain.pid as number };
    for (const one of [plainOne, demonstration]) await measure(one, 1, words);
    const measured: { readonly plain: Measured; readonly shown: Measured }[] = [];
    for (let pair = 0; pair < pairs; pair += 1) {
      // not at the same time: four busy processes on two cores tell more of the scheduler than of either program
      const [first, second] = pair % 2 === 0 ? [plainOne, demonstration] : [demonstration, plainOne];
      const one = await measure(first, seconds, words);
      const other = await measure(second, seconds, words);
      measured.push(pair % 2 === 0 ? { plain: one, shown: other } : { plain: other, shown: one });
    }
    console.log(
      `${workers} worker${workers > 1 ? 's' : ''}, ${words.length === 0 ? 'kept connections' : 'a connection for each request'}`,
    );
    tell('requests', '/s', measured, ({ perSecond }) => perSecond);
    // how many are answered depends on who else has the cores; what one of them costs the program, much less
    tell('CPU of the program for one', 'µs', measured, ({ cpuUs }) => cpuUs);
    const ownCpu = measured.map(({ shown }) => shown.ownShare).toSorted((x, y) => x - y);
    console.log(
      `  the harness itself takes ${(100 * (ownCpu[Math.floor(ownCpu.length / 2)] ?? 0)).toFixed(1)} % of a core`,
    );
    console.log(`  a tick is ${Math.round(told / (demonstration.now() / TICK_MS))} bytes long`);
  } finally {
    clearInterval(ticking);
    await demonstration.end();
    await opened.close();
    plain.kill('SIGKILL');
    releasePort(plainPort);
  }
}

async function answering(port: number): Promise<void> {
  while ((await fetch(`http://127.0.0.1:${port}/`).catch(() => null))?.ok !== true) await wait(20);
}

interface Shown {
  readonly port: number;
  readonly pid: number;
}

interface Measured {
  /** Whole answers. */
  readonly perSecond: number;
  /** Of all of the program's processes, for each answer. */
  readonly cpuUs: number;
  /** Of this process, in cores. */
  readonly ownShare: number;
}

async function measure({ port, pid }: Shown, duration: number, words: readonly string[]): Promise<Measured> {
  const all = ['-j', '-c', String(CLIENTS), '-d', String(duration), ...words, `http://127.0.0.1:${port}/`];
  const pids = [pid, ...(await listProcesses()).filter(({ ppid }) => ppid === pid).map((each) => each.pid)];
  const cpu = () => pids.reduce((sum, each) => sum + cpuMsOf(each), 0);
  const [before, own, begin] = [cpu(), process.cpuUsage(), performance.now()];
  const { stdout } = await promisify(execFile)(process.execPath, [cannon, ...all]);
  const [spent, { user, system }, took] = [cpu() - before, process.cpuUsage(own), performance.now() - begin];
  const result = JSON.parse(stdout) as { '2xx': number; duration: number };
  return {
    perSecond: result['2xx'] / result.duration,
    cpuUs: (1000 * spent) / result['2xx'],
    ownShare: (user + system) / 1000 / took,
  };
}

/** In clock ticks of 10 ms; NaN elsewhere than on Linux. */
function cpuMsOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return 10 * (Number(fields[11]) + Number(fields[12]));
  } catch {
    return Number.NaN;
  }
}

function tell(
  what: string,
  unit: string,
  measured: readonly { readonly plain: Measured; readonly shown: Measured }[],
  one: (measured: Measured) => number,
): void {
  const ratios = measured.map(({ plain, shown }) => one(shown) / one(plain)).toSorted((x, y) => x - y);
  const at = (numbers: readonly number[], share: number) => numbers[Math.floor(share * (numbers.length - 1))] ?? NaN;
  const middle = (numbers: readonly number[]) =>
    at(
      numbers.toSorted((x, y) => x - y),
      0.5,
    );
  const [plain, shown] = [
    middle(measured.map((each) => one(each.plain))),
    middle(measured.map((each) => one(each.shown))),
  ];
  console.log(
    `  ${what}: ${plain.toFixed(1)} ${unit} plain, ${shown.toFixed(1)} shown, ratio ${at(ratios, 0.5).toFixed(3)} (quarters ${at(ratios, 0.25).toFixed(3)} to ${at(ratios, 0.75).toFixed(3)}), aim at most 10 % worse`,
  );
}
