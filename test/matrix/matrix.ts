// Every specimen × the checker of its lesson: right programs pass, and wrong ones are caught by the clause that they
// break. `npm run specimens -- --help` tells the flags.
import type { Lesson } from '#workbook';
import { DONE, FAILED, UNTOLD, WRONG_USAGE } from '../../runner/cli/exit.ts';
import { listenForInterrupt } from '../../runner/cli/interrupt.ts';
import { endWhenUnread } from '../../runner/cli/unread.ts';
import { choose } from '../flaky/flags.ts';
import { specimens, type Known } from '../trial/known.ts';
import { accountOf, lineOf, neededBy } from './account.ts';
import { HELP, parseFlags, type Flags } from './flags.ts';
import { propertiesOf } from './judging.ts';
import { tryAll, type Row } from './rows.ts';
import { recordedAnew, writeTranscript } from './transcript.ts';

endWhenUnread();
process.exitCode = await main();

async function main(): Promise<number> {
  const all = specimens();
  const properties = (await Promise.all(lessonsOf(all).map(propertiesOf))).flat();
  const ids = properties.map(({ id }) => id);
  const parsed = parseFlags(process.argv.slice(2), process.env, ids);
  if (parsed.kind === 'help') {
    console.log(HELP);
    return DONE;
  }
  if (parsed.kind === 'wrong') return refuse(parsed);
  const { flags } = parsed;
  const chosen = choose(all, { ...flags, kind: 'specimens' });
  if (chosen.kind === 'wrong') return refuse(chosen);
  const interrupt = listenForInterrupt();
  try {
    return (await show(chosen.programs, flags, interrupt.signal)) ?? interrupt.code() ?? UNTOLD;
  } finally {
    interrupt.release();
  }
}

function refuse({ what, next }: { readonly what: string; readonly next: string }): number {
  console.error(`${what}\n  next  ${next}`);
  return WRONG_USAGE;
}

/** Null where `signal` was aborted: part of a matrix decides nothing. */
async function show(programs: readonly Known[], flags: Flags, signal: AbortSignal): Promise<number | null> {
  const { only, without, record, also } = flags;
  const rows = await tryAll(programs, { ...flags, signal, onRow: (row) => console.log(lineOf(row)) });
  if (signal.aborted) {
    console.error('Stopped. Nothing is left running, and part of a matrix decides nothing.');
    return null;
  }
  const { troubles, total, exitCode } = accountOf(record ? rows.map((row) => recorded(row, also)) : rows, without);
  for (const lines of troubles) console.log(`\n${lines.join('\n')}`);
  // where specimens are left out, it cannot be told that none needs a property
  const needless = only.length > 0 || without !== null ? [] : await needlessIn(lessonsOf(programs), rows);
  if (needless.length > 0) console.log(`\n✖ needed by no specimen: ${needless.join(', ')}`);
  console.log(`\n${without === null ? '' : `without ${without}: `}${total}`);
  return needless.length > 0 ? FAILED : exitCode;
}

/** Writes what is told, and gives the row as if it had always been recorded. */
function recorded(row: Row, also: boolean): Row {
  const { known, telling } = row;
  if (telling === null) return row;
  const anew = recordedAnew(telling.recorded, telling.now, also);
  writeTranscript(known, anew);
  return { ...row, telling: { ...telling, recorded: anew } };
}

/** As `3.4 of lesson 3`. */
async function needlessIn(lessons: readonly Lesson[], rows: readonly Row[]): Promise<readonly string[]> {
  const each = await Promise.all(
    lessons.map(async (lesson) => {
      const own = rows.filter(({ known }) => known.lesson === lesson);
      const needless = (await propertiesOf(lesson)).filter(({ id }) => neededBy(own, id).length === 0);
      return needless.map(({ id }) => `${id} of lesson ${lesson.number}`);
    }),
  );
  return each.flat();
}

function lessonsOf(programs: readonly Known[]): readonly Lesson[] {
  return [...new Set(programs.map(({ lesson }) => lesson))];
}
