// Is nothing ever lost? Restarts, shutdowns and bad deploys under load, one after the other, with every lost request
// counted, and the same done to what the solutions are compared with. `npm run soak -- --help` tells the flags.
import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { lookOf } from '#reader';
import { workbookRoot } from '#workbook';
import { DONE, FAILED, UNTOLD, WRONG_USAGE } from '../../runner/cli/exit.ts';
import { listenForInterrupt } from '../../runner/cli/interrupt.ts';
import { endWhenUnread } from '../../runner/cli/unread.ts';
import { showProgress } from '../trial/progress.ts';
import type { Trial } from '../trial/trial.ts';
import { choose, HELP, parseFlags, type Flags } from './flags.ts';
import { havePeer, PEERS } from './peers.ts';
import { allPrograms, type Deed, type Program } from './programs.ts';
import { playSeries, type SeriesOptions } from './series.ts';
import { renderReasons, renderTable, type Row } from './table.ts';
import { isClean, tally, type Round } from './tally.ts';

const FOLDER = join(workbookRoot, '.workbook', 'peers');
const SCRATCH = join(workbookRoot, '.workbook', 'tmp');

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
  const chosen = choose(allPrograms(), flags);
  if (chosen.kind === 'wrong') return refuse(chosen);
  const interrupt = listenForInterrupt();
  try {
    const code = tell(await soakAll(chosen.programs, flags, interrupt.signal));
    return interrupt.code() ?? code;
  } finally {
    interrupt.release();
  }
}

function refuse({ what, next }: { readonly what: string; readonly next: string }): number {
  console.error(`${what}\n  next  ${next}`);
  return WRONG_USAGE;
}

interface Told {
  readonly rows: readonly (Row & Pick<Program, 'kind'>)[];
  /** At its slowest. */
  readonly stretch: number;
  /** What has fewer rounds than it was to have, and why. */
  readonly incomplete: readonly string[];
}

/** Ends early where `signal` is aborted: then it is told what was done until then. */
async function soakAll(programs: readonly Program[], flags: Flags, signal: AbortSignal): Promise<Told> {
  const rows: Told['rows'][number][] = [];
  const incomplete: string[] = [];
  let stretch = 1;
  mkdirSync(SCRATCH, { recursive: true });
  const progress = showProgress(process.stderr, lookOf(process.stderr, process.env), process.env);
  const pairs = flags.deeds.flatMap((deed) =>
    programs.filter(({ deeds }) => deeds.includes(deed)).map((program) => ({ deed, program })),
  );
  for (const { deed, program } of pairs) {
    if (signal.aborted) break;
    const name = `${deed}  ${program.name}`;
    const rounds: Round[] = [];
    const onRound = (left: number): ((round: Round) => void) => {
      const end = progress.begin(name, left);
      return (round) => {
        rounds.push(round);
        end(asTrial(round));
      };
    };
    const limits = { rounds: flags.rounds, withinMs: flags.minutes * 60_000 };
    const trouble = await soakOne(deed, program, { ...limits, onRound, signal });
    stretch = Math.max(stretch, trouble.stretch);
    if (trouble.why !== null) incomplete.push(`${name}: ${trouble.why}`);
    else if (rounds.length < flags.rounds && !signal.aborted)
      incomplete.push(`${name}: ${rounds.length} of ${flags.rounds} rounds were begun within ${flags.minutes} minutes`);
    rows.push({ deed, program: program.name, kind: program.kind, tally: tally(rounds) });
  }
  progress.clear();
  return { rows, stretch, incomplete };
}

/** Gives why it could not be tried to the end; null where it could, or was interrupted. */
async function soakOne(
  deed: Deed,
  program: Program,
  options: Omit<SeriesOptions, 'modules' | 'scratch'>,
): Promise<{ readonly why: string | null; readonly stretch: number }> {
  try {
    const had = program.peer === null ? null : await havePeer(program.peer, FOLDER, options.signal);
    if (had?.kind === 'failed') return { why: `${had.what}\n  next  ${had.next}`, stretch: 1 };
    const modules = had?.modules ?? null;
    const { stretch } = await playSeries(deed, program, { ...options, modules, scratch: SCRATCH });
    return { why: null, stretch };
  } catch (error) {
    return { why: options.signal.aborted ? null : (error as Error).message, stretch: 1 };
  }
}

/** For the progress: a round in which something was lost is told at once. */
function asTrial({ lost, open, left, durationMs }: Round): Trial {
  const what = [
    ...Object.entries(lost).map(([how, count]) => `${count} ${how}`),
    ...(open === null ? [] : [open]),
    ...(left === 0 ? [] : [`${left} left behind`]),
  ];
  return {
    outcome: what.length === 0 ? { kind: 'as it must' } : { kind: 'wrong', why: what.join(', ') },
    durationMs,
    kept: null,
  };
}

/** Prints the account, and gives the exit code. */
function tell({ rows, stretch, incomplete }: Told): number {
  console.log(renderTable(rows));
  const reasons = renderReasons(rows);
  if (reasons !== '') console.log(`\n${reasons}`);
  const peers = Object.entries(PEERS).filter(([peer]) => rows.some(({ program }) => program.startsWith(`${peer} `)));
  const versions = peers.map(([peer, version]) => `${peer} ${version}, `).join('');
  const day = new Date().toISOString().slice(0, 10);
  const machine = `Node ${process.version}, ${versions}${process.platform}, ${availableParallelism()} cores`;
  console.log(`\n${day}, ${machine}; at its slowest ${stretch} times as slow as an idle machine`);
  for (const each of incomplete) console.error(`not complete  ${each}`);
  const tried = rows.filter((row) => row.tally.rounds > 0);
  if (tried.some((row) => row.kind === 'solution' && !isClean(row.tally))) return FAILED;
  return incomplete.length > 0 || tried.length === 0 ? UNTOLD : DONE;
}
