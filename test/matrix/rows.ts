// The rows of the matrix: each specimen is run, what was recorded is judged, and that is compared with what must be said.
import { rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Finding, Property } from '#checker';
import { of, type History } from '#history';
import { workbookRoot } from '#workbook';
import type { Outcome } from '../trial/compare.ts';
import type { Known } from '../trial/known.ts';
import { inLanes } from '../trial/lanes.ts';
import { tryProgram } from '../trial/trial.ts';
import { judgeRun, propertiesOf, readRun } from './judging.ts';
import { tellingOf, type Telling } from './transcript.ts';

export interface Row {
  readonly known: Known;
  readonly outcome: Outcome;
  readonly findings: readonly Finding[];
  /** By the id of the property that was taken away: what would have been said then. */
  readonly without: ReadonlyMap<string, Outcome>;
  /** Of the check itself. */
  readonly durationMs: number;
  /** How slow the machine was meanwhile, at worst; 1 where it was idle. */
  readonly stretch: number;
  /** It was run so often: a machine that was too busy to tell is asked again. */
  readonly tries: number;
  /** The folder of its histories, from the workbook's folder on; null where there are none. */
  readonly run: string | null;
  /** Null for what is not caught, and for what is no wrong specimen. */
  readonly telling: Telling | null;
}

/** Where histories are kept where nothing else is said. */
export const RUNS = join(workbookRoot, '.workbook', 'specimens');

export interface RowOptions {
  /** The folder for histories, absolute. */
  readonly runs: string;
  /** So many programs are run side by side. */
  readonly jobs: number;
  /** Wrong programs play only the scenarios on which what they break is judged. */
  readonly narrowly?: boolean;
  /** Judge what was recorded the last time, instead of running anything. */
  readonly replay: boolean;
  readonly signal: AbortSignal;
  /** In the order of the programs, each as early as can be. */
  readonly onRow?: (row: Row) => void;
}

/** Several times what the slowest check takes on a busy machine; deadlines within are the checker's own. */
const WITHIN_MS = 300_000;

/** A machine that was too busy to tell is asked again, when nothing else runs: so often in all. */
const TRIES = 3;

/** Fewer rows than programs where `signal` was aborted. Nothing of them is left then either. */
export async function tryAll(programs: readonly Known[], options: RowOptions): Promise<readonly Row[]> {
  const rows: (Row | undefined)[] = [];
  const open: number[] = [];
  let told = 0;
  const keep = (index: number, row: Row): void => {
    rows[index] = row;
    for (let ready = rows[told]; ready !== undefined; ready = rows[told]) {
      options.onRow?.(ready);
      told += 1;
    }
  };
  await inLanes(programs, options.jobs, async (known, index) => {
    if (options.signal.aborted) return;
    const row = await rowOf(known, options, 1);
    if (row === null) return;
    if (row.outcome.kind === 'inconclusive' && !options.replay) open.push(index);
    else keep(index, row);
  });
  for (const index of open) {
    let row: Row | null = null;
    for (let tries = 2; tries <= TRIES; tries += 1) {
      row = await rowOf(programs[index] as Known, options, tries);
      if (row?.outcome.kind !== 'inconclusive') break;
    }
    if (row === null) break;
    keep(index, row);
  }
  return rows.filter((row) => row !== undefined);
}

/** Null where `signal` was aborted. */
async function rowOf(known: Known, options: RowOptions, tries: number): Promise<Row | null> {
  const properties = await propertiesOf(known.lesson);
  const folder = join(options.runs, known.lesson.slug, ...known.name.split('/'));
  if (options.replay) return judged(known, properties, folder, 1);
  await rm(folder, { recursive: true, force: true });
  const trial = await tryProgram(known, {
    node: process.execPath,
    withinMs: WITHIN_MS,
    signal: options.signal,
    keep: folder,
    keepAll: true,
    ...(options.narrowly && scenariosFor(known, properties)),
  });
  if (trial === null) return null;
  if (trial.kept === null) return { ...unjudged(known, tries, trial.outcome), durationMs: trial.durationMs };
  return judged(known, properties, folder, tries);
}

function scenariosFor({ must }: Known, properties: readonly Property[]): { readonly scenarios?: readonly string[] } {
  if (!('breaks' in must)) return {};
  const broken = properties.filter(({ id }) => must.breaks.includes(id));
  return { scenarios: [...new Set(broken.flatMap(({ on }) => on))] };
}

async function judged(known: Known, properties: readonly Property[], folder: string, tries: number): Promise<Row> {
  let histories: readonly History[];
  try {
    histories = await readRun(folder);
  } catch (error) {
    return unjudged(known, tries, { kind: 'fault', why: (error as Error).message });
  }
  const { outcome, findings, without } = judgeRun(known.must, properties, histories);
  return {
    known,
    outcome,
    findings,
    without,
    durationMs: Math.max(0, ...histories.map(({ events }) => events.at(-1)?.t ?? 0)),
    stretch: stretchOf(histories),
    tries,
    run: relative(workbookRoot, folder),
    telling: outcome.kind === 'as it must' ? tellingOf(known, findings) : null,
  };
}

function unjudged(known: Known, tries: number, outcome: Outcome): Row {
  return {
    known,
    outcome,
    findings: [],
    without: new Map(),
    durationMs: 0,
    stretch: 1,
    tries,
    run: null,
    telling: null,
  };
}

function stretchOf(histories: readonly History[]): number {
  return Math.max(1, ...histories.flatMap((history) => of(history, 'pace').map(({ stretch }) => stretch)));
}
