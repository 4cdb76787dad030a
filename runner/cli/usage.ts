// What can be typed: every verb with its flags, and the help that says so.
import { parseArgs } from 'node:util';
import { nearest } from '#workbook';

interface Flag {
  readonly type: 'boolean' | 'string';
  readonly says: string;
  /** How its value is called in the help. */
  readonly value?: string;
}

interface Usage {
  readonly says: string;
  /** Whether it takes a lesson. */
  readonly lesson: boolean;
  /** What is meant where none was typed, if not the lesson that the learner is at. */
  readonly without?: string;
  readonly flags: Readonly<Record<string, Flag>>;
}

export const usages = {
  start: { says: 'where you are, and what is next', lesson: false, flags: {} },
  lesson: { says: 'the task; in a terminal a menu', lesson: true, flags: {} },
  check: {
    says: 'judge the exercise by running it',
    lesson: true,
    flags: {
      file: { type: 'string', value: 'PATH', says: 'judge this program instead of the exercise' },
      solution: { type: 'boolean', says: "judge the workbook's own solution" },
      json: { type: 'boolean', says: 'one JSON object on standard output, and nothing else' },
      junit: { type: 'string', value: 'PATH', says: 'write a JUnit report too' },
      replay: { type: 'string', value: 'RUN', says: 'judge a saved run again: a folder, or `latest`' },
      keep: { type: 'boolean', says: 'keep this run under .workbook/runs' },
      scenario: {
        type: 'string',
        value: 'NAME',
        says: 'play this scenario only, or several with commas between',
      },
      'port-range': { type: 'string', value: 'A-B', says: 'take ports from this range only' },
      'no-type-check': { type: 'boolean', says: 'do not look for type errors' },
      report: {
        type: 'string',
        value: 'URL',
        says: 'tell a class board how it went: the address that your instructor shows',
      },
    },
  },
  watch: {
    says: 'judge it again at every save',
    lesson: true,
    flags: {
      file: { type: 'string', value: 'PATH', says: 'watch this program instead of the exercise' },
      'port-range': { type: 'string', value: 'A-B', says: 'take ports from this range only' },
      'no-type-check': { type: 'boolean', says: 'do not look for type errors' },
    },
  },
  hint: {
    says: 'the next hint',
    lesson: true,
    flags: {
      all: { type: 'boolean', says: 'all hints' },
      again: { type: 'boolean', says: 'the last one once more' },
    },
  },
  solution: {
    says: 'the difference from your file to the solution',
    lesson: true,
    flags: { yes: { type: 'boolean', says: 'do not ask first' } },
  },
  reset: {
    says: 'put the starter back; a copy of yours is kept',
    lesson: true,
    flags: { yes: { type: 'boolean', says: 'do not ask first' } },
  },
  progress: { says: 'all lessons, and how far you are', lesson: false, flags: {} },
  docs: {
    says: 'the book in a browser, with your results beside it',
    lesson: true,
    without: 'the first page; a page is named by its file too, such as `glossary`',
    flags: {
      open: { type: 'boolean', says: 'open the browser too' },
      port: { type: 'string', value: 'N', says: 'serve it on this port, instead of a free one' },
      terminal: { type: 'boolean', says: 'read it here, in the terminal' },
      build: { type: 'boolean', says: 'write it as files, and serve nothing' },
      out: { type: 'string', value: 'DIR', says: 'where to; else .workbook/book' },
    },
  },
  demo: {
    says: 'the live page: see the cluster work, and break it',
    lesson: true,
    flags: {
      solution: { type: 'boolean', says: "show the workbook's own solution, as without any flag" },
      exercise: { type: 'boolean', says: 'show your exercise' },
      file: { type: 'string', value: 'PATH', says: 'show this program' },
      beside: { type: 'string', value: 'PATH', says: 'show this one beside it, under the same load' },
      replay: { type: 'string', value: 'RUN', says: 'play a saved run: a folder, or `latest`' },
      cores: { type: 'string', value: 'K', says: 'as many cores as the program is to see; else 4' },
      port: { type: 'string', value: 'N', says: 'serve the page on this port, instead of a free one' },
      host: {
        type: 'string',
        value: 'ADDRESS',
        says: 'serve it at this address, where other machines can reach it; else this machine alone can',
      },
      class: { type: 'boolean', says: 'show a board of how far the class is, told by those who report to it' },
      open: { type: 'boolean', says: 'open the browser too' },
    },
  },
} as const satisfies Record<string, Usage>;

export type Verb = keyof typeof usages;

export const verbs = Object.keys(usages) as Verb[];

export function isVerb(text: string): text is Verb {
  return Object.hasOwn(usages, text);
}

/** The flags of a verb as they were given. */
export type Flags<V extends Verb> = {
  readonly [F in keyof (typeof usages)[V]['flags']]?: (typeof usages)[V]['flags'][F] extends { type: 'boolean' }
    ? boolean
    : string;
};

export interface Typed<V extends Verb> {
  /** What was typed for the lesson. */
  readonly lesson?: string | undefined;
  readonly flags: Flags<V>;
}

export type Parsed<V extends Verb> =
  | { readonly kind: 'parsed'; readonly typed: Typed<V> }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly what: string; readonly next: string };

export function parse<V extends Verb>(verb: V, args: readonly string[]): Parsed<V> {
  const usage: Usage = usages[verb];
  if (args[0] === 'help') return { kind: 'help' };
  const options = Object.fromEntries(Object.entries(usage.flags).map(([name, { type }]) => [name, { type }]));
  let values: Record<string, unknown>;
  let positionals: string[];
  try {
    ({ values, positionals } = parseArgs({
      args: [...args],
      options: { ...options, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    }));
  } catch (error) {
    return { kind: 'wrong', ...explain(verb, usage, args, error as Error) };
  }
  if (values.help) return { kind: 'help' };
  const most = usage.lesson ? 1 : 0;
  if (positionals.length > most) {
    const much = positionals
      .slice(most)
      .map((each) => `\`${each}\``)
      .join(', ');
    return { kind: 'wrong', what: `\`${verb}\` does not take ${much}.`, next: `${command(verb)} -- --help` };
  }
  return { kind: 'parsed', typed: { lesson: positionals[0], flags: values as Flags<V> } };
}

/** How a verb is typed, before its own words. */
export function command(verb: Verb): string {
  return verb === 'start' ? 'npm start' : `npm run ${verb}`;
}

export function help(verb?: Verb): string {
  return verb ? helpOf(verb) : overview();
}

function helpOf(verb: Verb): string {
  const usage: Usage = usages[verb];
  const flags = Object.entries(usage.flags);
  const first = `${command(verb)}${usage.lesson ? ' [LESSON]' : ''}${flags.length > 0 ? ' [-- FLAGS]' : ''}`;
  const lesson = usage.lesson
    ? ['', `  LESSON   its number, name or folder; without it, ${usage.without ?? 'the lesson that you are at'}`]
    : [];
  const names = flags.map(([name, flag]) => `--${name}${flag.value ? ` ${flag.value}` : ''}`);
  const widest = Math.max(0, ...names.map((name) => name.length));
  const list = flags.map(([, flag], index) => `  ${(names[index] ?? '').padEnd(widest)}   ${flag.says}`);
  const note = flags.length > 0 ? ['', 'npm keeps flags for itself unless they come after `--`.'] : [];
  const codes =
    verb === 'check'
      ? ['', 'Exit codes: 0 passed · 1 failed · 2 inconclusive, or trouble of the workbook · 64 wrong usage']
      : [];
  return [first, `  ${usage.says}`, ...lesson, ...(list.length > 0 ? ['', ...list] : []), ...note, ...codes].join('\n');
}

function overview(): string {
  const lines = verbs.map((verb) => {
    const typed = `${command(verb)}${usages[verb].lesson ? ' 3' : ''}`;
    return `  ${typed.padEnd(20)} ${usages[verb].says}`;
  });
  return ['The Cluster Workbook', '', ...lines, '', 'More on each: npm run check -- --help'].join('\n');
}

function explain(verb: Verb, usage: Usage, args: readonly string[], error: Error): { what: string; next: string } {
  const names = Object.keys(usage.flags);
  const next = `${command(verb)} -- --help`;
  const unknown = args.find(
    (arg) => arg.startsWith('-') && !names.includes(arg.replace(/^--?/, '').replace(/=.*$/, '')),
  );
  if ((error as NodeJS.ErrnoException).code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' && unknown) {
    const meant = nearest(unknown.replace(/^-+/, '').replace(/=.*$/, ''), names);
    return {
      what: `\`${verb}\` has no flag \`${unknown}\`.${meant ? ` Did you mean \`--${meant}\`?` : ''}`,
      next,
    };
  }
  // Node's own sentence is good enough: "Option '--file <value>' argument missing".
  return { what: error.message.split('\n')[0] ?? '', next };
}
