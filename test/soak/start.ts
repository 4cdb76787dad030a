// One running program: a primary of its own or a manager's, found again by its process tree, and ended whole.
import { spawn } from 'node:child_process';
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { copyFile, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Rig } from '#harness';
import type { Boot } from '#history';
import { firstToGo, LIMITS_OF_A_CHECK, watchBounds } from '../../runner/harness/bounds.ts';
import { takePlace } from '../../runner/harness/place.ts';
import { MARKER, openTree, type ProcessInfo, type Tree } from '../../runner/harness/tree.ts';
import { BOOTED, BOOTS } from './agreed.ts';
import type { Program } from './programs.ts';

export interface Running {
  readonly port: number;
  /** Pids of the workers that live now, whether they listen or not. */
  workers(): Promise<readonly number[]>;
  /** How many workers have begun to boot until now. */
  booted(): number;
  /** How every worker boots from now on. */
  boots(how: Boot): void;
  /** Resolves when all that is to be said has been said, which may be before or after all workers are new. */
  restart(): Promise<void>;
  shutDown(): Promise<void>;
  /** Whether its primary has ended. */
  isOver(): Promise<boolean>;
  /** How a primary that was started here has ended; null where it has not, or a manager is the primary. */
  readonly ending: string | null;
  /** What it took of the machine, where that was too much; then it was ended. */
  readonly beyond: string | null;
  /** How many processes of it there are. */
  living(): Promise<number>;
  /** Ends it by force. */
  end(): Promise<void>;
}

export interface StartOptions {
  /** Of the program, or of a peer's own primary. */
  readonly rig: Rig;
  readonly program: Program;
  /** The bundled preload. */
  readonly preload: string;
  /** Where the peer's packages are. */
  readonly modules: string | null;
  readonly signal: AbortSignal;
}

/** For a command of a manager: it waits for the workers that it replaces. */
const COMMAND_MS = 60_000;

/** How a kind of program is started, restarted and shut down. */
interface Way {
  /** Gives the pid of the primary as soon as it is there. */
  start(): Promise<number>;
  restart(primary: number): Promise<void>;
  shutDown(primary: number): Promise<void>;
  readonly ending: () => string | null;
  /** Of its own files. */
  remove(): void;
}

/** Rejects where it could not be started; nothing of it is left then. Whether it listens is for the clients to find out. */
export async function startProgram(options: StartOptions): Promise<Running> {
  const { rig, program, signal } = options;
  signal.throwIfAborted();
  const place = await takePlace(rig);
  const { run, port, folder } = place;
  const preload = join(folder, 'preload.cjs');
  await copyFile(options.preload, preload);
  writeFileSync(join(folder, BOOTED), '');
  const env = environment({ run, port, preload, rig, modules: options.modules });
  const way = program.peer === 'pm2' ? await pm2(options, env) : await itself(options, env);
  rig.guard.watch(run);
  let primary: number;
  let tree: Tree;
  try {
    primary = await way.start();
    tree = openTree({ root: primary, run, joined: (one: ProcessInfo) => rig.guard.add(run, one) });
  } catch (error) {
    await openTree({ root: null, run }).end();
    way.remove();
    place.leave();
    throw error;
  }
  rig.guard.watch(run, tree.root);
  firstToGo(primary);
  let beyond: string | null = null;
  const bounds = watchBounds({
    tree,
    limits: { ...LIMITS_OF_A_CHECK, ms: null },
    files: [preload],
    looked: () => undefined,
    beyond(_, detail) {
      beyond = detail;
      void tree.end();
    },
  });

  let ended: Promise<void> | null = null;
  async function end(): Promise<void> {
    // without it no further process of the program can start
    rmSync(preload, { force: true });
    await bounds.close();
    const survivors = await tree.end({ withinMs: 15_000 });
    way.remove();
    place.leave();
    if (survivors.length > 0) throw new Error(`processes could not be ended: ${survivors.map(({ pid }) => pid)}`);
    rig.guard.forget(run);
  }

  return {
    port,
    async workers() {
      await tree.refresh();
      return tree.living().flatMap(({ pid, ppid }) => (ppid === primary ? [pid] : []));
    },
    booted: () => statSync(join(folder, BOOTED)).size,
    boots(how) {
      const file = join(folder, BOOTS);
      writeFileSync(`${file}.new`, JSON.stringify({ each: how }));
      renameSync(`${file}.new`, file);
    },
    restart: () => way.restart(primary),
    shutDown: () => way.shutDown(primary),
    async isOver() {
      await tree.refresh();
      return !tree.living().some(({ pid }) => pid === primary);
    },
    get ending() {
      return way.ending();
    },
    get beyond() {
      return beyond;
    },
    async living() {
      await tree.refresh();
      return tree.living().length;
    },
    end() {
      ended ??= end();
      return ended;
    },
  };
}

/** A program with a primary of its own: SIGHUP restarts it, or SIGUSR2 with recluster, and SIGTERM shuts it down. */
async function itself({ rig, program }: StartOptions, env: NodeJS.ProcessEnv): Promise<Way> {
  let ending: string | null = null;
  const signalTo = async (pid: number, name: NodeJS.Signals): Promise<void> => {
    if (ending === null) process.kill(pid, name);
  };
  return {
    async start() {
      const own = { ...env, SERVER: program.file, PATIENCE: program.patience === null ? '' : String(program.patience) };
      const child = spawn(process.execPath, [plain(rig)], { detached: true, stdio: 'ignore', env: own });
      await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
      child.once('exit', (code, name) => (ending = name ?? `code ${code}`));
      return child.pid as number;
    },
    restart: (primary) => signalTo(primary, program.peer === 'recluster' ? 'SIGUSR2' : 'SIGHUP'),
    shutDown: (primary) => signalTo(primary, 'SIGTERM'),
    ending: () => ending,
    remove: () => undefined,
  };
}

/** Its daemon is the primary; it has a home of its own, with a path that is short enough for the sockets in it. */
async function pm2({ rig, program, modules, signal }: StartOptions, env: NodeJS.ProcessEnv): Promise<Way> {
  const home = await mkdtemp(join(tmpdir(), 'pm2-'));
  rig.guard.path(home);
  // with this file there it tells nobody that it was installed
  writeFileSync(join(home, 'touch'), '');
  const own = { ...env, PM2_HOME: home, PM2_DISABLE_VERSION_CHECK: 'true' };
  const command = (...words: readonly string[]): Promise<void> =>
    finished(join(modules ?? '', 'pm2', 'bin', 'pm2'), words, own, signal);
  return {
    async start() {
      const patience = program.patience === null ? [] : ['--kill-timeout', String(program.patience * 1000)];
      await command('start', plain(rig), '--name', 'app', '--instances', 'max', ...patience);
      return Number(readFileSync(join(home, 'pm2.pid'), 'utf8'));
    },
    restart: () => command('reload', 'app'),
    shutDown: () => command('kill'),
    ending: () => null,
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}

/** Without types, which not every Node can strip. */
function plain({ entry, shadows }: Rig): string {
  return shadows[entry] ?? entry;
}

/** Rejects with what it printed where it fails. */
async function finished(
  file: string,
  words: readonly string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<void> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(COMMAND_MS)]);
  const child = spawn(process.execPath, [file, ...words], { stdio: ['ignore', 'pipe', 'pipe'], env, signal: limit });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (printed = (printed + text).slice(-500)));
  const code = await new Promise((resolve, reject) => child.once('exit', resolve).once('error', reject));
  if (code !== 0)
    throw new Error(`pm2 ${words[0]} ended with code ${String(code)}: ${printed.trim().split('\n').at(-1)}`);
}

function environment({
  run,
  port,
  preload,
  rig,
  modules,
}: {
  readonly run: string;
  readonly port: number;
  readonly preload: string;
  readonly rig: Rig;
  readonly modules: string | null;
}): NodeJS.ProcessEnv {
  // as in a check, what is set in a shell must not change what a program does
  const {
    NODE_CLUSTER_SCHED_POLICY: _policy,
    NODE_EXTRA_CA_CERTS: _certificates,
    NODE_ENV: _kind,
    ...inherited
  } = process.env;
  return {
    ...inherited,
    PORT: String(port),
    NODE_OPTIONS: `--require ${JSON.stringify(preload)}`,
    NODE_PATH: [modules, join(rig.workbook, 'node_modules')].filter((each) => each !== null).join(delimiter),
    [MARKER]: run,
  };
}
