// A trial: the real command line judges one program, in a process of its own, within a limit of time.
import { spawn } from 'node:child_process';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { JsonResult } from '#report';
import { workbookRoot } from '#workbook';
import { compare, type Outcome } from './compare.ts';
import type { Known } from './known.ts';

export interface TrialOptions {
  /** The Node that everything runs on. */
  readonly node: string;
  /** Several times what any check takes; the deadlines within are the checker's own. */
  readonly withinMs: number;
  readonly signal: AbortSignal;
  /** Absolute: where the histories are put, unless all was said as it must be. Made when it is needed. */
  readonly keep: string;
  /** To be played, by their names; all by default. */
  readonly scenarios?: readonly string[];
  /** Put there whatever was said. */
  readonly keepAll?: boolean;
  /** The pid of the checker, as soon as there is one. */
  readonly onStart?: (pid: number) => void;
}

export interface Trial {
  readonly outcome: Outcome;
  /** Of the check; where it gave no result, until it was given up. */
  readonly durationMs: number;
  /** Where the histories are, from the workbook's folder. */
  readonly kept: string | null;
}

/** Null where `signal` was aborted. Nothing of the program is left in either case. */
export async function tryProgram(known: Known, options: TrialOptions): Promise<Trial | null> {
  const { signal, keep, keepAll = false } = options;
  if (signal.aborted) return null;
  const begin = performance.now();
  const ended = await check(known, options);
  const { stdout, stderr, late } = ended;
  const run = /^This run is kept: (.+)$/m.exec(stderr)?.[1];
  const saved = run === undefined ? null : join(workbookRoot, run);
  if (signal.aborted) {
    if (saved !== null) await rm(saved, { recursive: true, force: true });
    return null;
  }
  const result = late ? null : parse(stdout);
  const outcome: Outcome = result === null ? { kind: 'fault', why: withoutResult(ended) } : compare(known.must, result);
  const durationMs = result?.durationMs ?? performance.now() - begin;
  if (saved === null) {
    const lost: Outcome = { kind: 'fault', why: `no history was kept: ${lastWords(stderr)}` };
    return { outcome: keepAll && outcome.kind !== 'fault' ? lost : outcome, durationMs, kept: null };
  }
  if (outcome.kind === 'as it must' && !keepAll) {
    await rm(saved, { recursive: true, force: true });
    return { outcome, durationMs, kept: null };
  }
  await mkdir(dirname(keep), { recursive: true });
  await rename(saved, keep);
  return { outcome, durationMs, kept: relative(workbookRoot, keep) };
}

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  /** It was not over in time, and was ended. */
  readonly late: boolean;
}

/** From the first signal on a check ends its program in an orderly way; it is given this long. */
const ORDERLY_MS = 15_000;

function check({ lesson, file }: Known, { node, withinMs, signal, onStart, scenarios }: TrialOptions): Promise<Ended> {
  const command = join(workbookRoot, 'runner', 'cli', 'start.cjs');
  const words = ['check', String(lesson.number), '--file', file, '--no-type-check', '--json', '--keep'];
  if (scenarios !== undefined) words.push('--scenario', scenarios.join(','));
  return new Promise((resolve, reject) => {
    const child = spawn(node, [command, ...words], {
      cwd: workbookRoot,
      stdio: ['ignore', 'pipe', 'pipe'],
      // Not in the group that a terminal sends Ctrl-C to: it is told once, by us.
      detached: true,
    });
    const texts = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const)
      child[stream].setEncoding('utf8').on('data', (text: string) => (texts[stream] += text));
    let late = false;
    let force: NodeJS.Timeout | undefined;
    const end = () => {
      child.kill('SIGTERM');
      // What it leaves is ended by its guard.
      force ??= setTimeout(() => child.kill('SIGKILL'), ORDERLY_MS);
    };
    // Where this process is ended at once, the guard of the check ends what it was running.
    const leave = () => child.kill('SIGKILL');
    process.once('exit', leave);
    const limit = setTimeout(() => {
      late = true;
      end();
    }, withinMs);
    signal.addEventListener('abort', end, { once: true });
    const settle = () => {
      clearTimeout(limit);
      clearTimeout(force);
      process.removeListener('exit', leave);
      signal.removeEventListener('abort', end);
    };
    child.once('spawn', () => {
      if (child.pid !== undefined) onStart?.(child.pid);
    });
    child.once('error', (error) => {
      settle();
      reject(error);
    });
    child.once('close', (code, by) => {
      settle();
      resolve({ code, signal: by, ...texts, late });
    });
  });
}

function parse(stdout: string): JsonResult | null {
  try {
    return JSON.parse(stdout) as JsonResult;
  } catch {
    return null;
  }
}

function withoutResult({ code, signal, stderr, late }: Ended): string {
  if (late) return 'no verdict in time';
  return `no result (${signal === null ? `exit code ${code}` : `ended by ${signal}`}): ${lastWords(stderr)}`;
}

function lastWords(stderr: string): string {
  return stderr.trim().split('\n').slice(-3).join(' / ') || 'nothing was said';
}
