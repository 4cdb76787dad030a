// What can be typed behind `npm run flaky --`.
import { parseArgs } from 'node:util';
import { findLessons, nearest } from '#workbook';
import { KEPT, keptByNpm } from '../trial/kept-flags.ts';
import { called, type Known } from '../trial/known.ts';

export interface Flags {
  readonly runs: number;
  readonly busy: boolean;
  /** Number of a lesson; null for all. */
  readonly lesson: number | null;
  /** Names as in `Known`, or what follows their last slash; empty for all. */
  readonly only: readonly string[];
  readonly kind: 'all' | 'solutions' | 'specimens';
  /** No trial begins later than that; null where there is no such limit. */
  readonly minutes: number | null;
  readonly fresh: boolean;
}

export type Parsed =
  | { readonly kind: 'flags'; readonly flags: Flags }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly what: string; readonly next: string };

export const HELP = `npm run flaky [-- FLAGS]
  judges each solution and each specimen again and again, and says how often the verdict was not what it must be

  --runs N      of each program; those of an earlier time count, while nothing has changed that decides (10)
  --busy        with all cores busy, and with the program's processes paused now and then
  --lesson K    programs of this lesson only
  --only NAME   this program only: solution, right/express, faked-pid; may be given several times
  --solutions   solutions only
  --specimens   specimens only
  --minutes M   begin no run later than that
  --fresh       begin again: what was recorded is put aside

npm keeps flags for itself unless they come after \`--\`. Results and kept histories are in .workbook/flaky.
Exit codes: 0 no wrong verdict, and few inconclusive · 1 otherwise · 2 nothing was tried · 64 wrong usage`;

const OPTIONS = {
  runs: { type: 'string' },
  busy: { type: 'boolean' },
  lesson: { type: 'string' },
  only: { type: 'string', multiple: true },
  solutions: { type: 'boolean' },
  specimens: { type: 'boolean' },
  minutes: { type: 'string' },
  fresh: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

const SEE_HELP = 'npm run flaky -- --help';

/** `env` is that of the npm script. */
export function parseFlags(args: readonly string[], env: NodeJS.ProcessEnv): Parsed {
  const meant = keptByNpm('flaky', Object.keys(OPTIONS), args, env);
  if (meant !== null) return wrong(KEPT, meant);
  let values: ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];
  try {
    ({ values } = parseArgs({ args: [...args], options: OPTIONS }));
  } catch (error) {
    return wrong((error as Error).message.split('. ')[0] ?? 'That cannot be read.', SEE_HELP);
  }
  if (values.help) return { kind: 'help' };
  const runs = values.runs === undefined ? 10 : wholeNumber(values.runs);
  if (runs === null) return wrong(`\`--runs\` takes a whole number from 1 on, not \`${values.runs}\`.`, SEE_HELP);
  const minutes = values.minutes === undefined ? null : Number(values.minutes);
  if (minutes !== null && !(minutes > 0 && Number.isFinite(minutes)))
    return wrong(`\`--minutes\` takes a number above 0, not \`${values.minutes}\`.`, SEE_HELP);
  const lesson = values.lesson === undefined ? null : wholeNumber(values.lesson);
  const lessons = findLessons().map(({ number }) => number);
  if (values.lesson !== undefined && (lesson === null || !lessons.includes(lesson)))
    return wrong(`There is no lesson \`${values.lesson}\`.`, `give one of ${lessons.join(', ')}`);
  if (values.solutions && values.specimens)
    return wrong('`--solutions` and `--specimens` leave nothing out together.', 'give one of them, or none');
  return {
    kind: 'flags',
    flags: {
      runs,
      minutes,
      lesson,
      busy: values.busy === true,
      fresh: values.fresh === true,
      only: values.only ?? [],
      kind: values.solutions ? 'solutions' : values.specimens ? 'specimens' : 'all',
    },
  };
}

export type Chosen =
  | { readonly kind: 'programs'; readonly programs: readonly Known[] }
  | { readonly kind: 'wrong'; readonly what: string; readonly next: string };

/** The programs that are meant; never none. */
export function choose(all: readonly Known[], { lesson, kind, only }: Pick<Flags, 'lesson' | 'kind' | 'only'>): Chosen {
  const candidates = all.filter(
    (known) =>
      (lesson === null || known.lesson.number === lesson) &&
      (kind === 'all' || (known.name === 'solution') === (kind === 'solutions')),
  );
  for (const name of only) {
    if (candidates.some((known) => isCalled(known, name))) continue;
    const meant = nearest(
      name,
      candidates.flatMap((known) => [known.name, shortOf(known)]),
    );
    return wrong(`There is no program \`${name}\` among them.`, meant ? `do you mean ${meant}?` : SEE_HELP);
  }
  const programs =
    only.length === 0 ? candidates : candidates.filter((known) => only.some((name) => isCalled(known, name)));
  if (programs.length === 0) return wrong('There is no such program.', SEE_HELP);
  return { kind: 'programs', programs };
}

function isCalled(known: Known, name: string): boolean {
  return [known.name, shortOf(known), called(known)].includes(name);
}

function shortOf({ name }: Known): string {
  return name.split('/').at(-1) ?? name;
}

function wholeNumber(text: string): number | null {
  return /^[1-9]\d{0,5}$/.test(text) ? Number(text) : null;
}

function wrong(what: string, next: string): { kind: 'wrong'; what: string; next: string } {
  return { kind: 'wrong', what, next };
}
