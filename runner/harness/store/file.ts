// SQLite's file, which does not answer while somebody else has it for himself.
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { storeFileIn } from '../program.ts';
import type { OpenedStore } from './store.ts';

/** Writers have it for moments only. */
const PATIENCE_MS = 2000;

export function openFileStore(folder: string): OpenedStore {
  const file = storeFileIn(folder);
  let held: DatabaseSyncInstance | null = null;
  return {
    env: { STORE_FILE: file },
    pid: process.pid,

    async freeze() {
      const { DatabaseSync } = await import('@photostructure/sqlite');
      const database = new DatabaseSync(file);
      database.exec('PRAGMA busy_timeout = 0');
      const since = performance.now();
      while (!lock(database)) {
        if (performance.now() - since > PATIENCE_MS) {
          database.close();
          return false;
        }
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      held = database;
      return true;
    },

    async thaw() {
      if (held === null) return false;
      held.exec('ROLLBACK');
      held.close();
      held = null;
      return true;
    },

    async end() {
      held?.close();
      held = null;
    },
  };
}

function lock(database: DatabaseSyncInstance): boolean {
  try {
    database.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (/locked/.test((error as Error).message)) return false;
    throw error;
  }
}
