// The author's check: every lesson is complete and its parts fit each other, its solution passes, and its starter fails
// with what a learner is to do first. `npm run authoring -- --help` tells the flags.
import { parseArgs } from 'node:util';
import { findLessons, workbookRoot } from '#workbook';
import { DONE, FAILED, UNTOLD, WRONG_USAGE } from '../../runner/cli/exit.ts';
import { listenForInterrupt } from '../../runner/cli/interrupt.ts';
import { endWhenUnread } from '../../runner/cli/unread.ts';
import { accountOf, lineOf } from '../matrix/account.ts';
import { JOBS } from '../matrix/flags.ts';
import { RUNS, tryAll } from '../matrix/rows.ts';
import { solutions, starters } from '../trial/known.ts';
import { renderComplaint } from './complaint.ts';
import { complaintsOf } from './complaints.ts';

const HELP = `npm run authoring [-- --no-run]
  looks whether every lesson is complete: its files, its data, and for each clause a property, specimens and a heading;
  then lets the checkers judge all solutions, which must pass, and all starters, which must fail as the lesson means it

  --no-run   look at the files only, and start no program

Exit codes: 0 nothing is missing · 1 otherwise · 64 wrong usage`;

const AS_THEY_MUST = 'pass and fail as they must';

endWhenUnread();
process.exitCode = await main();

async function main(): Promise<number> {
  let flags: { readonly help?: boolean; readonly 'no-run'?: boolean };
  try {
    ({ values: flags } = parseArgs({
      options: { 'no-run': { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    }));
  } catch (error) {
    console.error(`${(error as Error).message.split('. ')[0]}\n  next  npm run authoring -- --help`);
    return WRONG_USAGE;
  }
  if (flags.help) {
    console.log(HELP);
    return DONE;
  }
  const { complaints, remarks } = await complaintsOf(workbookRoot);
  for (const complaint of complaints) console.log(`${renderComplaint(complaint)}\n`);
  for (const { what, next } of remarks) console.log(`· to come: ${what}\n    next  ${next}\n`);
  const ran = flags['no-run'] ? 'not run' : await run();
  if (ran === null) return UNTOLD;
  const lessons = findLessons().length;
  const files = complaints.length === 0 ? 'complete' : `${complaints.length} complaints`;
  console.log(`${lessons} lessons: ${files}; solutions and starters: ${ran}`);
  return complaints.length === 0 && (ran === 'not run' || ran === AS_THEY_MUST) ? DONE : FAILED;
}

/** In words; null where it was interrupted. */
async function run(): Promise<string | null> {
  const interrupt = listenForInterrupt();
  try {
    const rows = await tryAll([...solutions(), ...(await starters())], {
      runs: RUNS,
      jobs: JOBS,
      replay: false,
      signal: interrupt.signal,
      onRow: (row) => console.log(lineOf(row)),
    });
    console.log();
    if (interrupt.signal.aborted) return null;
    const { troubles } = accountOf(rows);
    for (const lines of troubles) console.log(`${lines.join('\n')}\n`);
    return troubles.length === 0 ? AS_THEY_MUST : `${troubles.length} not as they must be`;
  } finally {
    interrupt.release();
  }
}
