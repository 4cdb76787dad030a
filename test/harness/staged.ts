// Runs a program that stands in a string as a check does, on a stage where the test says what is done to it.
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRig } from '../../runner/harness/rig.ts';
import { runScenario, type Scenario } from '../../runner/harness/scenario.ts';
import { workbookRoot } from '#workbook';
import { of, type History } from '../../runner/harness/history.ts';

/** What most programs here begin with. */
export const CLUSTER = `
const cluster = require('node:cluster');
const http = require('node:http');
const forkAll = () => { for (let n = 0; n < require('node:os').availableParallelism(); n++) cluster.fork(); };
const serve = () => http.createServer((request, response) => response.end('Hello from worker ' + process.pid + '\\n')).listen(process.env.PORT);
`;

/** How a program finds what it is not meant to know: the folder of the probe, which a child of another kind is told. */
export const FINDS_FOLDER = `
const told = String(require('node:child_process').execSync('echo "$NODE_OPTIONS"'));
const folder = require('node:path').dirname(/--require "(.+?)"/.exec(told)[1]);
const inFolder = (name) => require('node:path').join(folder, name);
`;

interface Staged extends Partial<Omit<Scenario, 'play'>> {
  readonly given?: Readonly<Record<string, string>>;
}

/** CommonJS. Nothing of it is left afterwards, and neither is the file. */
export async function run(
  source: string,
  play: Scenario['play'] = (stage) => stage.allListening(),
  { cores = 2, name = 'program.cjs', given = {}, ...how }: Staged = {},
): Promise<History> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'staged-')));
  const file = join(folder, name);
  writeFileSync(file, source);
  const opened = await openRig({ file, workbook: workbookRoot, scratch: join(folder, 'scratch'), given });
  if (opened.kind !== 'rig') throw new Error('the program cannot be run');
  try {
    return await runScenario({ ending: 'SIGTERM', ...how, name: 'staged', cores, play }, opened.rig, {
      lesson: 'staged',
      file,
      signal: new AbortController().signal,
      onStep: () => undefined,
    });
  } finally {
    await opened.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** All that the program printed. */
export function printed(history: History, stream: 'stdout' | 'stderr' = 'stdout'): string {
  return of(history, 'output')
    .filter((event) => event.stream === stream)
    .map((event) => event.text)
    .join('');
}
