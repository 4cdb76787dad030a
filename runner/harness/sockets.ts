// Who has a socket, by the kernel's own tables: /proc/net/tcp names the inode of each, and /proc/PID/fd names it again.
// Linux alone; nothing of it passes through the program, so it can say nothing else here than what is so.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Pids of all processes of this user that listen on a port. */
export function listeners(port: number): number[] {
  const names = new Set(TABLES.flatMap((path) => listeningInodes(table(path), port)));
  if (names.size === 0) return [];
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return pids.filter((pid) => descriptors(pid)?.some((name) => names.has(name)) === true);
}

/**
 * Which of these processes have the server's end of an established connection, from a client's port to a server's.
 * Null where it was closed before all of them were asked, or where this system does not tell. Takes some 10 ms.
 */
export function holders(server: number, client: number, among: readonly number[]): number[] | null {
  if (process.platform !== 'linux') return null;
  for (const path of TABLES) {
    const name = establishedInode(table(path), server, client);
    if (name === null) continue;
    const looks = among.map((pid) => ({ pid, names: descriptors(pid) }));
    const found = looks.flatMap(({ pid, names }) => (names?.includes(name) ? [pid] : []));
    // an inode is not given again for long: whoever has it has this connection
    if (found.length > 0) return found;
    const unseen = looks.some(({ names }) => names === null);
    return unseen || establishedInode(table(path), server, client) !== name ? null : [];
  }
  return null;
}

/** A server that names no address listens on the second kind, also for connections of the first. */
const TABLES = ['/proc/net/tcp6', '/proc/net/tcp'] as const;
/** 70,000 connections: one that has ended is kept for a minute, and a load leaves many. To read them takes 0.2 s. */
const LONGEST_TABLE = 12 * 2 ** 20;

function table(path: string): string {
  const text = attempt(() => readFileSync(path, 'latin1')) ?? '';
  return text.length <= LONGEST_TABLE ? text : '';
}

// proc(5), /proc/net/tcp: `sl local_address rem_address st … inode`, the addresses as HEXADDRESS:HEXPORT. The table also
// names thousands of connections that have ended: it is searched, not taken apart.

/** As `/proc/PID/fd` names them: `socket:[inode]`. */
export function listeningInodes(rows: string, port: number): string[] {
  const row = new RegExp(`:${hex(port)} [0-9A-F]+:0000 0A${UP_TO_INODE}`, 'g');
  return Array.from(rows.matchAll(row), ([, inode]) => `socket:[${inode}]`);
}

/** The same for one end of a connection; null where nobody has it, as long as it was not accepted. */
export function establishedInode(rows: string, local: number, remote: number): string | null {
  const inode = new RegExp(`:${hex(local)} [0-9A-F]+:${hex(remote)} 01${UP_TO_INODE}`).exec(rows)?.[1];
  return inode === undefined || inode === '0' ? null : `socket:[${inode}]`;
}

/** tx_queue:rx_queue, tr:tm->when, retrnsmt, uid, timeout, inode. */
const UP_TO_INODE = String.raw` +\S+ +\S+ +\S+ +\d+ +\d+ +(\d+)`;

function hex(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, '0');
}

/** None where the process has gone; null where it may not be looked at: another user's, or one with privileges of its own. */
function descriptors(pid: number): string[] | null {
  const folder = `/proc/${pid}/fd`;
  try {
    // one that was closed meanwhile has no name
    return readdirSync(folder).flatMap((name) => attempt(() => readlinkSync(`${folder}/${name}`)) ?? []);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ESRCH' ? [] : null;
  }
}

/** Null where what is read has gone meanwhile, or is not there. */
function attempt<T>(act: () => T): T | null {
  try {
    return act();
  } catch {
    return null;
  }
}
