// A program in as many rounds of one deed as are wanted: started once, and anew where a round was its end.
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openRig } from '#harness';
import { workbookRoot } from '#workbook';
import { MOST_STRETCH, openPace } from '../../runner/harness/pace.ts';
import type { Deed, Program } from './programs.ts';
import { leftBy, playRound, type RoundOptions } from './rounds.ts';
import { startProgram, type Running } from './start.ts';
import type { Round } from './tally.ts';

export interface SeriesOptions {
  readonly rounds: number;
  /** No round begins so many ms later. */
  readonly withinMs: number;
  /** Where a peer's packages are. */
  readonly modules: string | null;
  /** For files, as long as it lasts. Absolute. */
  readonly scratch: string;
  /** Aborted, the round that is played does not count. */
  readonly signal: AbortSignal;
  /** Called before each round, with how many are left; what it gives is called with what came of it. */
  readonly onRound: (left: number) => (round: Round) => void;
}

export interface Series {
  readonly rounds: readonly Round[];
  /** How slow this machine was at its slowest: 1 is an idle one. */
  readonly stretch: number;
}

/** Rejects where the program cannot be started. Nothing of it is left, however it ends. */
export async function playSeries(deed: Deed, program: Program, options: SeriesOptions): Promise<Series> {
  const { signal, scratch, modules } = options;
  const folder = mkdtempSync(join(scratch, 'soak-'));
  const file = program.peer === 'recluster' ? join(import.meta.dirname, 'apps', 'recluster.cjs') : program.file;
  try {
    const preload = await bundlePreload(folder);
    const opened = await openRig({ file, workbook: workbookRoot, scratch: folder, signal });
    if (opened.kind !== 'rig') throw new Error(`${file} cannot be run`);
    const { rig } = opened;
    rig.guard.path(folder);
    const begin = performance.now();
    const pace = openPace(
      () => performance.now() - begin,
      () => undefined,
      rig.stretch,
    );
    const rounds: Round[] = [];
    let running: Running | null = null;
    try {
      while (rounds.length < options.rounds && performance.now() - begin < options.withinMs && !signal.aborted) {
        const done = options.onRound(options.rounds - rounds.length);
        running ??= await startProgram({ rig, program, preload, modules, signal });
        const since = performance.now() - begin;
        await pace.measure();
        const round: RoundOptions = {
          running,
          number: rounds.length + 1,
          stretch: () => Math.min(pace.stretch(since), MOST_STRETCH),
          signal,
          isManaged: program.peer !== null,
        };
        const told = await playRound(deed, round);
        const isLast = round.number === options.rounds && told.open === null;
        const left = isLast && deed !== 'shutdowns' ? await leftBy(round) : told.left;
        rounds.push({ ...told, left });
        done({ ...told, left });
        if (deed !== 'shutdowns' && told.open === null) continue;
        await running.end();
        running = null;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      await running?.end();
      await opened.close();
    }
    return { rounds, stretch: pace.stretch() };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function bundlePreload(folder: string): Promise<string> {
  const { build, stop } = await import('esbuild');
  const file = join(folder, 'preload.cjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'preload.ts')],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'silent',
  });
  await stop();
  return file;
}
