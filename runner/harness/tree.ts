// The process tree of one program: everything that it started, however far it strayed, and the end of all of it.
// Found by descent, by the primary's process group and session, and by a marker in the environment.
import { setTimeout as pause } from 'node:timers/promises';
import { carriersOf, isDead, isStopped, listProcesses, signal, startOf, withCommand } from './processes.ts';
import type { Identity, ProcessInfo } from './processes.ts';

export { listProcesses, mainThreadCpuMs, startOf } from './processes.ts';
export type { Identity, ProcessInfo } from './processes.ts';

/** The environment variable that every process of a program inherits; its value is the id of the run. */
export const MARKER = 'WORKBOOK_RUN';

/** Beyond it the dead are forgotten: a program may fork for hours. */
const MOST_KNOWN = 1000;

export interface TreeOptions {
  /** The pid of the primary, which was started `detached` and so leads a group and a session; null: know by the marker alone. */
  readonly root: number | null;
  /** The id of the run: no two runs on a machine share it. */
  readonly run: string;
  /** When the root was started, where that is known from before; else it is looked up now. */
  readonly startedAt?: number | null;
  /** Told of each process when it is first found, whoever looked. */
  readonly joined?: (newcomer: ProcessInfo) => void;
}

export interface Tree {
  /** The primary; null where it was gone, and reaped, before the tree was opened. */
  readonly root: Identity | null;
  /** Looks again; gives the processes that were not known before. */
  refresh(): Promise<readonly ProcessInfo[]>;
  /** The living as of the last look. */
  living(): readonly ProcessInfo[];
  /** Whether a look has found a process with this pid, which may have ended since. */
  knows(pid: number): boolean;
  /** Makes a process, and all that descends from it, belong to the program. Without `startedAt`: the one that has this pid now. */
  add(pid: number, startedAt?: number): void;
  /** Resident memory of the living as of the last look; shared pages are counted in each of them. */
  rssBytes(): number;
  /**
   * Ends everything by SIGKILL, and returns once two looks in a row found nothing, or `withinMs` (3000) are over.
   * Gives what could not be ended: processes of another user, or stuck in the kernel.
   */
  end(limit?: { readonly withinMs: number }): Promise<readonly ProcessInfo[]>;
}

export function openTree({ root: rootPid, run, startedAt, joined }: TreeOptions): Tree {
  const root = rootPid === null ? null : identify(rootPid, startedAt);
  const marker = `${MARKER}=${run}`;
  /** pid → start time of all that ever belonged here: an orphan has lost its parent, but not its identity. */
  const known = new Map<number, number>();
  if (root !== null) known.set(root.pid, root.startedAt);
  let living: readonly ProcessInfo[] = [];
  /** Whether the group and the session that are numbered like the root are still the root's own. */
  let leads = root !== null;
  let looking: Promise<unknown> = Promise.resolve();

  // One look after the other: a slow one must not overwrite what a later one found.
  function refresh(): Promise<readonly ProcessInfo[]> {
    const look = looking.then(scan);
    looking = look.catch(() => undefined);
    return look;
  }

  async function scan(): Promise<readonly ProcessInfo[]> {
    const everyone = await listProcesses();
    const present = new Map(everyone.map((one) => [one.pid, one]));
    const spared = lineageOf(process.pid, present);
    for (const [pid, start] of known) {
      const passedOn = (present.get(pid)?.startedAt ?? start) !== start;
      if (passedOn || spared.has(pid)) known.delete(pid);
    }
    leads &&= stillLeads(everyone, spared);

    // Nothing older than the root can be the program's, which also saves reading most environments.
    const candidates = everyone.filter(
      (one) => !isDead(one) && !spared.has(one.pid) && one.startedAt >= (root?.startedAt ?? 0),
    );
    const carriers = await carriersOf(
      marker,
      candidates.filter((one) => !belongs(one)),
    );

    const found = new Map<number, ProcessInfo>();
    const children = childrenOf(candidates);
    const reached = candidates.filter((one) => belongs(one) || carriers.has(one.pid));
    for (const one of reached) {
      if (found.has(one.pid)) continue;
      found.set(one.pid, one);
      reached.push(...(children.get(one.pid) ?? []));
    }

    if (known.size > MOST_KNOWN) for (const pid of known.keys()) if (!present.has(pid)) known.delete(pid);

    living = [...found.values()].map(withCommand);
    const newcomers = living.filter((one) => !known.has(one.pid));
    for (const one of newcomers) {
      known.set(one.pid, one.startedAt);
      joined?.(one);
    }
    return newcomers;
  }

  // A known parent that is missing from the look ended while it was taken: its child belongs here all the same.
  const belongs = (one: ProcessInfo): boolean => known.has(one.pid) || known.has(one.ppid) || isLed(one);
  const isLed = (one: ProcessInfo): boolean => leads && (one.pgid === root?.pid || one.sid === root?.pid);

  /**
   * A number that names a group or a session is not given to a new process. So it is the root's own as long as the
   * kernel knows the group, or as long as every look finds somebody in it; after a gap it may be anybody's.
   */
  function stillLeads(everyone: readonly ProcessInfo[], spared: ReadonlySet<number>): boolean {
    if (root === null) return false;
    if (everyone.some((one) => one.pid === root.pid && one.startedAt !== root.startedAt)) return false;
    const led = everyone.filter(isLed);
    // Started within the checker's own group, it leads nothing.
    if (led.some((one) => spared.has(one.pid))) return false;
    return led.length > 0 || groupExists(root.pid);
  }

  /** To the whole group at once: unlike a signal to one process after the other, a fork cannot outrun it. */
  function signalGroup(name: NodeJS.Signals): void {
    if (!leads || root === null) return;
    try {
      process.kill(-root.pid, name);
    } catch {
      // Nobody is left in the group, or nobody who may be signalled: the next look tells.
    }
  }

  /** Stops all members, so that none of them can answer the death of another with a fork. */
  async function freeze(doomed: ReadonlySet<number>): Promise<void> {
    // At once, whoever is known: a look at a machine full of them takes long enough to fork hundreds more.
    for (const one of living) if (!doomed.has(one.pid)) signal(one, 'SIGSTOP');
    // Bounded, since who waits for its vfork child (state D) stops only when that child ends.
    for (let round = 0; round < 20; round++) {
      await refresh();
      signalGroup('SIGSTOP');
      const moving = living.filter((one) => !isStopped(one) && !doomed.has(one.pid));
      if (moving.length === 0) return;
      for (const one of moving) signal(one, 'SIGSTOP');
      await pause(1);
    }
  }

  async function end({ withinMs } = { withinMs: 3000 }): Promise<readonly ProcessInfo[]> {
    const deadline = performance.now() + withinMs;
    const doomed = new Set<number>();
    for (let empty = 0; empty < 2;) {
      await freeze(doomed);
      signalGroup('SIGKILL');
      for (const one of living) {
        signal(one, 'SIGKILL');
        doomed.add(one.pid);
      }
      empty = living.length === 0 ? empty + 1 : 0;
      if (performance.now() > deadline) break;
      await pause(1);
    }
    return living;
  }

  return {
    root,
    refresh,
    living: () => living,
    knows: (pid) => known.has(pid),
    add(pid, start) {
      const identity = identify(pid, start);
      if (identity !== null) known.set(pid, identity.startedAt);
    },
    rssBytes: () => living.reduce((sum, one) => sum + one.rssBytes, 0),
    end,
  };
}

function identify(pid: number, startedAt: number | null | undefined): Identity | null {
  // To kill(2), group 0 is the caller's own, and -1 is everybody.
  if (!Number.isInteger(pid) || pid <= 1) return null;
  const start = startedAt ?? startOf(pid);
  return start === null ? null : { pid, startedAt: start };
}

/** A process, its parent, and so on up: what must never be signalled in the name of a program. */
function lineageOf(pid: number, present: ReadonlyMap<number, ProcessInfo>): Set<number> {
  const lineage = new Set<number>([1]);
  for (let one = present.get(pid); one !== undefined && !lineage.has(one.pid); one = present.get(one.ppid)) {
    lineage.add(one.pid);
  }
  return lineage;
}

function childrenOf(processes: readonly ProcessInfo[]): Map<number, ProcessInfo[]> {
  const children = new Map<number, ProcessInfo[]>();
  for (const one of processes) {
    const siblings = children.get(one.ppid);
    if (siblings === undefined) children.set(one.ppid, [one]);
    else siblings.push(one);
  }
  return children;
}

function groupExists(pgid: number): boolean {
  try {
    return process.kill(-pgid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
