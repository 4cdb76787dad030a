// A store that belongs to a scenario: its program finds it, it can be made not to answer, and nothing of it is left.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { of, type History } from '../../runner/harness/history.ts';
import type { Scenario } from '../../runner/harness/scenario.ts';
import type { Stage } from '../../runner/harness/stage.ts';
import { workbookRoot } from '#workbook';
import { run } from './staged.ts';

const hasRedis = spawnSync('redis-server', ['--version']).status === 0;
it.runIf(process.env.CI)('where everything is to be tested, there is a redis-server', () => {
  expect(hasRedis).toBe(true);
});

const given = { '#store': path.join(workbookRoot, 'lessons/09-shared-state/store.ts') };

/** `/` says hello, `/where` tells the environment, `/add` adds one; with `?ms=N` a store that does not answer within N ms is 503. */
const COUNTS = `
import cluster from 'node:cluster';
import http from 'node:http';
import { openStore } from '#store';
if (cluster.isPrimary) for (let n = 0; n < 2; n++) cluster.fork();
else {
  const store = openStore();
  http.createServer(async (request, response) => {
    if (request.url === '/where') return response.end(process.env.STORE_FILE);
    if (request.url === '/') return response.end('Hello from worker ' + process.pid + '\\n');
    const ms = new URL(request.url, 'http://localhost').searchParams.get('ms');
    try {
      const { value } = await store.add('n', 1, ms === null ? {} : { signal: AbortSignal.timeout(Number(ms)) });
      response.end(String(value));
    } catch { response.writeHead(503, { 'Retry-After': '7' }).end(); }
  }).listen(process.env.PORT);
}
`;

/** The first one in a process opens the store. */
const PATIENTLY = { dueIn: 10_000 };

async function freezeAndThaw(stage: Stage): Promise<void> {
  await stage.allListening();
  await stage.visit(2, '/add', { stream: 'before', ...PATIENTLY });
  await stage.store.freeze();
  await stage.ask('/add?ms=300', { stream: 'frozen' });
  await stage.ask('/', { stream: 'beside' });
  await stage.store.thaw();
  await stage.until('it answers again', async () => (await stage.ask('/add?ms=300')).status === 200, { limit: 3000 });
}

const played = (play: Scenario['play'], more: Partial<Scenario> = {}): Promise<History> =>
  run(COUNTS, play, { name: 'program.mjs', given, ...more });
const asked = (history: History, stream: string) => of(history, 'request').filter((each) => each.stream === stream);

describe.each([
  { kind: 'sqlite' as const, skip: false },
  { kind: 'redis' as const, skip: !hasRedis },
])('a scenario’s store, $kind (skipped where there is no redis-server)', ({ kind, skip }) => {
  it.skipIf(skip)('does not answer while it is frozen, and does when it is thawed', async () => {
    const history = await played(freezeAndThaw, { store: kind });
    expect(asked(history, 'before').map(({ body }) => body)).toEqual(['1', '2']);
    expect(asked(history, 'frozen').map(({ status, retryAfter }) => [status, retryAfter])).toEqual([[503, '7']]);
    expect(asked(history, 'beside').map(({ status }) => status)).toEqual([200]);
    expect(of(history, 'fault').map(({ fault, landed }) => [fault, landed])).toEqual([
      ['store-freeze', true],
      ['store-thaw', true],
    ]);
    expect(of(history, 'wait').at(-1)?.met).toBe(true);
  });

  it.skipIf(skip)('is left frozen by nobody, and is gone when the run is over', async () => {
    let file = '';
    const history = await played(
      async (stage) => {
        await stage.allListening();
        file = (await stage.ask('/where')).body ?? '';
        await stage.ask('/add');
        await stage.store.freeze();
      },
      { store: kind },
    );
    const pid = of(history, 'fault')[0]?.pid ?? 0;
    expect(of(history, 'cleaned').map(({ pids }) => pids)).toEqual([[]]);
    expect(file).toContain('store.db');
    expect(existsSync(file)).toBe(false);
    if (kind === 'redis') expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  it.skipIf(skip)('is shared by a twin of the program, also when that has ended', async () => {
    const history = await played(
      async (stage) => {
        await stage.allListening();
        await stage.visit(2, '/add', PATIENTLY);
        const beside = await stage.twin();
        await beside.ask('/add', { stream: 'beside', ...PATIENTLY });
        await stage.visit(1, '/add', PATIENTLY);
        await beside.end();
        stage.signal('SIGKILL');
        await stage.ended('its end', 2000);
        const after = await stage.twin();
        await after.ask('/add', { stream: 'after', ...PATIENTLY });
      },
      { store: kind, twins: 2 },
    );
    expect(of(history, 'request').map(({ body }) => body)).toEqual(['1', '2', '4']);
    expect(of(history, 'twin-request').map(({ stream, body }) => [stream, body])).toEqual([
      ['beside', '3'],
      ['after', '5'],
    ]);
    expect(of(history, 'twin').map(({ state }) => state)).toEqual([
      'started',
      'listening',
      'over',
      'started',
      'listening',
      'over',
    ]);
  });
});

describe('a machine without redis-server', () => {
  it('leaves the scenario unplayed, and says how to get one', async () => {
    const { PATH } = process.env;
    process.env['PATH'] = path.dirname(process.execPath) === '/usr/bin' ? '' : path.dirname(process.execPath);
    try {
      const history = await played(() => Promise.reject(new Error('it was played')), { store: 'redis' });
      expect(history.events).toMatchObject([{ kind: 'unavailable', what: 'there is no redis-server on this machine' }]);
    } finally {
      process.env['PATH'] = PATH;
    }
  });
});
