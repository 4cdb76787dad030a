// What can be typed behind `npm run specimens --`.
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { findLessons } from '#workbook';
import { KEPT, keptByNpm } from '../trial/kept-flags.ts';
import { RUNS } from './rows.ts';

export interface Flags {
  /** Number of a lesson; null for all. */
  readonly lesson: number | null;
  /** Names, with or without their folder; empty for all. */
  readonly only: readonly string[];
  /** Id of a property to take away; null for none. */
  readonly without: string | null;
  /** The folder for histories, absolute. */
  readonly runs: string;
  readonly replay: boolean;
  readonly record: boolean;
  /** Keep what was recorded before beside what is told now. */
  readonly also: boolean;
  readonly jobs: number;
}

export type Parsed =
  | { readonly kind: 'flags'; readonly flags: Flags }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly what: string; readonly next: string };

/**
 * So many checks run side by side where nothing else is said. A check waits for more than half of its time: on two cores
 * two at once take two thirds as long as one after the other, and what cannot be told then is asked again alone. More
 * than four at once were never tried.
 */
export const JOBS = Math.max(1, Math.min(4, availableParallelism()));

export const HELP = `npm run specimens [-- FLAGS]
  lets the checkers judge every program in test/specimens, and compares what they say with what they must say

  --lesson N    specimens of this lesson only
  --only NAME   this specimen only: faked-pid, wrong/faked-pid; may be given several times
  --replay      judge what was recorded the last time, without running anything
  --runs DIR    where it is recorded (.workbook/specimens)
  --without ID  take this property away, such as 3.4: the specimens that break it must get through
  --record      write what wrong specimens are told to test/specimens/*/transcripts, instead of comparing it
  --also        with --record: keep what was recorded too, as something that may be told instead
  --jobs N      so many checks side by side (${JOBS})

npm keeps flags for itself unless they come after \`--\`.
Exit codes: 0 all as it must be · 1 otherwise · 64 wrong usage`;

const OPTIONS = {
  lesson: { type: 'string' },
  only: { type: 'string', multiple: true },
  without: { type: 'string' },
  replay: { type: 'boolean' },
  runs: { type: 'string' },
  record: { type: 'boolean' },
  also: { type: 'boolean' },
  jobs: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** `properties` are the ids of all lessons' properties. `env` is that of the npm script. */
export function parseFlags(args: readonly string[], env: NodeJS.ProcessEnv, properties: readonly string[]): Parsed {
  const meant = keptByNpm('specimens', Object.keys(OPTIONS), args, env);
  if (meant !== null) return wrong(KEPT, meant);
  let values: ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];
  try {
    ({ values } = parseArgs({ args: [...args], options: OPTIONS }));
  } catch (error) {
    return wrong((error as Error).message.split('. ')[0] ?? 'That cannot be read.');
  }
  if (values.help) return { kind: 'help' };
  const numbers = findLessons().map(({ number }) => number);
  const lesson = values.lesson === undefined ? null : Number(values.lesson);
  if (lesson !== null && !numbers.includes(lesson))
    return wrong(`There is no lesson \`${values.lesson}\`.`, `give one of ${numbers.join(', ')}`);
  const jobs = values.jobs === undefined ? JOBS : Number(values.jobs);
  if (!/^[1-9]\d?$/.test(String(jobs)))
    return wrong(`\`--jobs\` takes a whole number from 1 to 99, not \`${values.jobs}\`.`);
  const without = values.without ?? null;
  if (without !== null && !properties.includes(without))
    return wrong(
      `There is no property \`${without}\`.`,
      `give one of ${[...new Set(properties)].toSorted().join(', ')}`,
    );
  if (without !== null && values.record)
    return wrong('`--record` with a property taken away would record what nobody is told.', 'give one of them');
  if (values.also && !values.record) return wrong('`--also` says how `--record` is meant.', 'give both of them');
  return {
    kind: 'flags',
    flags: {
      lesson,
      only: values.only ?? [],
      without,
      jobs,
      runs: values.runs === undefined ? RUNS : resolve(values.runs),
      replay: values.replay === true,
      record: values.record === true,
      also: values.also === true,
    },
  };
}

function wrong(what: string, next = 'npm run specimens -- --help'): Extract<Parsed, { kind: 'wrong' }> {
  return { kind: 'wrong', what, next };
}
