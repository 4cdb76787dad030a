// The store in a file, for the processes of one machine: SQLite, whose locks keep them apart.
import type { DatabaseSync as Database, DatabaseSyncInstance } from '@photostructure/sqlite';
import type { Store } from './interface.ts';

/** How long a process that finds the file locked lets it be. */
const RETRY_MS = 5;

/** With the write-ahead log readers wait for nobody. Keys are bytes: as text some versions cut them at a NUL. */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS numbers (key BLOB PRIMARY KEY, value NUMERIC NOT NULL, expires INTEGER) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS by_expiry ON numbers (expires) WHERE expires IS NOT NULL;
  PRAGMA synchronous = NORMAL;
`;

interface Job {
  /** False where the file is locked, and it has to be tried again. */
  readonly attempt: () => boolean;
}

export async function openSqliteStore(file: string): Promise<Store> {
  const DatabaseSync = await loadSqlite();
  const database = new DatabaseSync(file);
  // SQLite's calls are synchronous, and so would be its waiting for a lock: the whole worker would stand still
  database.exec('PRAGMA busy_timeout = 0');
  let statements: ReturnType<typeof prepare> | undefined;
  /** In order, one at a time: those behind the first one would only find the same lock. */
  const waiting: Job[] = [];
  let retry: NodeJS.Timeout | undefined;

  function work(): void {
    clearTimeout(retry);
    while (waiting[0]?.attempt()) waiting.shift();
    if (waiting.length > 0) retry = setTimeout(work, RETRY_MS * (1 + Math.random()));
  }

  /** Does it as soon as the file is not locked; with `BEGIN IMMEDIATE` nobody else writes between its statements. */
  function run<T>(signal: AbortSignal | undefined, writes: boolean, use: (all: Statements) => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const abort = (): void => {
        waiting.splice(waiting.indexOf(job), 1);
        reject(signal?.reason as Error);
      };
      const job: Job = {
        attempt() {
          try {
            statements ??= prepare(database);
            if (writes) database.exec('BEGIN IMMEDIATE');
            const value = use(statements);
            if (writes) database.exec('COMMIT');
            resolve(value);
          } catch (error) {
            if (writes) rollBack(database);
            if (isLocked(error)) return false;
            reject(error as Error);
          }
          signal?.removeEventListener('abort', abort);
          return true;
        },
      };
      signal?.throwIfAborted();
      signal?.addEventListener('abort', abort, { once: true });
      waiting.push(job);
      if (waiting.length === 1) work();
    });
  }

  return {
    get: (key, { signal } = {}) =>
      run(signal, false, ({ get }) => (get.get(Buffer.from(key), Date.now())?.value as number | undefined) ?? null),
    set: (key, value, { ttlMs, signal } = {}) =>
      run(signal, true, ({ set }) => void set.run(Buffer.from(key), value, expiry(ttlMs, Date.now()))),
    add: (key, by, { ttlMs, signal } = {}) =>
      run(signal, true, ({ forget, add }) => {
        const now = Date.now();
        forget.run(now);
        const sum = add.get(Buffer.from(key), by, expiry(ttlMs, now)) as unknown as Row;
        return { value: sum.value, ttlMs: sum.expires === null ? null : sum.expires - now };
      }),
    async close() {
      clearTimeout(retry);
      database.close();
    },
  };
}

function expiry(ttlMs: number | undefined, now: number): number | null {
  return ttlMs === undefined ? null : now + Math.ceil(ttlMs);
}

interface Row {
  readonly value: number;
  readonly expires: number | null;
}

type Statements = ReturnType<typeof prepare>;

function prepare(database: DatabaseSyncInstance) {
  // A change of this mode needs the file for itself alone: it is one that may find it locked.
  database.exec('PRAGMA journal_mode = WAL');
  database.exec(SCHEMA);
  return {
    get: database.prepare('SELECT value FROM numbers WHERE key = ? AND (expires IS NULL OR expires > ?)'),
    set: database.prepare('INSERT OR REPLACE INTO numbers VALUES (?, ?, ?)'),
    forget: database.prepare('DELETE FROM numbers WHERE expires <= ?'),
    add: database.prepare(`
      INSERT INTO numbers VALUES (?, ?, ?)
      ON CONFLICT (key) DO UPDATE SET value = value + excluded.value RETURNING value, expires`),
  };
}

function rollBack(database: DatabaseSyncInstance): void {
  try {
    database.exec('ROLLBACK');
  } catch {
    // no transaction had begun
  }
}

/** SQLITE_BUSY (5) and SQLITE_LOCKED (6), whatever their finer shades. */
function isLocked(error: unknown): boolean {
  return [5, 6].includes(((error as { errcode?: number }).errcode ?? 0) & 0xff);
}

/** Node's own from 22.13 on; before, a package of the same interface, with its binaries inside. */
async function loadSqlite(): Promise<typeof Database> {
  const { emitWarning } = process;
  // it would be told once in each worker that this module is experimental
  process.emitWarning = () => {};
  const own = process.getBuiltinModule?.(OWN) as { readonly DatabaseSync: typeof Database } | undefined;
  process.emitWarning = emitWarning;
  return own?.DatabaseSync ?? (await import('@photostructure/sqlite')).DatabaseSync;
}

const OWN: string = 'node:sqlite';
