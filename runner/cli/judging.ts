// One check from the program to the result: judged, type-checked beside it, saved, remembered. Prints nothing but steps.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Finding } from '#checker';
import type { CheckResult, Obstacle, TypeProblem } from '#report';
import { addToJournal, type Lesson } from '#workbook';
import type { Judged } from './judge.ts';
import type { Program } from './program.ts';
import { saveRun, type SavedRun } from './runs.ts';
import type { Surroundings } from './surroundings.ts';
import { startTypeCheck } from './typecheck.ts';

export interface Ports {
  readonly from: number;
  readonly to: number;
}

export interface Request {
  readonly lesson: Lesson;
  readonly title: string;
  readonly program: Program;
  readonly signal: AbortSignal;
  readonly onStep: (scenario: string, text: string) => void;
  readonly onFinding: (finding: Finding) => void;
  readonly ports: Ports | null;
  readonly types: boolean;
  readonly keep: boolean;
  /** These only, by their names: a check that leaves some out does not count. */
  readonly scenarios: readonly string[] | null;
}

export type Outcome =
  | {
      readonly kind: 'result';
      readonly result: CheckResult;
      readonly run: SavedRun | null;
      /** What else went wrong, none of it the verdict's affair. */
      readonly troubles: readonly string[];
    }
  | { readonly kind: 'cannot'; readonly obstacle: Obstacle }
  | { readonly kind: 'interrupted' };

/** A verdict that is there is never held up longer than this for the sake of types. */
const PATIENCE_MS = 300;

/** Ends with `interrupted` when `signal` is aborted, after the program was stopped. */
export async function judgeProgram(request: Request, surroundings: Surroundings): Promise<Outcome> {
  const { lesson, title, program, signal } = request;
  const hash = createHash('sha256')
    .update(await readFile(program.file))
    .digest('hex');
  const types = request.types ? startTypeCheck(program.file, lesson.root) : null;
  try {
    const judged = await judgeOrNull(request, surroundings);
    if (!judged || signal.aborted) return { kind: 'interrupted' };
    if (judged.kind === 'cannot') return { kind: 'cannot', obstacle: judged };
    const typeErrors: readonly TypeProblem[] | null = types ? await types.answer(PATIENCE_MS) : null;
    const result = toResult(judged, { number: lesson.number, slug: lesson.slug, title }, program.shown, typeErrors);
    const troubles =
      types && typeErrors === null && /\.[cm]?ts$/.test(program.file)
        ? ['Types were not checked in time; left out.']
        : [];
    let run: SavedRun | null = null;
    try {
      run = await saveRun(lesson, judged.histories, request.keep);
    } catch (error) {
      troubles.push(`The run could not be saved: ${(error as Error).message}`);
    }
    if (program.counts && request.scenarios === null) troubles.push(...(await remember(lesson, judged, hash)));
    return { kind: 'result', result, run, troubles };
  } finally {
    types?.stop();
  }
}

export function toResult(
  judged: Judged & { kind: 'judged' },
  lesson: CheckResult['lesson'],
  file: string,
  typeErrors: CheckResult['typeErrors'],
): CheckResult {
  const { verdict, durationMs, findings, histories } = judged;
  return { lesson, file, verdict, durationMs, findings, histories, typeErrors };
}

async function judgeOrNull(request: Request, { judge }: Surroundings): Promise<Judged | null> {
  const { lesson, program, signal, onStep, onFinding, ports, scenarios } = request;
  try {
    return await judge({
      lesson,
      file: program.file,
      signal,
      onStep,
      onFinding,
      ...(ports ? { ports } : {}),
      ...(scenarios ? { only: scenarios } : {}),
    });
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  }
}

async function remember(lesson: Lesson, judged: Judged & { kind: 'judged' }, hash: string): Promise<string[]> {
  const broken = judged.findings.filter((finding) => finding.status === 'broken').map((finding) => finding.id);
  const trouble = await addToJournal(lesson, { kind: 'verdict', verdict: judged.verdict, hash, broken });
  return trouble ? [trouble] : [];
}
