// Four processes count to 20,000 together, in one file of SQLite: by reading, adding and writing, and by letting it add.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as others } from 'node:timers/promises';

const PROCESSES = 4;
const EACH = 5000;
const [, , how, file] = process.argv;

if (how === undefined) {
  await count('read, add, write', 'careless');
  await count('added by the store', 'atomic');
} else {
  const { add, close } = await openCounter(file);
  for (let i = 0; i < EACH; i++) await add[how]();
  close();
}

async function count(name, kind) {
  const folder = mkdtempSync(join(tmpdir(), 'lost-update-'));
  const shared = join(folder, 'store.db');
  const { read, close } = await openCounter(shared);
  const children = Array.from({ length: PROCESSES }, () => fork(import.meta.filename, [kind, shared]));
  await Promise.all(children.map((child) => once(child, 'exit')));
  const lost = PROCESSES * EACH - read();
  console.log(`${name.padEnd(20)}${PROCESSES * EACH} visits, ${read()} counted, ${lost} lost`);
  close();
  rmSync(folder, { recursive: true });
}

async function openCounter(path) {
  const { DatabaseSync } = await sqlite();
  const database = new DatabaseSync(path);
  database.exec('PRAGMA busy_timeout = 20000; PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF');
  database.exec('CREATE TABLE IF NOT EXISTS counter (visits INTEGER)');
  database.exec('INSERT INTO counter SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM counter)');
  const select = database.prepare('SELECT visits FROM counter');
  const write = database.prepare('UPDATE counter SET visits = ?');
  const increment = database.prepare('UPDATE counter SET visits = visits + 1');
  const read = () => Number(select.get().visits);
  const add = {
    async careless() {
      const visits = read();
      // with a store that is asked over a network, this is where one waits
      await others();
      write.run(visits + 1);
    },
    async atomic() {
      increment.run();
    },
  };
  return { read, add, close: () => database.close() };
}

/** Node's own from 22.13 on; before, the package that the workbook brings. */
async function sqlite() {
  process.removeAllListeners('warning');
  return process.getBuiltinModule?.('node:sqlite') ?? import('@photostructure/sqlite');
}
