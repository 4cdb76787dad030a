// What can be typed behind `npm run soak --`.
import { parseArgs } from 'node:util';
import { nearest } from '#workbook';
import { KEPT, keptByNpm } from '../trial/kept-flags.ts';
import { DEEDS, type Deed, type Program } from './programs.ts';

export interface Flags {
  readonly rounds: number;
  readonly deeds: readonly Deed[];
  /** Names as in `Program`; empty for the solutions. */
  readonly programs: readonly string[];
  /** All programs, those to compare with too. */
  readonly peers: boolean;
  /** For each program and deed. */
  readonly minutes: number;
}

export type Parsed =
  | { readonly kind: 'flags'; readonly flags: Flags }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly what: string; readonly next: string };

export const HELP = `npm run soak [-- FLAGS]
  restarts the solution of lesson 4, gives that of lesson 6 bad deploys and ends that of lesson 7, each again and
  again under load, and counts every request that is lost

  --rounds N      so many of each (100)
  --only DEED     restarts, shutdowns or deploys only; may be given several times
  --peers         programs of tutorials, PM2 and recluster too, to compare with
  --program NAME  this program only, such as '04 solution' or 'pm2 naive'; may be given several times
  --minutes M     with each program, begin no round later than that (20)

PM2 and recluster are installed from npm into .workbook/peers when they are first needed, and stay there.
npm keeps flags for itself unless they come after \`--\`.
Exit codes: 0 the solutions lost nothing · 1 otherwise · 2 not all could be tried · 64 wrong usage`;

const OPTIONS = {
  rounds: { type: 'string' },
  only: { type: 'string', multiple: true },
  peers: { type: 'boolean' },
  program: { type: 'string', multiple: true },
  minutes: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

const SEE_HELP = 'npm run soak -- --help';

/** `env` is that of the npm script. */
export function parseFlags(args: readonly string[], env: NodeJS.ProcessEnv): Parsed {
  const meant = keptByNpm('soak', Object.keys(OPTIONS), args, env);
  if (meant !== null) return wrong(KEPT, meant);
  let values: ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];
  try {
    ({ values } = parseArgs({ args: [...args], options: OPTIONS }));
  } catch (error) {
    return wrong((error as Error).message.split('. ')[0] ?? 'That cannot be read.', SEE_HELP);
  }
  if (values.help) return { kind: 'help' };
  const { rounds = '100', minutes = '20', only = [] } = values;
  if (!/^[1-9]\d{0,4}$/.test(rounds))
    return wrong(`\`--rounds\` takes a whole number from 1 on, not \`${rounds}\`.`, SEE_HELP);
  if (!(Number(minutes) > 0 && Number.isFinite(Number(minutes))))
    return wrong(`\`--minutes\` takes a number above 0, not \`${minutes}\`.`, SEE_HELP);
  const strange = only.find((word) => !DEEDS.some((deed) => deed === word));
  if (strange !== undefined) return wrong(`\`--only\` takes no \`${strange}\`.`, `give one of ${DEEDS.join(', ')}`);
  return {
    kind: 'flags',
    flags: {
      rounds: Number(rounds),
      deeds: DEEDS.filter((deed) => only.length === 0 || only.includes(deed)),
      programs: values.program ?? [],
      peers: values.peers === true,
      minutes: Number(minutes),
    },
  };
}

export type Chosen =
  | { readonly kind: 'programs'; readonly programs: readonly Program[] }
  | { readonly kind: 'wrong'; readonly what: string; readonly next: string };

/** The programs that are meant, none of which has nothing to do; never none. */
export function choose(all: readonly Program[], { deeds, programs, peers }: Flags): Chosen {
  const names = all.map(({ name }) => name);
  for (const name of programs) {
    if (names.includes(name)) continue;
    const meant = nearest(name, names);
    return wrong(
      `There is no program \`${name}\`.`,
      meant ? `do you mean '${meant}'?` : `give one of ${quoted(names)}`,
    );
  }
  const chosen = all.filter(
    ({ name, kind, deeds: own }) =>
      (programs.length > 0 ? programs.includes(name) : peers || kind === 'solution') &&
      own.some((deed) => deeds.includes(deed)),
  );
  if (chosen.length === 0)
    return wrong(`None of these programs takes part in ${deeds.join(' and ')}.`, 'leave --only or --program out');
  return { kind: 'programs', programs: chosen };
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(', ');
}

function wrong(what: string, next: string): { kind: 'wrong'; what: string; next: string } {
  return { kind: 'wrong', what, next };
}
