// Opens the store that a scenario's programs keep their numbers in: a file for SQLite, or a Redis server of this run's own.
import { openFileStore } from './file.ts';
import { startRedis } from './redis.ts';
import type { OpenedStore, StoreKind, StoreOptions, Unavailable } from './store.ts';

/** Rejects with NoPort. */
export async function openStore(kind: StoreKind, options: StoreOptions): Promise<OpenedStore | Unavailable> {
  return kind === 'sqlite' ? openFileStore(options.folder) : startRedis(options);
}
