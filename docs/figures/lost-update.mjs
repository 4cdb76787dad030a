// Counts visits in a store that its workers share, and tells of each what was read and written, and when. With ADD=yes the
// store adds; without it the worker reads, adds one, and writes.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

/** Between reading and writing: what a round trip to a store, and some work in between, may take on a bad day. */
const WORK_MS = 150;

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) cluster.fork();
} else {
  const { read, write, add } = await openCounter(process.env.STORE_FILE);
  createServer(async (request, response) => {
    const begin = performance.now();
    const at = () => Math.round(performance.now() - begin);
    if (request.url === '/') return response.end(`Hello from worker ${process.pid}\n`);
    if (request.method === 'GET') return response.end(JSON.stringify({ visits: read() }));
    const steps = [];
    if (process.env.ADD === 'yes') {
      await pause(WORK_MS);
      steps.push({ did: 'added', number: add(), at: at() });
    } else {
      const visits = read();
      steps.push({ did: 'read', number: visits, at: at() });
      await pause(WORK_MS);
      write(visits + 1);
      steps.push({ did: 'wrote', number: visits + 1, at: at() });
    }
    response.end(JSON.stringify({ pid: process.pid, visits: steps.at(-1).number, steps }));
  }).listen(Number(process.env.PORT), '127.0.0.1');
}

async function openCounter(file) {
  process.removeAllListeners('warning');
  const { DatabaseSync } = process.getBuiltinModule?.('node:sqlite') ?? (await import('@photostructure/sqlite'));
  const database = new DatabaseSync(file);
  database.exec('PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL');
  database.exec('CREATE TABLE IF NOT EXISTS counter (id INTEGER PRIMARY KEY, visits INTEGER)');
  database.exec('INSERT OR IGNORE INTO counter VALUES (1, 0)');
  const select = database.prepare('SELECT visits FROM counter');
  const update = database.prepare('UPDATE counter SET visits = ?');
  const increment = database.prepare('UPDATE counter SET visits = visits + 1 RETURNING visits');
  return {
    read: () => Number(select.get().visits),
    write: (visits) => update.run(visits),
    add: () => Number(increment.get().visits),
  };
}
