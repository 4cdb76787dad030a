// Ports: finds one that a program can listen on, and tells who holds one that it cannot.
import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { listProcesses, withCommand, type ProcessInfo } from './processes.ts';
import { listeners } from './sockets.ts';

export interface PortRange {
  readonly from: number;
  /** Included. */
  readonly to: number;
}

/** Why there is no port, for people: what happened, what that means, what to do next. */
export interface PortProblem {
  readonly what: string;
  readonly why: string;
  readonly next: string;
}

/**
 * Below the ports that Linux (from 32768) and macOS (from 49152) give to clients: a connection of the load itself could
 * take a port there between our look and the program's `listen`. Above those that services are known by.
 */
export const DEFAULT_RANGE: PortRange = { from: 20_001, to: 32_767 };

const TRIES = 50;

/** Ports in use by runs of this process. */
const handedOut = new Set<number>();

/**
 * A port that a program can listen on at any address, picked at random so that checkers side by side rarely meet.
 * Not handed out again before `releasePort`.
 */
export function freePort(range: PortRange = DEFAULT_RANGE): Promise<number | PortProblem> {
  // One after the other: a port that another call is only trying is not in use, and must not be told to be.
  const found = looking.then(() => find(range));
  looking = found.catch(() => undefined);
  return found;
}

let looking: Promise<unknown> = Promise.resolve();

async function find(range: PortRange): Promise<number | PortProblem> {
  if (!isUsable(range)) return badRange(range);
  const tried: number[] = [];
  for (const port of pick(range)) {
    // Another caller may have got it since. Taken before it is tried, or the two could still be given the same one.
    if (handedOut.has(port)) continue;
    handedOut.add(port);
    if (await portFree(port)) return port;
    tried.push(port);
    handedOut.delete(port);
  }
  return noneFree(range, tried);
}

/** The run on this port is over, and the port was seen to be free. */
export function releasePort(port: number): void {
  handedOut.delete(port);
}

/**
 * Whether a program can listen on this port now, at whatever address. Connections that are still in TIME_WAIT do not
 * matter: Node sets SO_REUSEADDR.
 */
export async function portFree(port: number): Promise<boolean> {
  // One after the other, since they exclude each other; all of them, since with SO_REUSEADDR macOS lets the
  // wildcard be bound beside a listener at one address, and the other way round.
  for (const host of ['127.0.0.1', '0.0.0.0', '::1', '::']) {
    if (!(await canBind(port, host))) return false;
  }
  return true;
}

/** Listens on a port at every address, and closes whatever connects, until `leave`; which may be called again. */
export async function occupy(port: number): Promise<{ leave(): Promise<void> }> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, resolve);
  });
  return { leave: () => new Promise((resolve) => void server.close(() => resolve())) };
}

/** Who listens on a port; null where nobody does or it cannot be told (another user's process). */
export async function whoHolds(port: number): Promise<{ readonly pid: number; readonly command: string } | null> {
  const holder = (await holdersOf(port))[0];
  return holder === undefined ? null : { pid: holder.pid, command: withCommand(holder).command };
}

/** All that listen on a port, as far as it can be told. Costs a look at all files of all processes. */
export async function holdersOf(port: number): Promise<ProcessInfo[]> {
  const pids = process.platform === 'linux' ? listeners(port) : await listenersByLsof(port);
  return (await listProcesses()).filter((one) => pids.includes(one.pid));
}

function isUsable({ from, to }: PortRange): boolean {
  return Number.isInteger(from) && Number.isInteger(to) && from >= 1 && from <= to && to <= 65_535;
}

function badRange({ from, to }: PortRange): PortProblem {
  return {
    what: `${from} to ${to} is not a range of ports`,
    why: 'A port is a whole number from 1 to 65535, and a range begins with the smaller one.',
    next: `Give a range such as ${DEFAULT_RANGE.from} to ${DEFAULT_RANGE.to}, or none at all.`,
  };
}

async function noneFree({ from, to }: PortRange, tried: readonly number[]): Promise<PortProblem> {
  return {
    what: `no port from ${from} to ${to} can be listened on`,
    why: await whyNone(from, tried),
    next: `Give a wider range, such as ${DEFAULT_RANGE.from} to ${DEFAULT_RANGE.to}, or end what holds these ports.`,
  };
}

async function whyNone(from: number, tried: readonly number[]): Promise<string> {
  const [first] = tried;
  if (first === undefined) return 'All of them are in use by checks of this very process.';
  const reasons = [`${tried.length} of them were tried, and none could be bound.`];
  const holder = await whoHolds(first);
  if (holder !== null) reasons.push(`Port ${first} is held by process ${holder.pid} (${holder.command}).`);
  if (from < 1024) reasons.push('Ports below 1024 may need the rights of root.');
  return reasons.join(' ');
}

/** At most TRIES ports of the range in random order, none twice and none that is handed out; all of them where they are few. */
function pick({ from, to }: PortRange): number[] {
  const left = Array.from({ length: to - from + 1 }, (_, index) => from + index).filter((port) => !handedOut.has(port));
  // The first steps of a Fisher-Yates shuffle.
  const count = Math.min(TRIES, left.length);
  for (let index = 0; index < count; index++) {
    const other = index + Math.floor(Math.random() * (left.length - index));
    [left[index], left[other]] = [left[other] as number, left[index] as number];
  }
  return left.slice(0, count);
}

function canBind(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', ({ code }: NodeJS.ErrnoException) => {
      // A machine without IPv6 has nobody at that address either.
      resolve(host.includes(':') && (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT'));
    });
    // `exclusive`, so that the answer is about this process even in a cluster worker.
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

// ── macOS and the rest

async function listenersByLsof(port: number): Promise<number[]> {
  try {
    const { stdout } = await promisify(execFile)('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fp']);
    return parseLsof(stdout);
  } catch {
    // It also exits with 1 where it found nobody.
    return [];
  }
}

/** `-F p` prints `p<pid>` for each process, then a line for each file. */
export function parseLsof(text: string): number[] {
  return [...text.matchAll(/^p(\d+)$/gm)].map(([, pid]) => Number(pid));
}
