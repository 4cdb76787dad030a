// The soak itself, in few rounds: a solution loses nothing in it, a program that drops requests is found out, and nothing
// of either is left.
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isDead, listProcesses, withCommand } from '../../runner/harness/processes.ts';
import { until } from '../harness/until.ts';
import { DEEDS, allPrograms, type Deed, type Program } from '../soak/programs.ts';
import { playSeries, type SeriesOptions } from '../soak/series.ts';
import { isClean, sumOf, tally } from '../soak/tally.ts';

let folder: string;
let options: SeriesOptions;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'soak-test-')));
  const scratch = join(folder, 'scratch');
  mkdirSync(scratch);
  options = {
    rounds: 1,
    withinMs: 60_000,
    modules: null,
    scratch,
    signal: new AbortController().signal,
    onRound: () => () => undefined,
  };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Processes of programs that are run from the folder of this test. */
async function running(): Promise<readonly number[]> {
  const all = (await listProcesses()).filter((one) => !isDead(one)).map(withCommand);
  return all.filter(({ command }) => command.includes(folder)).map(({ pid }) => pid);
}

async function expectNothingLeft(): Promise<void> {
  expect(await running()).toEqual([]);
  expect(readdirSync(options.scratch)).toEqual([]);
}

function solutionFor(deed: Deed): Program {
  const found = allPrograms().find(({ kind, deeds }) => kind === 'solution' && deeds.includes(deed));
  if (found === undefined) throw new Error(`no solution is there for ${deed}`);
  return found;
}

/** It restarts, and drops what its workers have in hand. */
const DROPPING = `
  const cluster = require('node:cluster');
  if (cluster.isPrimary) {
    const fork = () => new Promise((resolve) => cluster.fork().once('listening', resolve));
    fork().then(fork);
    process.on('SIGHUP', async () => {
      for (const old of Object.values(cluster.workers)) {
        await fork();
        old.process.kill('SIGKILL');
      }
    });
  } else {
    require('node:http').createServer((request, response) => {
      const hello = () => response.end('Hello from worker ' + process.pid + '\\n');
      setTimeout(hello, Number(new URL(request.url, 'http://localhost').searchParams.get('ms')));
    }).listen(process.env.PORT);
    process.on('disconnect', () => process.exit());
  }`;

test.each(DEEDS)('the solution loses nothing in %s', async (deed) => {
  const looks: Promise<readonly number[]>[] = [];
  const { rounds } = await playSeries(deed, solutionFor(deed), {
    ...options,
    onRound: () => () => void looks.push(running()),
  });
  const told = tally(rounds);
  expect(told).toMatchObject({ rounds: 1, lost: {}, reasons: new Map() });
  expect(told.requests).toBeGreaterThan(100);
  expect(isClean(told)).toBe(true);
  // or the look for what is left would find nothing whatever is there
  if (deed !== 'shutdowns') expect(await looks[0]).not.toEqual([]);
  await expectNothingLeft();
});

test('what a program drops is counted, by how it was lost', async () => {
  const file = join(folder, 'dropping.cjs');
  writeFileSync(file, DROPPING);
  const program: Program = { ...solutionFor('restarts'), name: 'dropping', file };
  const { rounds } = await playSeries('restarts', program, options);
  const told = tally(rounds);
  expect(told).toMatchObject({ rounds: 1, lossy: 1, open: 0 });
  expect(sumOf(told.lost)).toBeGreaterThan(0);
  expect(Object.keys(told.lost)).toEqual(expect.arrayContaining([expect.stringMatching(/reset|closed/)]));
  await expectNothingLeft();
});

test('interrupted, it counts no round that was not over, and nothing is left running', async () => {
  const interrupt = new AbortController();
  const series = playSeries('deploys', solutionFor('deploys'), { ...options, signal: interrupt.signal });
  await until(async () => (await running()).length >= 3);
  interrupt.abort();
  expect((await series).rounds).toEqual([]);
  await expectNothingLeft();
});
