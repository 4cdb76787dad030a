// One running program: started so that its pid is the primary, witnessed through the probes in its processes, bounded in
// what it may do to the machine, and ended whole.
import { spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { firstToGo, watchBounds, type Limits } from './bounds.ts';
import { openChannel, type Answer } from './channel.ts';
import type { Guard } from './guard.ts';
import type { Boots, Bound } from './history.ts';
import { attributeOutput, captureOutput } from './output.ts';
import { portFree } from './port.ts';
import type { Order, ProbeSettings, Report, Travels } from './probe/messages.ts';
import type { Recorder } from './recorder.ts';
import { findStrays } from './stray.ts';
import { MARKER, openTree, startOf, type ProcessInfo, type Tree } from './tree.ts';
import { asEvent, isOfThePrimary } from './witness.ts';

/** A process that reports, and that so many looks at the processes did not find, is none. */
const STRANGE_LOOKS = 4;
const MOST_LIES = 1000;
/** A process whose probe has gone is expected to end within this time. */
const SILENCE_MS = 1500;

export interface ProgramOptions {
  /** Real path of the program. */
  readonly entry: string;
  readonly shadows: Readonly<Record<string, string>>;
  /** Name → file, as the program may import it. */
  readonly given: Readonly<Record<string, string>>;
  /** The bundled probe. */
  readonly probe: string;
  /** A folder for this run alone. */
  readonly folder: string;
  /** The folder whose packages stand in for those that the program does not have. */
  readonly workbook: string;
  readonly run: string;
  readonly port: number;
  readonly cores: number;
  readonly cpus: number;
  readonly env: Readonly<Record<string, string>>;
  /** Where its store is, where that is not in its own folder. The history does not tell it: it is of this run alone. */
  readonly store?: Readonly<Record<string, string>> | undefined;
  /** From the start on; as they do by themselves where it is not given. */
  readonly boots?: Boots | undefined;
  readonly recorder: Recorder;
  readonly guard: Guard;
  /** How many characters are kept of each stream that it prints to; 65,536 by default. */
  readonly output?: number | undefined;
  /** What it may take of the machine; as in a check by default. */
  readonly limits?: Limits;
  /** For a demonstration: what is printed is told with the process that wrote it, and requests are not counted inside. */
  readonly forShow?: boolean;
}

type Unnumbered<O> = O extends unknown ? Omit<O, 'order'> : never;

export interface Program {
  readonly pid: number;
  readonly tree: Tree;
  /** Pids that the probe reports from. */
  pids(): readonly number[];
  /** Null where no probe is there, or it does not answer within so many ms. */
  order(pid: number, order: Unnumbered<Order>, patience?: number): Promise<Answer | null>;
  /** Each single message and connection is reported as it happens, or counted in batches of 50 ms. */
  each(on: boolean): Promise<void>;
  /** Makes every process report what it has counted; who does not answer within so many ms is not waited for. */
  flush(patience?: number): Promise<void>;
  /** How every worker boots that is forked from now on. */
  boots(how: Boots): void;
  /** Whether the primary has ended, or the program was stopped for going beyond its bounds. */
  readonly over: boolean;
  /** Ends it: the primary by `signal`, the rest as it comes, then by force; records what was left. */
  end(signal: 'SIGTERM' | 'SIGKILL', how: EndOptions): Promise<void>;
}

export interface EndOptions {
  /** As in Pace. */
  readonly stretch: () => number;
  /** For how many ms the rest may outlive the primary on an idle machine; 2000 by default (contract 0.6). */
  readonly outlives?: number | undefined;
}

const OUTLIVES_MS = 2000;

export async function startProgram(options: ProgramOptions): Promise<Program> {
  const { recorder, run, port, folder, guard } = options;
  const { record, now, since } = recorder;
  mkdirSync(path.dirname(storeFileIn(folder)), { recursive: true });
  let eachOne = false;
  let stopped = false;
  let ended = false;
  let closing = false;
  const silent = new Set<number>();
  /** A program that lies in ever new ways for hours is known for a liar by then. */
  const lies = new Set<string>();
  /** How many looks did not find a process that reports. */
  const strangers = new Map<number, number>();
  const channel = await openChannel(folder, {
    hear,
    silent: (by) => void watchSilence(by),
    forged,
    flooded: () => bounds.flooded(),
  });
  // a probe of its own for each run: without it no further process of the program can start
  const probe = path.join(folder, 'probe.cjs');
  const settingsFile = path.join(folder, 'probe.json');
  const travels: Travels = {
    NODE_OPTIONS: `--require ${JSON.stringify(probe)}`,
    WORKBOOK_CHECKER: String(process.pid),
    [MARKER]: run,
  };
  const settings: ProbeSettings = {
    socket: channel.socket,
    checker: process.pid,
    travels,
    port,
    cores: options.cores,
    cpus: options.cpus,
    forShow: options.forShow === true,
    shadows: options.shadows,
    given: options.given,
  };
  copyFileSync(options.probe, probe);
  writeFileSync(settingsFile, JSON.stringify(settings));
  if (options.boots !== undefined) planBoots(options.boots);

  guard.watch(run);
  guard.path(folder);
  const child = spawn(process.execPath, [options.entry], {
    cwd: homeOf(options.entry),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...environment(options), ...travels },
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  }).catch(async (error: unknown) => {
    await channel.close();
    guard.forget(run);
    throw error;
  });
  const pid = child.pid as number;
  firstToGo(pid);
  const tree = openTree({ root: pid, run, joined: (newcomer) => guard.add(run, newcomer) });
  guard.watch(run, tree.root);
  record({ kind: 'start', t: now(), pid, cores: options.cores, cpus: options.cpus, port, env: options.env });
  if (options.boots !== undefined) record({ kind: 'boots', t: now(), ...options.boots });

  const gone = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      ended = true;
      record({ kind: 'ended', t: now(), pid, code, signal });
      resolve();
    });
  });
  const attribution = options.forShow === true ? attributeOutput(child, recorder) : null;
  if (attribution === null) captureOutput(child, recorder, options.output);
  const bounds = watchBounds({
    tree,
    limits: options.limits,
    files: [probe, settingsFile, channel.socket],
    looked: unmask,
    beyond: stop,
  });

  /** Whole or not at all: a worker may read it at any moment. */
  function planBoots(how: Boots): void {
    const file = path.join(folder, 'boots.json');
    writeFileSync(`${file}.new`, JSON.stringify(how));
    renameSync(`${file}.new`, file);
  }

  function stop(what: Bound, detail: string): void {
    record({ kind: 'bounded', t: now(), what, detail });
    stopped = true;
    void putDown();
  }

  /** Ends all of it by force. First what makes it more: whoever is forked from now on does not start, or ends by itself. */
  function putDown(): Promise<readonly ProcessInfo[]> {
    rmSync(probe, { force: true });
    channel.cut();
    return tree.end({ withinMs: 15_000 });
  }

  function hear(report: Report, bytes: number): void {
    // its end is our doing, and tells nothing of it
    if (stopped) return;
    bounds.reported(bytes);
    if (report.say === 'spawned') bounds.lookSoon();
    if (report.pid !== pid && isOfThePrimary(report)) return forged(report.pid, 'reports that are the primary’s');
    // whoever lies about the time is told of as if it were now
    const t = Math.max(0, Math.min(since(report.at), now()));
    const event = asEvent(report, t);
    if (event !== null) record(event);
    if (report.say === 'wrote') attribution?.wrote(report.pid, report.stream, report.text, report.length);
    if (report.say === 'hello') bounds.started(channel.pids().length);
    if (report.say === 'hello' && eachOne) void channel.order(report.pid, { do: 'mode', each: true });
    if (report.say === 'fork') bounds.forked(t);
  }

  /** Once for each process: a lie is a lie. */
  function forged(by: number | null, what: string, bytes = 0): void {
    if (stopped) return;
    bounds.reported(bytes);
    if (lies.has(`${by} ${what}`) || lies.size >= MOST_LIES) return;
    lies.add(`${by} ${what}`);
    record({ kind: 'forged', t: now(), pid: by, what });
  }

  /** Who reports is a process of the program. One that ended just now may still be connected. */
  function unmask(): void {
    const reporting = channel.pids();
    for (const each of strangers.keys()) if (!reporting.includes(each)) strangers.delete(each);
    for (const each of reporting) {
      if (tree.knows(each)) continue;
      const looks = (strangers.get(each) ?? 0) + 1;
      strangers.set(each, looks);
      if (looks >= STRANGE_LOOKS) forged(each, 'reports in the name of no process of the program');
    }
  }

  async function watchSilence(by: number): Promise<void> {
    if (stopped || closing || silent.has(by)) return;
    silent.add(by);
    const begin = now();
    while (now() - begin < SILENCE_MS) {
      await tree.refresh();
      if (stopped || closing) return;
      if (!tree.living().some((each) => each.pid === by)) return void silent.delete(by);
      await pause(50);
    }
    record({ kind: 'silent', t: now(), pid: by });
  }

  return {
    pid,
    tree,
    pids: channel.pids,
    order: channel.order,
    async each(on) {
      eachOne = on;
      await Promise.all(channel.pids().map((to) => channel.order(to, { do: 'mode', each: on })));
    },
    async flush(patience) {
      await Promise.all(channel.pids().map((to) => channel.order(to, { do: 'flush' }, patience)));
    },
    boots(how) {
      record({ kind: 'boots', t: now(), ...how });
      planBoots(how);
    },
    get over() {
      return ended || stopped;
    },
    async end(signal, { stretch, outlives = OUTLIVES_MS }) {
      try {
        await tree.refresh();
        record({ kind: 'stop', t: now(), signal });
        if (!ended) {
          signalGroupLeader(child, signal);
          // a program may take its time after SIGTERM; what is judged begins with the primary's end
          await Promise.race([gone, pause(3000 * stretch())]);
          if (!ended) signalGroupLeader(child, 'SIGKILL');
          await gone;
        }
        const begin = now();
        let left = await remaining(tree, port);
        while ((left.pids.length > 0 || left.port) && now() - begin < outlives * stretch()) {
          await pause(15);
          left = await remaining(tree, port);
        }
        record({ kind: 'left', t: now(), after: now() - begin, ...left });
      } finally {
        closing = true;
        await bounds.close();
        const survivors = await putDown();
        await channel.close();
        attribution?.close();
        const held = !(await portFree(port));
        record({
          kind: 'cleaned',
          t: now(),
          pids: survivors.map((each) => each.pid),
          port: held && survivors.length > 0,
        });
        child.stdout?.destroy();
        child.stderr?.destroy();
        if (survivors.length === 0) guard.forget(run);
      }
    },
  };
}

async function remaining(
  tree: Tree,
  port: number,
): Promise<{ readonly pids: readonly number[]; readonly port: boolean }> {
  await tree.refresh();
  const pids = tree.living().map((each) => each.pid);
  if (await portFree(port)) return { pids, port: false };
  if (pids.length > 0 || tree.root === null) return { pids, port: true };
  for (const stray of await findStrays(port, tree.root)) tree.add(stray.pid, stray.startedAt);
  await tree.refresh();
  const strays = tree.living().map((each) => each.pid);
  return { pids: strays, port: strays.length > 0 };
}

/** The pid is our child's until its exit is told, so it cannot have become another process. */
function signalGroupLeader(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.exitCode === null && child.signalCode === null && child.pid !== undefined && startOf(child.pid) !== null)
    child.kill(signal);
}

function environment({ workbook, folder, port, env, store }: ProgramOptions): NodeJS.ProcessEnv {
  const {
    // a learner's shell or the runner of our tests must not change what is judged
    NODE_OPTIONS: _options,
    NODE_CLUSTER_SCHED_POLICY: _policy,
    NODE_UNIQUE_ID: _worker,
    NODE_CHANNEL_FD: _channel,
    // costs every Node 20 process about 38 ms at its start, and nothing here leaves the machine
    NODE_EXTRA_CA_CERTS: _certificates,
    // what this program remembers is of this run alone
    REDIS_URL: _redis,
    WINDOW_MS: _window,
    NODE_PATH: paths,
    ...inherited
  } = process.env;
  return {
    ...inherited,
    STORE_FILE: storeFileIn(folder),
    ...store,
    ...env,
    PORT: String(port),
    NODE_PATH: [paths, path.join(workbook, 'node_modules')].filter(Boolean).join(path.delimiter),
  };
}

/** What STORE_FILE says to a program whose run has this folder: in a folder of its own, since SQLite puts files beside it. */
export function storeFileIn(folder: string): string {
  return path.join(folder, 'store', 'store.db');
}

/** Where its author would start it: at the nearest package.json, or else in its own folder. */
function homeOf(file: string): string {
  const own = path.dirname(file);
  for (let folder = own; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, 'package.json'))) return folder;
    if (path.dirname(folder) === folder) return own;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
