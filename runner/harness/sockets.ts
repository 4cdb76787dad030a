// Who has a socket, by the kernel's own tables: /proc/net/tcp names the inode of each, and /proc/PID/fd names it again.
// Linux alone; nothing of it passes through the program, so it can say nothing else here than what is so.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Pids of all processes of this user that listen on a port. */
export function listeners(port: number): number[] {
  const names = new Set(listeningInodes(tables(), port));
  if (names.size === 0) return [];
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return pids.filter((pid) => descriptors(pid)?.some((name) => names.has(name)));
}

/**
 * Which of these processes have the server's end of an established connection, from a client's port to a server's.
 * Null where it was closed before all of them were asked, or where this system does not tell.
 */
export function holders(server: number, client: number, among: readonly number[]): number[] | null {
  if (process.platform !== 'linux') return null;
  const name = establishedInode(tables(), server, client);
  if (name === null) return null;
  const looks = among.map((pid) => ({ pid, names: descriptors(pid) }));
  const found = looks.flatMap(({ pid, names }) => (names?.includes(name) ? [pid] : []));
  const unseen = found.length === 0 && looks.some(({ names }) => names === null);
  return unseen || establishedInode(tables(), server, client) !== name ? null : found;
}

/** As `/proc/PID/fd` names them: `socket:[inode]`. */
export function listeningInodes(table: string, port: number): string[] {
  return rows(table).flatMap(({ local, state, inode }) => (local === port && state === LISTEN ? [inode] : []));
}

/** The same for one end of a connection; null where nobody has it, as long as it was not accepted. */
export function establishedInode(table: string, local: number, remote: number): string | null {
  const row = rows(table).find((each) => each.local === local && each.remote === remote && each.state === ESTABLISHED);
  return row === undefined || row.inode === 'socket:[0]' ? null : row.inode;
}

const ESTABLISHED = '01';
const LISTEN = '0A';
/** Of a machine with tens of thousands of connections; reading it would take longer than what it tells is worth. */
const LONGEST_TABLE = 4 * 2 ** 20;

function tables(): string {
  return ['/proc/net/tcp', '/proc/net/tcp6']
    .map((path) => attempt(() => readFileSync(path, 'latin1')) ?? '')
    .filter((table) => table.length <= LONGEST_TABLE)
    .join('');
}

interface Row {
  readonly local: number;
  readonly remote: number;
  readonly state: string;
  readonly inode: string;
}

/** proc(5), /proc/net/tcp: `sl local_address rem_address st … inode`, the addresses as HEXADDRESS:HEXPORT. */
function rows(table: string): Row[] {
  return table.split('\n').flatMap((line) => {
    const [, local, remote, state, , , , , , inode] = line.trim().split(/\s+/);
    if (local === undefined || remote === undefined || state === undefined || inode === undefined) return [];
    return [{ local: portOf(local), remote: portOf(remote), state, inode: `socket:[${inode}]` }];
  });
}

function portOf(address: string): number {
  return Number.parseInt(address.slice(address.lastIndexOf(':') + 1), 16);
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
