// The store that lesson 9 gives: four processes that add at the same time lose nothing, in a file and in Redis.
import { fork, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { workbookRoot } from '#workbook';
import { freePort } from '../../runner/harness/port.ts';

const PROCESSES = 4;
const EACH = 5000;
const AT_ONCE = 10;
const store = JSON.stringify(join(workbookRoot, 'lessons/09-shared-state/store.ts'));
const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

const ADDS = `
import { openStore } from ${store};
const store = openStore();
let left = ${EACH};
const sums: number[] = [];
const adds = async () => {
  while (left-- > 0) sums.push((await store.add('n', 1, { ttlMs: 600_000 })).value);
};
await Promise.all(Array.from({ length: ${AT_ONCE} }, adds));
await store.close();
process.send?.(sums, () => process.disconnect());
`;

const folder = mkdtempSync(join(tmpdir(), 'store-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('in a file of SQLite', { timeout: 120_000 }, async () => {
  await expectAllSums({ STORE_FILE: join(folder, 'store.db'), REDIS_URL: '' });
});

test.skipIf(!hasRedis)('in Redis (skipped where there is no redis-server)', { timeout: 240_000 }, async () => {
  const port = await freePort();
  if (typeof port !== 'number') throw new Error(port.what);
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
  const server = spawn('redis-server', settings, { stdio: 'ignore' });
  try {
    await expectAllSums({ REDIS_URL: `redis://127.0.0.1:${port}` });
  } finally {
    server.kill('SIGKILL');
    await once(server, 'exit');
  }
});

async function expectAllSums(env: Readonly<Record<string, string>>): Promise<void> {
  const file = join(folder, 'adds.mts');
  writeFileSync(file, ADDS);
  const sums = await Promise.all(
    Array.from({ length: PROCESSES }, async () => {
      const tsx = join(workbookRoot, 'node_modules', 'tsx', 'dist', 'loader.mjs');
      const child = fork(file, { execArgv: ['--import', tsx], env: { ...process.env, ...env } });
      const [own] = (await once(child, 'message')) as [number[]];
      await once(child, 'exit');
      return own;
    }),
  );
  const all = Array.from({ length: PROCESSES * EACH }, (_, index) => index + 1);
  expect(sums.flat().toSorted((one, other) => one - other)).toEqual(all);
}
