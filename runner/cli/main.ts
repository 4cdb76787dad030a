// From the words that were typed to the verb that does it. Knows nothing of what the verbs do.
import { load, nearest } from '#workbook';
import { DONE, UNTOLD, WRONG_USAGE } from './exit.ts';
import { ownSurroundings, type Surroundings } from './surroundings.ts';
import { swallowedBy } from './swallowed.ts';
import { endWhenUnread } from './unread.ts';
import { help, isVerb, parse, type Typed, type Verb, verbs } from './usage.ts';

/** What a file of a verb exports under the verb's own name. Gives the exit code. */
type Act<V extends Verb> = (typed: Typed<V>, surroundings: Surroundings) => Promise<number>;

/** Runs the command of this process, and ends it. */
export function run(): void {
  const surroundings = ownSurroundings();
  endWhenUnread();
  main(process.argv.slice(2), surroundings).then(
    (code) => end(code),
    (error: unknown) => {
      const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
      process.stderr.write(`The workbook itself failed; this says nothing about your program.\n${what}\n`);
      end(UNTOLD);
    },
  );
}

export async function main(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const { stdout, stderr, env, root } = surroundings;
  const [verb = 'start', ...args] = argv;
  if (verb === 'help' || verb === '--help' || verb === '-h') {
    const about = args[0];
    stdout.write(`${help(about !== undefined && isVerb(about) ? about : undefined)}\n`);
    return DONE;
  }
  if (!isVerb(verb)) {
    const meant = nearest(verb, verbs);
    stderr.write(`There is no \`${verb}\`.${meant ? ` Did you mean \`${meant}\`?` : ''}\n\n${help()}\n`);
    return WRONG_USAGE;
  }
  const instead = swallowedBy(verb, args, env, root);
  if (instead) {
    stderr.write(`npm kept flags for itself that belong behind \`--\`.\n  next  ${instead}\n`);
    return WRONG_USAGE;
  }
  return dispatch(verb, args, surroundings);
}

async function dispatch<V extends Verb>(verb: V, args: readonly string[], surroundings: Surroundings): Promise<number> {
  const parsed = parse(verb, args);
  switch (parsed.kind) {
    case 'help':
      surroundings.stdout.write(`${help(verb)}\n`);
      return DONE;
    case 'wrong':
      surroundings.stderr.write(`${parsed.what}\n  next  ${parsed.next}\n`);
      return WRONG_USAGE;
    case 'parsed': {
      // Each verb is loaded when it is asked for: what another one needs would delay its first line.
      const file = await load<Record<V, Act<V>>>(`${import.meta.dirname}/${verb}.ts`);
      return file[verb](parsed.typed, surroundings);
    }
  }
}

// Not left to an empty event loop: a terminal that was read from keeps it alive.
function end(code: number): void {
  process.stdout.write('', () => process.exit(code));
}
