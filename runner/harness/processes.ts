// What the operating system says about processes: read from /proc on Linux, asked of `ps` elsewhere.
// A process is its pid and its start time: a pid alone may be somebody else's by the time that it is used.
import { execFile, execFileSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { promisify } from 'node:util';

export interface Identity {
  readonly pid: number;
  /** Grows with time and is comparable within one boot of one machine; its unit is the platform's own. */
  readonly startedAt: number;
}

export interface ProcessInfo extends Identity {
  readonly ppid: number;
  readonly pgid: number;
  /** Session; null where the platform does not tell it. */
  readonly sid: number | null;
  /** The first letter of the state as in `ps`: R, S, D, T (stopped), Z (dead, not yet reaped) … */
  readonly state: string;
  /** Resident memory. Pages that processes share are counted in each of them. */
  readonly rssBytes: number;
  /** The command line; or the bare name in parentheses, as `listProcesses` gives it on Linux (see `withCommand`). */
  readonly command: string;
}

/** All processes that this user can see, zombies among them, the kernel's own threads not. */
export async function listProcesses(): Promise<ProcessInfo[]> {
  return linux ? readProc() : parsePs(await ps(PS_COLUMNS));
}

/**
 * The same with its command line, where it has one (a zombie has none). On Linux this is a file more to read for each
 * process, and a look must stay cheap on a machine that runs hundreds of others.
 */
export function withCommand(info: ProcessInfo): ProcessInfo {
  if (!linux) return info;
  const command = read(`/proc/${info.pid}/cmdline`)?.replaceAll('\0', ' ').trim();
  return command ? { ...info, command } : info;
}

/** A zombie still has its pid, and `kill(pid, 0)` still finds it, but it runs and holds nothing any more. */
export const isDead = (process: ProcessInfo): boolean => /[ZXx]/.test(process.state);

export const isStopped = (process: ProcessInfo): boolean => /[Tt]/.test(process.state);

/** When the process that has this pid now was started; null where there is none. */
export function startOf(pid: number): number | null {
  if (linux) return readStat(pid)?.startedAt ?? null;
  try {
    const lstart = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { env: psEnv(), encoding: 'utf8' });
    return parseLstart(lstart.trim());
  } catch {
    return null;
  }
}

/** The pids among `candidates` whose environment holds `NAME=value`. What may not be read does not count. */
export async function carriersOf(marker: string, candidates: readonly ProcessInfo[]): Promise<Set<number>> {
  if (candidates.length === 0) return new Set();
  const carries = linux ? hasInProc(marker) : hasInPs(marker, await ps(PS_ENVIRONMENT));
  return new Set(candidates.filter(carries).map(({ pid }) => pid));
}

/**
 * Sends a signal, to this very process only: nothing is sent where its pid has passed on to another.
 * False where it was not sent. Never signals the caller itself or pid 1.
 */
export function signal(target: Identity, name: NodeJS.Signals): boolean {
  if (target.pid <= 1 || target.pid === process.pid) return false;
  // Elsewhere than on Linux this look would cost a run of `ps` for each signal: there the list must be fresh.
  if (linux && startOf(target.pid) !== target.startedAt) return false;
  try {
    return process.kill(target.pid, name);
  } catch {
    return false;
  }
}

/**
 * Processor time that the main thread of a process has had, in ms; null where the system does not tell.
 * For a thread that is running at this moment it may be as old as the kernel's last tick (up to 10 ms).
 */
export function mainThreadCpuMs(pid: number): number | null {
  if (!linux) return null;
  const nanoseconds = Number.parseInt(read(`/proc/${pid}/task/${pid}/schedstat`) ?? '', 10);
  // A kernel that keeps no account says "0 0 0"; a process that lives has had more than that.
  return nanoseconds > 0 ? nanoseconds / 1e6 : null;
}

// ── Linux

const linux = process.platform === 'linux';

function readProc(): ProcessInfo[] {
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  // Newest first: what forks and ends at once would be gone before a long scan came to it.
  return pids.toReversed().flatMap((pid) => readStat(pid) ?? []);
}

const STAT = Buffer.alloc(2048);

/** Reads into one buffer, which takes half the time of `readFileSync`; a line of stat is never longer than that. */
function readStat(pid: number): ProcessInfo | null {
  let file: number | null = null;
  try {
    file = openSync(`/proc/${pid}/stat`, 'r');
    const length = readSync(file, STAT, 0, STAT.length, null);
    return parseStat(STAT.toString('latin1', 0, length), pageBytes());
  } catch {
    return null;
  } finally {
    if (file !== null) closeSync(file);
  }
}

/** proc(5): `pid (name) state ppid pgrp session …`, where a name may itself hold spaces and parentheses. */
export function parseStat(text: string, bytesPerPage: number): ProcessInfo | null {
  const nameEnd = text.lastIndexOf(')');
  const fields = text.slice(nameEnd + 2).split(' ');
  // Field n of proc(5) is fields[n - 3].
  const field = (n: number): number => Number(fields[n - 3]);
  const isKernelThread = (field(9) & 0x0020_0000) !== 0;
  if (nameEnd < 0 || isKernelThread || !Number.isFinite(field(24))) return null;
  return {
    pid: Number.parseInt(text, 10),
    ppid: field(4),
    pgid: field(5),
    sid: field(6),
    startedAt: field(22),
    state: fields[0] ?? '',
    rssBytes: field(24) * bytesPerPage,
    command: text.slice(text.indexOf('('), nameEnd + 1),
  };
}

let pageSize: number | undefined;

/** From the auxiliary vector (getauxval(3)): pairs of words, the one of type 6 is the page size; 16 or 64 KiB on some ARM systems. */
function pageBytes(): number {
  if (pageSize === undefined) {
    const vector = new BigUint64Array(new Uint8Array(readFileSync('/proc/self/auxv')).buffer);
    const at = vector.findIndex((word, index) => index % 2 === 0 && word === 6n);
    pageSize = at < 0 ? 4096 : Number(vector[at + 1]);
  }
  return pageSize;
}

function hasInProc(marker: string): (candidate: ProcessInfo) => boolean {
  return ({ pid }) => `\0${read(`/proc/${pid}/environ`) ?? ''}`.includes(`\0${marker}\0`);
}

/** Null where the process has gone meanwhile, or is another user's. */
function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

// ── macOS and the rest: ps

// One -o for each: by POSIX, text after a first `=` may be a heading up to the end of the argument.
const PS_COLUMNS = ['pid', 'ppid', 'pgid', 'stat', 'rss', 'lstart', 'command'].flatMap((name) => ['-o', `${name}=`]);
const PS_ENVIRONMENT = ['-E', '-o', 'pid=', '-o', 'command='];

async function ps(columns: readonly string[]): Promise<string> {
  const options = { env: psEnv(), maxBuffer: 64 * 2 ** 20 };
  return (await promisify(execFile)('ps', ['-axww', ...columns], options)).stdout;
}

/** Names of months follow the locale and hours the time zone; ours must be the same at every look. */
const psEnv = (): NodeJS.ProcessEnv => ({ PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' });

const PS_LINE =
  /^\s*(?<pid>\d+)\s+(?<ppid>\d+)\s+(?<pgid>\d+)\s+(?<stat>\S+)\s+(?<rss>\d+)\s+(?<lstart>\w+\s+\w+\s+\d+\s+[\d:]+\s+\d{4})\s+(?<command>.*)$/;

/** Reads the columns pid, ppid, pgid, stat, rss (KiB), lstart, command; a line of another form is left out. */
export function parsePs(text: string): ProcessInfo[] {
  return text.split('\n').flatMap((line) => {
    const column = PS_LINE.exec(line)?.groups;
    const startedAt = parseLstart(column?.['lstart'] ?? '');
    if (column === undefined || startedAt === null) return [];
    return [
      {
        pid: Number(column['pid']),
        ppid: Number(column['ppid']),
        pgid: Number(column['pgid']),
        sid: null,
        startedAt,
        state: column['stat']?.[0] ?? '',
        rssBytes: Number(column['rss']) * 1024,
        command: column['command'] ?? '',
      },
    ];
  });
}

/** `Thu Jun  4 10:12:13 2026`, in UTC as asked for. */
function parseLstart(lstart: string): number | null {
  const time = Date.parse(`${lstart} UTC`);
  return Number.isNaN(time) ? null : time;
}

/** `ps -E` prints the environment behind the command: only what follows the command counts. */
export function hasInPs(marker: string, text: string): (candidate: ProcessInfo) => boolean {
  const lines = new Map(text.split('\n').map((line) => [Number.parseInt(line, 10), line.trimStart()]));
  return ({ pid, command }) => {
    const shown = lines.get(pid)?.slice(String(pid).length).trimStart();
    return (
      shown !== undefined && shown.startsWith(command) && ` ${shown.slice(command.length)} `.includes(` ${marker} `)
    );
  };
}
