// Requests one by one: on fresh connections, or to chosen workers on kept ones.
import type { AskOptions, Connection, Entry, Ledger } from '../ledger.ts';
import type { Program } from '../program.ts';
import type { Recorder } from '../recorder.ts';
import { holders } from '../sockets.ts';
import type { Waiting } from './waiting.ts';
import type { Workers } from './workers.ts';

/** Asks chosen workers. */
export interface Reach {
  /** Those that were found; a worker that never turned up is missing. */
  readonly pids: readonly number[];
  /**
   * One request to this worker on a kept connection; null where all of them have a request under way. Where the program
   * keeps no connections: on fresh ones, so many tries until this worker answers, whoever it is then.
   */
  ask(pid: number, path: string, options?: AskOptions & { readonly tries?: number }): Promise<Entry | null>;
  close(): void;
}

export interface Asking {
  /** So many requests, one after the other, each on a fresh connection. */
  visit(count: number, path?: string, options?: AskOptions): Promise<Entry[]>;
  /** So many requests at once, each on a fresh connection. */
  together(count: number, path?: string, options?: AskOptions): Promise<Entry[]>;
  /** A connection on which nothing is asked yet; null where it fails. It is kept until it is closed, or all is over. */
  connect(options?: { readonly stream?: string }): Promise<Connection | null>;
  /** Ways to each listening worker: `count` kept connections, found by asking `path`. */
  reach(count: number, path: string): Promise<Reach>;
  /** Ends the kept connections. */
  close(): void;
}

export interface AskingOptions {
  readonly program: Program;
  readonly recorder: Recorder;
  readonly ledger: Ledger;
  readonly workers: Workers;
  readonly waiting: Waiting;
  readonly port: number;
  readonly signal: AbortSignal;
}

/** Of the first of every so many visits it is looked up who really has the connection. It takes some 10 ms: not often. */
const LOOKED_UP_EVERY = 20;
const LOOKED_UP_AT_MOST = 4;

/** A process reports at once, unless it is blocked. */
const REPORTED_MS = 100;

export function openAsking(given: AskingOptions): Asking {
  const { program, ledger, workers, port, signal } = given;
  const { now, record, lives } = given.recorder;
  const { check } = given.waiting;
  const connections = new Set<Connection>();
  let visits = 0;

  async function visit(count: number, path = '/', options: AskOptions = {}): Promise<Entry[]> {
    const entries: Entry[] = [];
    // each takes seconds, and three of them have told enough
    const hanging = (): number => entries.filter(({ outcome }) => outcome === 'hanging').length;
    for (let i = 0; i < count && hanging() < 3; i += 1) {
      check();
      const isLookedUp = visits % LOOKED_UP_EVERY === 0 && visits < LOOKED_UP_EVERY * LOOKED_UP_AT_MOST;
      const whileOpen = isLookedUp ? lookUp : undefined;
      visits += 1;
      entries.push(await ledger.ask(path, { stream: 'visits', signal, ...(whileOpen && { whileOpen }), ...options }));
    }
    return entries;
  }

  /** Asks the operating system who has the other end of a connection. */
  function lookUp(conn: number): void {
    const t = now();
    const forked = lives.filter((life) => life.exited === null).map((life) => life.pid);
    const others = program.tree.living().map((each) => each.pid);
    const pids = holders(port, conn, [...new Set([program.pid, ...forked, ...others])]);
    if (pids !== null) record({ kind: 'held', t, port: conn, pids });
  }

  async function connect({ stream = 'kept' }: { readonly stream?: string } = {}): Promise<Connection | null> {
    check();
    const connection = await ledger.connect({ stream, signal });
    if (connection !== null) connections.add(connection);
    return connection;
  }

  async function reach(count: number, path: string): Promise<Reach> {
    const found = new Map<number, Connection[]>();
    const busy = new WeakSet<Connection>();
    /** Workers whose connections do not last. */
    const unkept = new Set<number>();
    const wanted = workers.listening().map((life) => life.pid);
    const enough = (): boolean => wanted.every((pid) => unkept.has(pid) || (found.get(pid)?.length ?? 0) >= count);
    // under round robin the first few suffice; the operating system's own dealing may favour one worker for long
    for (let tries = 0; tries < 40 * count * wanted.length && !enough(); tries += 1) {
      const before = now();
      const connection = await connect();
      if (connection === null) continue;
      const { outcome } = await connection.ask(path, { stream: 'kept', signal });
      if (outcome === 'hanging') break;
      // who answers is told by its body; where it is of another shape, by the process that took the connection
      const owner = connection.pid ?? (await ownerOf(connection.port, before));
      const kept = owner === null ? [] : (found.get(owner) ?? []);
      if (owner !== null && !connection.open) unkept.add(owner);
      else if (owner !== null && wanted.includes(owner) && kept.length < count) {
        found.set(owner, [...kept, connection]);
        continue;
      }
      connection.close();
    }
    return {
      pids: wanted.filter((pid) => found.has(pid) || unkept.has(pid)),
      async ask(pid, to, { tries = 1, ...options } = {}) {
        const open = found.get(pid)?.filter((connection) => connection.open) ?? [];
        const idle = open.find((connection) => !busy.has(connection));
        if (idle !== undefined) {
          busy.add(idle);
          return idle.ask(to, { signal, ...options }).finally(() => busy.delete(idle));
        }
        if (open.length > 0) return null;
        let entry: Entry | null = null;
        for (let left = tries; left > 0; left -= 1) {
          check();
          entry = await ledger.ask(to, { signal, ...options });
          if (
            entry.outcome !== 'answered' ||
            entry.conn === null ||
            (entry.pid ?? (await ownerOf(entry.conn, entry.opened))) === pid
          )
            break;
        }
        return entry;
      },
      close() {
        for (const connection of [...found.values()].flat()) connection.close();
      },
    };
  }

  /** By the process that took the connection, which may not have told it yet. */
  async function ownerOf(conn: number | null, opened: number): Promise<number | null> {
    if (conn === null) return null;
    await program.flush(REPORTED_MS);
    return workers.ownerSoon(conn, opened);
  }

  return {
    visit,
    reach,
    connect,
    async together(count, path = '/', options = {}) {
      check();
      return Promise.all(
        Array.from({ length: count }, () => ledger.ask(path, { stream: 'together', signal, ...options })),
      );
    },
    close() {
      for (const connection of connections) connection.close();
    },
  };
}
