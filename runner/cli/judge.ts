// Runs a lesson's scenarios on a program and judges what was witnessed.
import { setMaxListeners } from 'node:events';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { judgeable, judgeAll, judgedOn, verdictOf, type Finding, type Property, type Verdict } from '#checker';
import { NoPort, openRig, portsOf, runScenario, type PortRange, type Rig, type Scenario } from '#harness';
import type { History } from '#history';
import { givenBy, load, nearest, type Lesson } from '#workbook';

export interface JudgeOptions {
  readonly lesson: Lesson;
  /** Absolute path of the program. */
  readonly file: string;
  readonly signal: AbortSignal;
  readonly onStep: (scenario: string, text: string) => void;
  /** Called for each finding as soon as all that it is judged on has been run. */
  readonly onFinding: (finding: Finding) => void;
  readonly ports?: PortRange;
  /** The scenarios to play, by their names; all of them by default. */
  readonly only?: readonly string[];
}

export type Judged =
  | {
      readonly kind: 'judged';
      readonly verdict: Verdict;
      readonly findings: readonly Finding[];
      readonly histories: readonly History[];
      readonly durationMs: number;
    }
  | { readonly kind: 'cannot'; readonly what: string; readonly why: string; readonly next: string };

/** What `lessons/NN-name/check.ts` exports. */
interface Check {
  readonly scenarios: readonly Scenario[];
  readonly properties: readonly Property[];
}

/** Rejects with the signal's reason where it was aborted; nothing of the program is left then either. */
export async function judge({ lesson, file, signal, onStep, onFinding, ports, only }: JudgeOptions): Promise<Judged> {
  const begin = performance.now();
  const { scenarios: all, properties: clauses } = await loadCheck(lesson);
  const names = all.map(({ name }) => name);
  const unknown = only?.find((name) => !names.includes(name));
  if (unknown !== undefined) return noScenario(unknown, names, lesson);
  const scenarios = all.filter(({ name }) => only?.includes(name) ?? true);
  const properties = only === undefined ? clauses : judgedOn(clauses, only);
  const few = ports && tooFew(ports, scenarios, lesson);
  if (few) return few;
  const opened = await openScratch(file, givenBy(lesson), signal, ports);
  if (opened.kind !== 'rig') return opened;
  const histories: History[] = [];
  const told = new Set<string>();
  try {
    await sideBySide(scenarios, signal, async (scenario, abort, onListening) => {
      const history = await runScenario(scenario, opened.rig, {
        lesson: lesson.id,
        file: asTyped(file),
        signal: abort,
        onStep: (text) => onStep(scenario.name, text),
        onListening,
      });
      histories.push(history);
      const known = judgeable(
        properties,
        histories.map((each) => each.scenario),
      );
      for (const finding of judgeAll(known, histories)) {
        if (told.has(finding.id)) continue;
        told.add(finding.id);
        onFinding(finding);
      }
    });
  } catch (error) {
    if (error instanceof NoPort) return { kind: 'cannot', what: error.message, why: error.why, next: error.next };
    throw error;
  } finally {
    await opened.close();
  }
  const judged = { ...judgement(properties, histories), durationMs: performance.now() - begin };
  // who names scenarios asks for a part, also where these are all
  return only !== undefined && judged.verdict === 'passed' ? { ...judged, verdict: 'inconclusive' } : judged;
}

/** Judges saved histories again, without running anything. */
export async function judgeAgain(lesson: Lesson, histories: readonly History[]): Promise<Judged> {
  const { properties } = await loadCheck(lesson);
  const durationMs = Math.max(0, ...histories.map((history) => history.events.at(-1)?.t ?? 0));
  return { ...judgement(properties, histories), durationMs };
}

function judgement(properties: readonly Property[], histories: readonly History[]) {
  const findings = judgeAll(properties, histories);
  return { kind: 'judged', verdict: verdictOf(findings, histories), findings, histories } as const;
}

function noScenario(name: string, names: readonly string[], { number }: Lesson): Extract<Judged, { kind: 'cannot' }> {
  return {
    kind: 'cannot',
    what: `lesson ${number} has no scenario “${name}”`,
    why: `Its scenarios are ${names.map((each) => `“${each}”`).join(', ')}.`,
    next: `npm run check ${number} -- --scenario "${nearest(name, names) ?? names[0]}"`,
  };
}

/** Said before anything is started: the scenario that found no port would end the others. */
function tooFew(
  { from, to }: PortRange,
  scenarios: readonly Scenario[],
  { number }: Lesson,
): Extract<Judged, { kind: 'cannot' }> | null {
  const needed = scenarios.reduce((sum, scenario) => sum + portsOf(scenario), 0);
  const given = to - from + 1;
  if (given >= needed) return null;
  return {
    kind: 'cannot',
    what: `${given === 1 ? `one port, ${from}, is` : `${given} ports are`} too few for lesson ${number}`,
    why: `The lesson runs your program ${scenarios.length === 1 ? 'once' : `${scenarios.length} times side by side`}, each on a port of its own: it needs ${needed} free ports.`,
    next: `give a wider range: npm run check ${number} -- --port-range ${wider(from, needed)}`,
  };
}

function wider(from: number, needed: number): string {
  const first = Math.min(from, 65_536 - needed);
  return `${first}-${first + needed - 1}`;
}

/** How long a program may keep the next scenario waiting; none boots so long on an idle machine. */
const HEAD_START_MS = 500;

/**
 * Runs the scenarios at the same time; the first that fails ends the others. Each starts when the one before it listens,
 * since programs that boot together all boot slowly.
 */
async function sideBySide(
  scenarios: readonly Scenario[],
  signal: AbortSignal,
  run: (scenario: Scenario, signal: AbortSignal, onListening: () => void) => Promise<void>,
): Promise<void> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  // every request that is under way listens to it
  setMaxListeners(0, either);
  const running: Promise<void>[] = [];
  for (const scenario of scenarios) {
    if (either.aborted) break;
    await new Promise<void>((next) => {
      const headStart = setTimeout(next, HEAD_START_MS);
      const over = run(scenario, either, next)
        .catch((error: unknown) => failed.abort(error))
        .finally(() => {
          clearTimeout(headStart);
          next();
        });
      running.push(over);
    });
  }
  await Promise.all(running);
  signal.throwIfAborted();
  failed.signal.throwIfAborted();
}

async function openScratch(
  file: string,
  given: Readonly<Record<string, string>>,
  signal: AbortSignal,
  ports?: PortRange,
): Promise<{ readonly kind: 'rig'; readonly rig: Rig; close(): Promise<void> } | Extract<Judged, { kind: 'cannot' }>> {
  const workbook = path.resolve(import.meta.dirname, '..', '..');
  const scratch = path.join(workbook, '.workbook', 'tmp');
  try {
    mkdirSync(scratch, { recursive: true });
    const opened = await openRig({ file, workbook, scratch, given, signal, ...(ports === undefined ? {} : { ports }) });
    switch (opened.kind) {
      case 'rig':
        return opened;
      case 'unreadable':
        return {
          kind: 'cannot',
          what: `${asTyped(opened.file)} cannot be read`,
          why: opened.why,
          next: 'give the path of a program: npm run check 3 -- --file PATH',
        };
      case 'syntax':
        return {
          kind: 'cannot',
          what: `${asTyped(opened.file)} does not compile`,
          why: `line ${opened.line}, column ${opened.column}: ${opened.message}\n${opened.frame}`,
          next: 'mend the line, save, and check again',
        };
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined || !['EACCES', 'EPERM', 'ENOSPC', 'EROFS', 'ENOTDIR', 'EEXIST', 'EDQUOT'].includes(code))
      throw error;
    const next =
      code === 'ENOSPC' || code === 'EDQUOT'
        ? 'make some room on this disk, then check again'
        : `make the folder ${asTyped(path.join(workbook, '.workbook'))} writable (or move it away), then check again`;
    return { kind: 'cannot', what: 'the check has nowhere to put its files', why: message, next };
  }
}

async function loadCheck(lesson: Lesson): Promise<Check> {
  return await load<Check>(lesson.check);
}

/** Relative to the folder that the learner is in, where that is shorter. */
function asTyped(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative.startsWith('..') ? file : relative;
}
