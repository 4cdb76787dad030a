// The author's check: every lesson is complete and its parts fit each other, its solution passes, and its starter fails
// with what a learner is to do first. `npm run authoring -- --help` tells the flags.
import { workbookRoot } from '#workbook';
import { DONE, FAILED, UNTOLD, WRONG_USAGE } from '../../runner/cli/exit.ts';
import { listenForInterrupt } from '../../runner/cli/interrupt.ts';
import { endWhenUnread } from '../../runner/cli/unread.ts';
import { accountOf, lineOf } from '../matrix/account.ts';
import { JOBS } from '../matrix/flags.ts';
import { RUNS, tryAll } from '../matrix/rows.ts';
import { solutions, starters } from '../trial/known.ts';
import { renderComplaint } from './complaint.ts';
import { complaintsOf } from './complaints.ts';
import { parseFlags } from './flags.ts';

const HELP = `npm run authoring [-- FLAGS]
  looks whether every lesson is complete: its files, its data, and for each clause a property, specimens and a heading;
  then lets the checkers judge all solutions, which must pass, and all starters, which must fail as the lesson means it

  --lesson N   this lesson only
  --no-run     look at the files only, and start no program

npm keeps flags for itself unless they come after \`--\`.
Exit codes: 0 nothing is missing · 1 otherwise · 64 wrong usage`;

const AS_THEY_MUST = 'pass and fail as they must';

endWhenUnread();
process.exitCode = await main();

async function main(): Promise<number> {
  const parsed = parseFlags('authoring', process.argv.slice(2), process.env);
  if (parsed.kind === 'help') {
    console.log(HELP);
    return DONE;
  }
  if (parsed.kind === 'wrong') {
    console.error(`${parsed.what}\n  next  ${parsed.next}`);
    return WRONG_USAGE;
  }
  const { flags } = parsed;
  const chosen = flags.lessons.map(({ number }) => number);
  const { complaints, remarks } = await complaintsOf(workbookRoot, chosen);
  for (const complaint of complaints) console.log(`${renderComplaint(complaint)}\n`);
  for (const { what, next } of remarks) console.log(`· to come: ${what}\n    next  ${next}\n`);
  const ran = flags.run ? await run(chosen) : 'not run';
  if (ran === null) return UNTOLD;
  const lessons = chosen.length === 1 ? `lesson ${chosen[0]}` : `${chosen.length} lessons`;
  const files =
    complaints.length === 0
      ? 'complete'
      : `${complaints.length} ${complaints.length === 1 ? 'complaint' : 'complaints'}`;
  console.log(`${lessons}: ${files}; solutions and starters: ${ran}`);
  return complaints.length === 0 && (ran === 'not run' || ran === AS_THEY_MUST) ? DONE : FAILED;
}

/** In words; null where it was interrupted. */
async function run(chosen: readonly number[]): Promise<string | null> {
  const interrupt = listenForInterrupt();
  try {
    const programs = [...solutions(), ...(await starters())].filter(({ lesson }) => chosen.includes(lesson.number));
    const rows = await tryAll(programs, {
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
