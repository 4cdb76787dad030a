// The store of lesson 9, imported as `#store`: numbers by their keys, outside of your processes, for all of them.
// SQLite in the file that STORE_FILE names; Redis where REDIS_URL is set.
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Store } from './store/interface.ts';

export type { Added, Options, Store } from './store/interface.ts';

/** Begins to open it, and waits for nothing: a store that is away keeps nobody from starting. */
export function openStore(): Store {
  const store = open();
  // whoever uses it is told why it could not be opened
  store.catch(() => {});
  return {
    get: async (key, options) => (await store).get(key, options),
    set: async (key, value, options) => (await store).set(key, value, options),
    add: async (key, by, options) => (await store).add(key, by, options),
    close: async () => (await store).close(),
  };
}

async function open(): Promise<Store> {
  const { REDIS_URL, STORE_FILE = join(import.meta.dirname, '..', '..', '.workbook', 'store', 'store.db') } =
    process.env;
  if (REDIS_URL) return (await import('./store/redis.ts')).openRedisStore(REDIS_URL);
  mkdirSync(dirname(STORE_FILE), { recursive: true });
  return (await import('./store/sqlite.ts')).openSqliteStore(STORE_FILE);
}
