// Are the verdicts always the same? Judges each solution and each specimen again and again, every program once and then
// all of them once more, and counts what was not said as it must be. `npm run flaky -- --help` tells the flags.
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { lookOf } from '#reader';
import { workbookRoot } from '#workbook';
import { DONE, FAILED, UNTOLD, WRONG_USAGE } from '../../runner/cli/exit.ts';
import { listenForInterrupt } from '../../runner/cli/interrupt.ts';
import { endWhenUnread } from '../../runner/cli/unread.ts';
import { called, solutions, specimens, type Known } from '../trial/known.ts';
import { showProgress } from '../trial/progress.ts';
import { tryProgram } from '../trial/trial.ts';
import { keepBusy } from './busy.ts';
import { circumstances, fingerprintsOf, type Circumstances } from './fingerprint.ts';
import { choose, HELP, parseFlags, type Flags } from './flags.ts';
import { markerOf, startPauses, type Pauses } from './pauses.ts';
import { openRecords, putAside, type Records, type Trialled } from './records.ts';
import { renderSummary, renderSurprises, renderTable } from './table.ts';
import { complaints, nextOf, tally } from './tally.ts';

const FOLDER = join(workbookRoot, '.workbook', 'flaky');
const RECORDS = join(FOLDER, 'results.jsonl');
/** A check that is slower than that is stuck: its scenarios run side by side, and each ends itself after 90 s. */
const WITHIN_MS = 240_000;

endWhenUnread();
process.exitCode = await main();

async function main(): Promise<number> {
  const parsed = parseFlags(process.argv.slice(2), process.env);
  if (parsed.kind === 'help') {
    console.log(HELP);
    return DONE;
  }
  if (parsed.kind === 'wrong') return refuse(parsed);
  const { flags } = parsed;
  const chosen = choose([...solutions(), ...specimens()], flags);
  if (chosen.kind === 'wrong') return refuse(chosen);
  if (flags.fresh) {
    const aside = putAside(RECORDS, new Date());
    if (aside !== null) console.error(`what was recorded is now ${relative(workbookRoot, aside)}`);
  }
  const records = openRecords(RECORDS);
  const around = circumstances(flags.busy);
  const interrupt = listenForInterrupt();
  try {
    await tryAll(chosen.programs, around, flags, records, interrupt.signal);
  } finally {
    interrupt.release();
  }
  const code = tell(chosen.programs, around, flags, records);
  return interrupt.code() ?? code;
}

function refuse({ what, next }: { readonly what: string; readonly next: string }): number {
  console.error(`${what}\n  next  ${next}`);
  return WRONG_USAGE;
}

/** Ends when all have had their runs, the time is up, or `signal` is aborted. */
async function tryAll(
  programs: readonly Known[],
  around: Circumstances,
  { runs, minutes, busy }: Flags,
  records: Records,
  signal: AbortSignal,
): Promise<void> {
  const deadline = minutes === null ? Infinity : performance.now() + minutes * 60_000;
  const progress = showProgress(process.stderr, lookOf(process.stderr, process.env), process.env);
  const loops = busy ? keepBusy(around.cores) : null;
  try {
    while (!signal.aborted && performance.now() < deadline) {
      // Read anew each time: whoever changes the checker meanwhile has changed what is counted.
      const prints = fingerprintsOf(programs, around);
      const counts = prints.map((print) => recordsOf(print, records).length);
      const turn = nextOf(counts, runs);
      const known = turn === null ? undefined : programs[turn];
      const fingerprint = turn === null ? undefined : prints[turn];
      if (known === undefined || fingerprint === undefined) return;
      const missing = counts.reduce((sum, count) => sum + Math.max(0, runs - count), 0);
      const end = progress.begin(called(known), missing);
      const record = await tryOne(known, fingerprint, busy, signal);
      if (record === null) return;
      if (fingerprintsOf([known], around)[0] !== fingerprint) {
        progress.note(`${called(known)}: not counted, since something that decides was changed meanwhile`);
        continue;
      }
      records.add(record);
      end(record);
    }
  } finally {
    progress.clear();
    await loops?.stop();
  }
}

/** Null where `signal` was aborted. */
async function tryOne(known: Known, fingerprint: string, busy: boolean, signal: AbortSignal): Promise<Trialled | null> {
  const at = new Date().toISOString();
  const name = `${at.replaceAll(':', '-')}-${called(known).replaceAll(/\W+/g, '-')}`;
  const pausing: { now: Pauses | null } = { now: null };
  const trial = await tryProgram(known, {
    node: process.execPath,
    withinMs: WITHIN_MS,
    signal,
    keep: join(FOLDER, 'kept', name),
    onStart: (pid) => {
      if (busy) pausing.now = startPauses(markerOf(pid));
    },
  }).finally(() => pausing.now?.stop());
  if (trial === null) return null;
  const { outcome, durationMs, kept } = trial;
  return {
    fingerprint,
    at,
    program: called(known),
    outcome,
    durationMs: Math.round(durationMs),
    pauses: pausing.now?.count ?? 0,
    kept,
  };
}

function recordsOf(fingerprint: string, { all }: Records): readonly Trialled[] {
  return all.filter((record) => record.fingerprint === fingerprint);
}

/** Prints the account, and gives the exit code. */
function tell(programs: readonly Known[], around: Circumstances, { runs, busy }: Flags, records: Records): number {
  const prints = fingerprintsOf(programs, around);
  const each = programs.map((known, index) => ({
    name: called(known),
    records: recordsOf(prints[index] ?? '', records),
  }));
  const all = each.flatMap((one) => one.records);
  const tallies = each.map((one) => tally(one.name, one.records));
  const total = tally(`${programs.length} programs`, all);
  console.log(renderTable(tallies, total));
  const surprises = renderSurprises(all);
  if (surprises !== '') console.log(`\n${surprises}`);
  console.log(`\nNode ${around.node}, ${around.platform}, ${availableParallelism()} cores`);
  console.log(renderSummary(all, each.filter((one) => one.records.length > 0).length, busy));
  const missing = tallies.filter((one) => one.runs < runs).length;
  if (missing > 0)
    console.log(`not complete: ${missing} programs have fewer than ${runs} runs; the same command goes on`);
  const wrong = complaints(total, busy);
  if (wrong.length > 0) console.log(`not good enough: ${wrong.join(', ')}`);
  if (total.runs === 0) return UNTOLD;
  return wrong.length > 0 ? FAILED : DONE;
}
