// `watch`: judges the program again at every save. A save while it is being judged begins anew.
import { relative } from 'node:path';
import { emitKeypressEvents } from 'node:readline';
import { lookOf, palette } from '#reader';
import { renderHeader, renderObstacle, renderResult } from '#report';
import { type Changes, watchContent } from './changes.ts';
import { nextSteps } from './check.ts';
import { DONE, WRONG_USAGE } from './exit.ts';
import { hint } from './hint.ts';
import { listenForInterrupt } from './interrupt.ts';
import { judgeProgram, type Outcome, type Ports } from './judging.ts';
import { pickLesson } from './pick.ts';
import { parsePorts } from './ports.ts';
import { chooseProgram, type Program } from './program.ts';
import { drawTimeline, timelineIn } from './runs.ts';
import { showSteps } from './steps.ts';
import { interactive, type Surroundings } from './surroundings.ts';
import type { Flags, Typed } from './usage.ts';
import type { Lesson } from '#workbook';

/** Ends with the `q` key, or with an interrupt, which here is the way to end and no failure. */
export async function watch({ lesson: typed, flags }: Typed<'watch'>, surroundings: Surroundings): Promise<number> {
  const { stderr } = surroundings;
  const range = flags['port-range'] === undefined ? { ports: null } : parsePorts(flags['port-range']);
  if ('wrong' in range) {
    stderr.write(`${range.wrong}\n  next  npm run watch -- --help\n`);
    return WRONG_USAGE;
  }
  const picked = await pickLesson(typed, surroundings);
  if ('exit' in picked) return picked.exit;
  const chosen = await chooseProgram(picked.lesson, flags, surroundings);
  if ('exit' in chosen) return chosen.exit;
  return watchProgram(picked.lesson, chosen.program, range.ports, flags, surroundings);
}

async function watchProgram(
  lesson: Lesson,
  program: Program,
  ports: Ports | null,
  flags: Flags<'watch'>,
  surroundings: Surroundings,
): Promise<number> {
  const { stdout, stderr } = surroundings;
  const { title } = await lesson.load();
  const interrupt = listenForInterrupt();
  /** What is to be done next; the latest wish counts. */
  let wish = 'check' as 'check' | 'hint' | 'rest';
  let current: AbortController | null = null;
  let wake = () => {};

  const want = (next: 'check' | 'hint') => {
    wish = next;
    if (next === 'check') current?.abort();
    wake();
  };
  interrupt.signal.addEventListener('abort', () => {
    current?.abort();
    wake();
  });

  let changes: Changes | null = null;
  const keys = listenForKeys(surroundings, {
    q: () => process.kill(process.pid, 'SIGINT'),
    r: () => want('check'),
    h: () => want('hint'),
  });
  try {
    changes = await watchContent(
      program.file,
      () => want('check'),
      (error) => stderr.write(`The folder of ${program.shown} can no longer be watched: ${error.message}\n`),
    );
    while (!interrupt.signal.aborted) {
      const now = wish;
      wish = 'rest';
      if (now === 'rest') {
        await new Promise<void>((resolve) => (wake = resolve));
      } else if (now === 'hint') {
        stdout.write('\n');
        await hint({ lesson: lesson.id, flags: {} }, surroundings);
        stdout.write(`\n${footer(surroundings)}\n`);
      } else {
        current = new AbortController();
        await judgeOnce(lesson, title, program, current.signal, ports, flags, surroundings);
        current = null;
        if (!interrupt.signal.aborted && wish === 'rest') stdout.write(`${footer(surroundings)}\n`);
      }
    }
    return DONE;
  } finally {
    changes?.close();
    keys.release();
    interrupt.release();
  }
}

async function judgeOnce(
  lesson: Lesson,
  title: string,
  program: Program,
  signal: AbortSignal,
  ports: Ports | null,
  flags: Flags<'watch'>,
  surroundings: Surroundings,
): Promise<void> {
  const { stdout, stderr, env } = surroundings;
  const look = lookOf(stdout, env);
  stdout.write(`\n${renderHeader({ number: lesson.number, title }, program.shown, look)}\n`);
  const steps = showSteps(surroundings, lookOf(stderr, env));
  let outcome: Outcome;
  try {
    outcome = await judgeProgram(
      {
        lesson,
        title,
        program,
        signal,
        onStep: steps.step,
        onFinding: steps.finding,
        ports,
        types: !flags['no-type-check'],
        keep: false,
        scenarios: null,
      },
      surroundings,
    );
  } catch (error) {
    // The file may be away for a moment; the next save is another chance.
    stderr.write(`Could not be judged: ${(error as Error).message}\n`);
    return;
  } finally {
    steps.clear();
  }
  switch (outcome.kind) {
    case 'interrupted':
      stdout.write('  stopped\n');
      return;
    case 'cannot':
      stdout.write(`${renderObstacle(outcome.obstacle, look)}\n`);
      return;
    case 'result': {
      const folder = outcome.run ? relative(lesson.root, outcome.run.latest) : undefined;
      const picture = folder === undefined ? undefined : { label: 'timeline', path: timelineIn(folder) };
      stdout.write(`${renderResult(outcome.result, look, picture)}\n`);
      stdout.write(nextSteps(outcome.result, lesson, program, folder));
      for (const trouble of outcome.troubles) stderr.write(`${trouble}\n`);
      const undrawn = outcome.run && (await drawTimeline(outcome.run, outcome.result));
      if (undrawn) stderr.write(`${undrawn}\n`);
    }
  }
}

function footer(surroundings: Surroundings): string {
  const { quiet } = palette(lookOf(surroundings.stdout, surroundings.env).colour);
  return quiet(
    interactive(surroundings)
      ? '  waiting for a save   r again   h hint   q quit'
      : '  waiting for a save   Ctrl-C ends',
  );
}

interface Keys {
  readonly release: () => void;
}

function listenForKeys(surroundings: Surroundings, keys: Readonly<Record<string, () => void>>): Keys {
  const { stdin } = surroundings;
  if (!interactive(surroundings)) return { release: () => undefined };
  const press = (_text: string | undefined, key: { name?: string; ctrl?: boolean }) => {
    // In raw mode Ctrl-C is a key like any other.
    if (key.ctrl && key.name === 'c') process.kill(process.pid, 'SIGINT');
    else if (!key.ctrl && key.name) keys[key.name]?.();
  };
  emitKeypressEvents(stdin);
  stdin.setRawMode(true);
  stdin.on('keypress', press);
  stdin.resume();
  return {
    release: () => {
      stdin.removeListener('keypress', press);
      stdin.setRawMode(false);
      stdin.pause();
    },
  };
}
