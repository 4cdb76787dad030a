// `check`: judges a program by a lesson, and says what holds and what does not.
import { stat } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { lookOf } from '#reader';
import {
  type CheckResult,
  type Obstacle,
  obstacleToJson,
  obstacleToJunit,
  renderHeader,
  renderObstacle,
  renderResult,
  toJson,
  toJunit,
} from '#report';
import { findLessons, type Lesson, writeAtomic } from '#workbook';
import { exitCodeOf, UNTOLD, WRONG_USAGE } from './exit.ts';
import { listenForInterrupt } from './interrupt.ts';
import { judgeProgram, type Outcome, type Ports, toResult } from './judging.ts';
import { pickLesson } from './pick.ts';
import { parsePorts } from './ports.ts';
import { chooseProgram, type Program, shownPath } from './program.ts';
import { type BoardAddress, parseBoard, reportTo } from './report-to.ts';
import { drawTimeline, loadRun, redrawTimeline, timelineIn } from './runs.ts';
import { showSteps } from './steps.ts';
import type { Surroundings } from './surroundings.ts';
import type { Flags, Typed } from './usage.ts';

export async function check({ lesson: typed, flags }: Typed<'check'>, surroundings: Surroundings): Promise<number> {
  const plan = await validate(flags, surroundings);
  if ('exit' in plan) return plan.exit;
  const picked = await pickLesson(typed, surroundings);
  if ('exit' in picked) return picked.exit;
  const { lesson } = picked;
  if (flags.replay !== undefined) return replay(lesson, flags.replay, plan, flags, surroundings);
  const chosen = await chooseProgram(lesson, flags, surroundings);
  if ('exit' in chosen) return chosen.exit;
  return judgeAndTell(lesson, chosen.program, plan, flags, surroundings);
}

interface Plan {
  readonly ports: Ports | null;
  /** Absolute. */
  readonly junit: string | null;
  /** The class board that is told of the result. */
  readonly board: BoardAddress | null;
  /** To be played, by their names; null for all. */
  readonly scenarios: readonly string[] | null;
}

async function validate(
  flags: Flags<'check'>,
  { cwd, stderr }: Surroundings,
): Promise<Plan | { readonly exit: number }> {
  const refuse = (what: string, next: string) => {
    stderr.write(`${what}\n  next  ${next}\n`);
    return { exit: WRONG_USAGE };
  };
  if (flags.replay !== undefined && (flags.file !== undefined || flags.solution || flags.keep)) {
    return refuse(
      '`--replay` judges a saved run: there is no program to run, and nothing to keep.',
      'give `--replay` alone',
    );
  }
  const scenarios = flags.scenario?.split(',').map((name) => name.trim()) ?? null;
  if (scenarios !== null && (flags.replay !== undefined || flags.report !== undefined)) {
    return refuse(
      '`--scenario` plays a part of a check: a saved run is judged whole, and a class board is told of whole checks only.',
      'leave `--scenario` out',
    );
  }
  const board = flags.report === undefined ? null : parseBoard(flags.report);
  if (flags.report !== undefined && board === null) {
    return refuse(
      `\`--report ${flags.report}\` is not the address of a class board.`,
      'give it as your instructor shows it: http://…:PORT/xx-xx-xx',
    );
  }
  if (board !== null && (flags.replay !== undefined || flags.solution)) {
    return refuse('A class board is told of your own work only.', 'leave `--report` out');
  }
  const range = flags['port-range'] === undefined ? { ports: null } : parsePorts(flags['port-range']);
  if ('wrong' in range) return refuse(range.wrong, 'npm run check -- --help');
  const junit = flags.junit === undefined ? null : resolve(cwd, flags.junit);
  if (junit !== null) {
    const folder = await stat(dirname(junit)).catch(() => null);
    if (!folder?.isDirectory())
      return refuse(`There is no folder ${dirname(junit)} for the JUnit report.`, `mkdir -p ${dirname(junit)}`);
  }
  return { ports: range.ports, junit, board, scenarios };
}

async function judgeAndTell(
  lesson: Lesson,
  program: Program,
  plan: Plan,
  flags: Flags<'check'>,
  surroundings: Surroundings,
): Promise<number> {
  const { stdout, stderr, env } = surroundings;
  const { title } = await lesson.load();
  if (!flags.json)
    stdout.write(`${renderHeader({ number: lesson.number, title }, program.shown, lookOf(stdout, env))}\n`);
  const interrupt = listenForInterrupt();
  const steps = showSteps(surroundings, lookOf(stderr, env));
  let outcome: Outcome;
  try {
    outcome = await judgeProgram(
      {
        lesson,
        title,
        program,
        signal: interrupt.signal,
        onStep: steps.step,
        onFinding: steps.finding,
        ports: plan.ports,
        types: !flags['no-type-check'],
        keep: flags.keep === true,
        scenarios: plan.scenarios,
      },
      surroundings,
    );
  } finally {
    steps.clear();
    interrupt.release();
  }
  if (outcome.kind === 'interrupted') {
    stderr.write('Stopped. Nothing is left running, and nothing was decided.\n');
    return interrupt.code() ?? UNTOLD;
  }
  if (outcome.kind === 'cannot')
    return tellObstacle(lesson, title, program.shown, outcome.obstacle, plan, flags, surroundings);
  const folder = outcome.run ? relative(lesson.root, outcome.run.latest) : undefined;
  const code = await tell(
    outcome.result,
    folder === undefined ? undefined : pictureIn(folder),
    plan,
    flags,
    surroundings,
  );
  if (!flags.json) stdout.write(nextSteps(outcome.result, lesson, program, folder, plan.scenarios !== null));
  for (const trouble of outcome.troubles) stderr.write(`${trouble}\n`);
  if (outcome.run?.kept) stderr.write(`This run is kept: ${relative(lesson.root, outcome.run.kept)}\n`);
  const [undrawn, told] = await Promise.all([
    outcome.run && drawTimeline(outcome.run, outcome.result),
    plan.board && reportTo(plan.board, outcome.result, surroundings.root),
  ]);
  if (undrawn) stderr.write(`${undrawn}\n`);
  if (told) stderr.write(`${told}\n`);
  return code;
}

/** What the last line of the screen says of a saved run. */
function pictureIn(folder: string): Picture {
  return { label: 'timeline', path: timelineIn(folder) };
}

interface Picture {
  readonly label: string;
  readonly path: string;
}

async function replay(
  lesson: Lesson,
  run: string,
  plan: Plan,
  flags: Flags<'check'>,
  surroundings: Surroundings,
): Promise<number> {
  const { stdout, stderr, env } = surroundings;
  const loaded = await loadRun(lesson, run, surroundings.cwd);
  if (loaded.kind === 'refused') {
    stderr.write(`${loaded.what}\n  next  ${loaded.next}\n`);
    return UNTOLD;
  }
  const { title } = await lesson.load();
  const file = shownPath(loaded.histories[0]?.file ?? '', lesson.root);
  if (!flags.json) stdout.write(`${renderHeader({ number: lesson.number, title }, file, lookOf(stdout, env))}\n`);
  const judged = await surroundings.judgeAgain(lesson, loaded.histories);
  if (judged.kind === 'cannot') return tellObstacle(lesson, title, file, judged, plan, flags, surroundings);
  const result = toResult(judged, { number: lesson.number, slug: lesson.slug, title }, file, null);
  const undrawn = await redrawTimeline(loaded.folder, result);
  const picture = undrawn ? undefined : pictureIn(shownPath(loaded.folder, lesson.root));
  const code = await tell(result, picture, plan, flags, surroundings);
  if (undrawn) stderr.write(`${undrawn}\n`);
  return code;
}

/** The result on standard output, and in the report that was asked for. Gives the exit code. */
async function tell(
  result: CheckResult,
  picture: Picture | undefined,
  plan: Plan,
  flags: Flags<'check'>,
  surroundings: Surroundings,
): Promise<number> {
  const { stdout, env } = surroundings;
  stdout.write(
    flags.json ? `${JSON.stringify(toJson(result))}\n` : `${renderResult(result, lookOf(stdout, env), picture)}\n`,
  );
  return (await writeJunit(plan.junit, toJunit(result), surroundings)) ? exitCodeOf(result.verdict) : UNTOLD;
}

async function tellObstacle(
  lesson: Lesson,
  title: string,
  file: string,
  obstacle: Obstacle,
  plan: Plan,
  flags: Flags<'check'>,
  surroundings: Surroundings,
): Promise<number> {
  const { stdout, env } = surroundings;
  stdout.write(
    flags.json
      ? `${JSON.stringify(obstacleToJson(lesson, file, obstacle))}\n`
      : `${renderObstacle(obstacle, lookOf(stdout, env))}\n`,
  );
  await writeJunit(
    plan.junit,
    obstacleToJunit({ number: lesson.number, slug: lesson.slug, title }, file, obstacle),
    surroundings,
  );
  return UNTOLD;
}

async function writeJunit(path: string | null, xml: string, { stderr }: Surroundings): Promise<boolean> {
  if (path === null) return true;
  try {
    await writeAtomic(path, xml);
    return true;
  } catch (error) {
    stderr.write(`The JUnit report could not be written: ${(error as Error).message}\n`);
    return false;
  }
}

/** A failed check has its next step beside its first finding. */
export function nextSteps(
  result: CheckResult,
  lesson: Lesson,
  program: Program,
  run: string | undefined,
  isPart = false,
): string {
  if (isPart && result.verdict === 'inconclusive')
    return `  next  npm run check ${lesson.number}   all of it: a part alone decides nothing\n`;
  switch (result.verdict) {
    case 'failed':
      return '';
    case 'passed': {
      const next = findLessons(lesson.root).find((each) => each.number > lesson.number);
      if (!program.counts) return '';
      return next ? `  next  npm run lesson ${next.number}\n` : '  That was the last lesson.  next  npm run progress\n';
    }
    case 'inconclusive': {
      const busy = result.findings.some(({ summary }) => summary.includes('this machine is too busy'));
      return `  next  npm run check ${lesson.number}   once more${busy ? ', when this machine has less to do' : ''}\n`;
    }
    case 'fault':
      return `  next  npm run check ${lesson.number}   and if that comes again, report it${run ? ` with ${run}` : ''}\n`;
  }
}
