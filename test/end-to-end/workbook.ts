// A copy of the workbook in a folder of its own and its real command line as a process, for tests that look at what it
// does to the machine.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workbookRoot } from '#workbook';
import { carriersOf, isDead, listProcesses } from '../../runner/harness/processes.ts';

const PARTS = ['runner', 'lessons', 'solutions', 'docs', 'package.json', 'tsconfig.json'];

/** The packages are the workbook's own, by a link. Whoever plants it removes it. */
export function plantWorkbook(): { readonly root: string; remove(): void } {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'workbook-copy-')));
  for (const part of PARTS) cpSync(join(workbookRoot, part), join(root, part), { recursive: true });
  symlinkSync(realpathSync(join(workbookRoot, 'node_modules')), join(root, 'node_modules'));
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Command {
  readonly pid: number;
  /** To its process alone, or to its whole group, as a terminal does it. */
  kill(signal: NodeJS.Signals, whom?: 'group'): void;
  readonly ended: Promise<Ended>;
  /** What it has printed on standard output so far. */
  printed(): string;
  /** Pids of the program's processes that live now. */
  program(): Promise<readonly number[]>;
  /** Pids of all that descends from the command and lives now, the command itself among them. */
  everything(): Promise<readonly number[]>;
}

export interface CommandOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** What runs it: a command and its first words. */
  readonly through?: readonly string[];
}

/** Starts a verb, as its npm script does. */
export function startCommand(root: string, words: readonly string[], options: CommandOptions = {}): Command {
  const { through = [] } = options;
  return startLine(root, [...through, process.execPath, join(root, 'runner/cli/start.cjs'), ...words], options);
}

/** Its processes carry a mark of their own, so that they are found whoever their parents are by then. */
export function startLine(root: string, line: readonly string[], options: CommandOptions = {}): Command {
  const mark = randomUUID();
  const child = spawn(line[0] as string, line.slice(1), {
    cwd: options.cwd ?? root,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    // The settings of whatever script runs these tests are not meant for the workbook.
    env: { PATH: process.env.PATH, HOME: root, WORKBOOK_TEST: mark, ...options.env },
  });
  const pid = child.pid as number;
  const texts = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', (text: string) => (texts[stream] += text));
  return {
    pid,
    kill: (signal, whom) => process.kill(whom === 'group' ? -pid : pid, signal),
    ended: once(child, 'close').then(([code, signal]) => ({ code, signal, ...texts }) as Ended),
    printed: () => texts.stdout,
    program: () => living(`WORKBOOK_CHECKER=${pid}`),
    everything: () => living(`WORKBOOK_TEST=${mark}`),
  };
}

export async function runCommand(root: string, words: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  return startCommand(root, words, options).ended;
}

async function living(marker: string): Promise<readonly number[]> {
  const all = (await listProcesses()).filter((each) => !isDead(each));
  return [...(await carriersOf(marker, all))];
}
