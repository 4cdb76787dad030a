// What TypeScript says of one program, asked beside the check and never in its way: types decide nothing here.
import { spawn } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { constants, setPriority } from 'node:os';
import { dirname, extname, join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { TypeProblem } from '#report';

export interface TypeCheck {
  /** The problems found; null where the compiler did not answer within `patienceMs` from now, or could not be asked. */
  readonly answer: (patienceMs: number) => Promise<readonly TypeProblem[] | null>;
  readonly stop: () => void;
}

const NONE: TypeCheck = { answer: async () => null, stop: () => undefined };

/** The workbook's own strictness, at the lowest priority that the system has. JavaScript has no types to check. */
export function startTypeCheck(file: string, root: string): TypeCheck {
  if (!['.ts', '.mts', '.cts'].includes(extname(file))) return NONE;
  const controller = new AbortController();
  const checked = check(file, root, controller.signal).catch(() => null);
  return {
    answer: async (patienceMs) => {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<null>((resolve) => {
        timer = setTimeout(resolve, patienceMs, null);
      });
      try {
        return await Promise.race([checked, late]);
      } finally {
        clearTimeout(timer);
        controller.abort();
      }
    },
    stop: () => controller.abort(),
  };
}

async function check(file: string, root: string, signal: AbortSignal): Promise<readonly TypeProblem[] | null> {
  const compiler = await compilerPath();
  // A configuration of its own, since files on the command line and the workbook's tsconfig.json exclude each other.
  const config = join(root, '.workbook', 'cache', `types-${process.pid}-${Date.now()}.json`);
  await mkdir(dirname(config), { recursive: true });
  await writeFile(config, JSON.stringify(configuration(file, root)));
  try {
    return parseProblems(await output(compiler, ['-p', config, '--pretty', 'false'], dirname(file), signal));
  } finally {
    await rm(config, { force: true });
  }
}

function configuration(file: string, root: string): object {
  return {
    extends: join(root, 'tsconfig.json'),
    files: [file],
    include: [],
    exclude: [],
    compilerOptions: {
      noEmit: true,
      // Where the program lies elsewhere, the workbook's types of Node still hold for it.
      typeRoots: [join(root, 'node_modules', '@types')],
      // Half-written programs have these, and they are no type errors.
      noUnusedLocals: false,
      noUnusedParameters: false,
      // Elsewhere there may be no package.json to say whether it is an ES module; when it runs, that is found out.
      ...(file.startsWith(root + sep)
        ? {}
        : { module: 'preserve', moduleResolution: 'bundler', verbatimModuleSyntax: false }),
    },
  };
}

// TypeScript's own launcher would be one process more, and one that does not pass a kill on.
async function compilerPath(): Promise<string> {
  const folder = dirname(createRequire(import.meta.url).resolve('typescript7/package.json'));
  const { default: getExePath } = (await import(pathToFileURL(join(folder, 'lib', 'getExePath.js')).href)) as {
    default: () => string;
  };
  return getExePath();
}

async function output(command: string, args: string[], cwd: string, signal: AbortSignal): Promise<string> {
  const child = spawn(command, args, { cwd, signal, stdio: ['ignore', 'pipe', 'ignore'], killSignal: 'SIGKILL' });
  child.once('spawn', () => {
    try {
      if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
    } catch {
      // It ended already, or this system does not let us: it is asked all the same.
    }
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  await new Promise<void>((resolve, reject) => child.once('error', reject).once('close', () => resolve()));
  signal.throwIfAborted();
  return text;
}

/** From `exercise.ts(12,7): error TS2322: …`, lines that continue a message being indented. */
export function parseProblems(text: string): readonly TypeProblem[] {
  const problems: TypeProblem[] = [];
  for (const line of text.split(/\r?\n/)) {
    const match = /^(.+)\((\d+),(\d+)\): error (TS\d+): (.*)$/.exec(line);
    if (!match) continue;
    const [, file = '', row = '1', column = '1', code = '', message = ''] = match;
    // A package that lies with the workbook and not with the program is found when it runs; the compiler does not know.
    if ((code === 'TS2307' || code === 'TS7016') && /module '[^./]/.test(message)) continue;
    problems.push({ file, line: Number(row), column: Number(column), code, message });
  }
  return problems;
}
