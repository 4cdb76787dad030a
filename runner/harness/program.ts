// One running program: started so that its pid is the primary, witnessed through the probes in its processes, bounded in
// what it may do to the machine, and ended whole.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openChannel, type Answer } from './channel.ts';
import type { Guard } from './guard.ts';
import { portFree } from './port.ts';
import type { Order, ProbeSettings, Report } from './probe/messages.ts';
import type { Recorder } from './recorder.ts';
import { MARKER, openTree, startOf, type Tree } from './tree.ts';

/** More than any lesson needs; a program beyond it forks without end. */
const MOST_FORKS = 60;
const MOST_PROCESSES = 80;
/** Resident in all processes together, shared pages counted in each: a worker takes about 50 MB. */
const MOST_BYTES = 6 * 2 ** 30;
const LOOK_EVERY_MS = 250;
/** No scenario takes a tenth of it on an idle machine; a program that leaves every request hanging gets there. */
const MOST_MS = 90_000;
/** Kept of each output stream; beyond it the program is read, so that it does not block, and forgotten. */
const MOST_OUTPUT = 64 * 1024;
/** A process whose probe has gone is expected to end within this time. */
const SILENCE_MS = 1500;

export interface ProgramOptions {
  /** Real path of the program. */
  readonly entry: string;
  readonly shadows: Readonly<Record<string, string>>;
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
  readonly recorder: Recorder;
  readonly guard: Guard;
}

type Unnumbered<O> = O extends unknown ? Omit<O, 'order'> : never;

export interface Program {
  readonly pid: number;
  readonly tree: Tree;
  /** Pids that the probe reports from. */
  pids(): readonly number[];
  order(pid: number, order: Unnumbered<Order>): Promise<Answer | null>;
  /** Each single message and connection is reported as it happens, or counted in batches of 50 ms. */
  each(on: boolean): Promise<void>;
  /** Whether the primary has ended, or the program was stopped for going beyond its bounds. */
  readonly over: boolean;
  /** Ends it: the primary by `signal`, the rest as it comes, then by force; records what was left. `stretch` as in Pace. */
  end(signal: 'SIGTERM' | 'SIGKILL', stretch: () => number): Promise<void>;
}

export async function startProgram(options: ProgramOptions): Promise<Program> {
  const { recorder, run, port, folder, guard } = options;
  const { record, now, since } = recorder;
  mkdirSync(folder, { recursive: true });
  let eachOne = false;
  const silent = new Set<number>();
  const channel = await openChannel(folder, hear, (pid) => void watchSilence(pid));
  const settings: ProbeSettings = {
    socket: channel.socket,
    port,
    cores: options.cores,
    cpus: options.cpus,
    shadows: options.shadows,
  };
  const settingsFile = path.join(folder, 'probe.json');
  writeFileSync(settingsFile, JSON.stringify(settings));

  guard.watch(run);
  guard.path(folder);
  const child = spawn(process.execPath, [options.entry], {
    cwd: homeOf(options.entry),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment(options, settingsFile),
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  const pid = child.pid as number;
  const tree = openTree({ root: pid, run });
  guard.watch(run, tree.root);
  record({ kind: 'start', t: now(), pid, cores: options.cores, cpus: options.cpus, port, env: options.env });

  let bounded = false;
  let ended = false;
  const gone = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      ended = true;
      record({ kind: 'ended', t: now(), pid, code, signal });
      resolve();
    });
  });
  capture(child, recorder);
  let looking = Promise.resolve();
  const looks = setInterval(() => {
    looking = looking.then(() => look()).catch(() => undefined);
  }, LOOK_EVERY_MS);

  async function look(): Promise<void> {
    for (const newcomer of await tree.refresh()) guard.add(run, newcomer);
    const { length } = tree.living();
    if (length > MOST_PROCESSES) bound('processes', `${length} processes at once`);
    const bytes = tree.rssBytes();
    if (bytes > MOST_BYTES) bound('memory', `${Math.round(bytes / 2 ** 20)} MiB in ${length} processes`);
  }

  const late = setTimeout(() => bound('time', `not over after ${MOST_MS / 1000} s`), MOST_MS);

  function bound(what: 'forks' | 'processes' | 'memory' | 'time', detail: string): void {
    if (bounded) return;
    bounded = true;
    record({ kind: 'bounded', t: now(), what, detail });
    void tree.end();
  }

  function hear(report: Report): void {
    const { pid: by } = report;
    const t = since(report.at);
    switch (report.say) {
      case 'hello':
        record({
          kind: 'hello',
          t,
          pid: by,
          ppid: report.ppid,
          role: report.role,
          worker: report.worker,
          forked: report.forked,
        });
        if (eachOne) void channel.order(by, { do: 'mode', each: true });
        return;
      case 'fork':
        record({ kind: 'fork', t, worker: report.worker, pid: report.workerPid });
        if (recorder.lives.length > MOST_FORKS)
          bound('forks', `${recorder.lives.length} workers forked in ${Math.round(t)} ms`);
        return;
      case 'online':
      case 'closed':
      case 'disconnect':
        return record({ kind: report.say, t, worker: report.worker, pid: report.workerPid });
      case 'listening':
        return record({
          kind: 'listening',
          t,
          worker: report.worker,
          pid: report.workerPid,
          address: report.address,
          port: report.port,
        });
      case 'exit':
        return record({
          kind: 'exit',
          t,
          worker: report.worker,
          pid: report.workerPid,
          code: report.code,
          signal: report.signal,
          planned: report.planned,
        });
      case 'bound':
      case 'serving':
        return record({ kind: report.say, t, pid: by, port: report.port });
      case 'forked':
        return record({ kind: 'forked', t, pid: by, child: report.child });
      case 'taken':
        return record({ kind: 'taken', t, pid: by, ports: report.ports });
      case 'handed':
        return record({ kind: 'handed', t, worker: report.worker, pid: report.workerPid, ports: report.ports });
      case 'begun':
        return record({ kind: 'begun', t, pid: by, count: report.count, finished: report.finished });
      case 'sent':
        return record({
          kind: 'sent',
          t,
          by,
          worker: report.worker,
          direction: report.direction,
          count: report.count,
          sample: report.sample,
        });
      case 'received':
        return record({
          kind: 'received',
          t,
          by,
          worker: report.worker,
          direction: report.direction,
          count: report.count,
          unheard: report.unheard,
        });
      case 'uncaught':
        return record({ kind: 'uncaught', t, pid: by, error: report.error, stack: report.stack });
      case 'done':
        return;
    }
  }

  async function watchSilence(by: number): Promise<void> {
    if (silent.has(by)) return;
    silent.add(by);
    const begin = now();
    while (now() - begin < SILENCE_MS) {
      await tree.refresh();
      if (!tree.living().some((each) => each.pid === by)) return void silent.delete(by);
      await pause(50);
    }
    record({ kind: 'silent', t: now(), pid: by });
  }

  return {
    pid,
    tree,
    pids: channel.pids,
    order: (to, order) => channel.order(to, order),
    async each(on) {
      eachOne = on;
      await Promise.all(channel.pids().map((to) => channel.order(to, { do: 'mode', each: on })));
    },
    get over() {
      return ended || bounded;
    },
    async end(signal, stretch) {
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
        while ((left.pids.length > 0 || left.port) && now() - begin < 2000 * stretch()) {
          await pause(15);
          left = await remaining(tree, port);
        }
        record({ kind: 'left', t: now(), after: now() - begin, ...left });
      } finally {
        clearInterval(looks);
        clearTimeout(late);
        await looking;
        const survivors = await tree.end();
        const held = !(await portFree(port));
        record({
          kind: 'cleaned',
          t: now(),
          pids: survivors.map((each) => each.pid),
          port: held && survivors.length > 0,
        });
        channel.close();
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
  return { pids, port: pids.length > 0 && !(await portFree(port)) };
}

/** The pid is our child's until its exit is told, so it cannot have become another process. */
function signalGroupLeader(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.exitCode === null && child.signalCode === null && child.pid !== undefined && startOf(child.pid) !== null)
    child.kill(signal);
}

function capture(child: ChildProcess, { record, now }: Recorder): void {
  for (const stream of ['stdout', 'stderr'] as const) {
    let kept = 0;
    child[stream]?.setEncoding('utf8');
    child[stream]?.on('data', (text: string) => {
      if (kept >= MOST_OUTPUT) return;
      kept += text.length;
      record({ kind: 'output', t: now(), stream, text: text.slice(0, MOST_OUTPUT) });
    });
    child[stream]?.on('error', () => undefined);
  }
}

function environment({ probe, workbook, run, port, env }: ProgramOptions, settingsFile: string): NodeJS.ProcessEnv {
  const {
    // a learner's shell or the runner of our tests must not change what is judged
    NODE_OPTIONS: _options,
    NODE_CLUSTER_SCHED_POLICY: _policy,
    NODE_UNIQUE_ID: _worker,
    NODE_CHANNEL_FD: _channel,
    // costs every Node 20 process about 38 ms at its start, and nothing here leaves the machine
    NODE_EXTRA_CA_CERTS: _certificates,
    NODE_PATH: paths,
    ...inherited
  } = process.env;
  return {
    ...inherited,
    ...env,
    PORT: String(port),
    NODE_OPTIONS: `--require ${JSON.stringify(probe)}`,
    NODE_PATH: [paths, path.join(workbook, 'node_modules')].filter(Boolean).join(path.delimiter),
    WORKBOOK_PROBE: settingsFile,
    WORKBOOK_CHECKER: String(process.pid),
    [MARKER]: run,
  };
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
