// What came of the matrix, in words: a line for each specimen, those that got through or failed wrongly, and the total.
// Pure, so that it can be asked what it would say with a property taken away.
import { relative } from 'node:path';
import { pad } from '#reader';
import { duration } from '#report';
import type { Must, Outcome } from '../trial/compare.ts';
import { called, type Known } from '../trial/known.ts';
import type { Row } from './rows.ts';
import { changes, type Telling } from './transcript.ts';

export interface Account {
  /** What is not as it must be, each with what was expected and what came, as lines. */
  readonly troubles: readonly (readonly string[])[];
  /** `right N/N passed, wrong M/M caught by the intended clause`. */
  readonly total: string;
  readonly exitCode: 0 | 1;
}

const NAME = 44;

export function lineOf({ known, outcome, findings, durationMs, stretch, tries, telling }: Row): string {
  const broken = findings.filter(({ status }) => status === 'broken').map(({ id }) => id);
  const mark = outcome.kind === 'as it must' && !isRetold(telling) ? '✔' : '✖';
  const said = broken.length > 0 ? broken.join(' ') : outcome.kind === 'as it must' ? 'passed' : outcome.kind;
  const notes = [
    ...(tries > 1 ? [`asked ${tries} times`] : []),
    ...(stretch >= 2 ? [`machine ${stretch.toFixed(1)} times slower than when idle`] : []),
  ];
  const line = `  ${mark} ${pad(called(known), NAME)} ${pad(said, 24)} ${duration(durationMs).padStart(7)}`;
  return [line, ...notes].join('   ');
}

/** `without`: as if this property were not there. */
export function accountOf(rows: readonly Row[], without: string | null = null): Account {
  const seen = without === null ? rows : rows.map((row) => lessOf(row, without));
  const right = seen.filter(({ known }) => known.must.verdict === 'passed');
  const wrong = seen.filter(({ known }) => known.must.verdict === 'failed');
  const good = (some: readonly Row[]) => some.filter(({ outcome }) => outcome.kind === 'as it must').length;
  const troubles = seen.map(troubleOf).filter((lines) => lines.length > 0);
  return {
    troubles,
    total: `right ${good(right)}/${right.length} passed, wrong ${good(wrong)}/${wrong.length} caught by the intended clause`,
    // with nothing judged nothing is well
    exitCode: seen.length > 0 && troubles.length === 0 ? 0 : 1,
  };
}

/** The specimens that are not caught as they must be once this property is taken away; none where nobody needs it. */
export function neededBy(rows: readonly Row[], property: string): readonly string[] {
  return rows
    .filter(({ outcome, without }) => outcome.kind === 'as it must' && isLost(without.get(property)))
    .map(({ known }) => called(known));
}

function isLost(outcome: Outcome | undefined): boolean {
  return outcome !== undefined && outcome.kind !== 'as it must';
}

function lessOf(row: Row, property: string): Row {
  const findings = row.findings.filter(({ id }) => id !== property);
  return { ...row, findings, outcome: row.without.get(property) ?? row.outcome, telling: null };
}

function troubleOf({ known, outcome, findings, run, telling }: Row): readonly string[] {
  const again = commandOf(known);
  if (outcome.kind === 'as it must') {
    if (telling === null || !isRetold(telling)) return [];
    if (telling.recorded === null) return [`✖ ${called(known)} has no transcript`, `    next      ${again} --record`];
    return [
      `✖ ${called(known)} is told something else than was recorded`,
      ...changes(telling.recorded, telling.now).map((line) => `    ${line}`),
      `    next      where that is meant: ${again} --record`,
    ];
  }
  const broken = findings.filter(({ status }) => status === 'broken').map(({ id }) => id);
  return [
    `✖ ${called(known)} ${fate(known.must, outcome, broken)}`,
    `    expected  ${wanted(known.must)}`,
    `    observed  ${reason(outcome)}`,
    ...(run === null ? [] : [`    history   ${run}`]),
    `    next      ${again}`,
  ];
}

/** What judges it once more. */
function commandOf({ lesson, name, file }: Known): string {
  const [folder, specimen] = name.split('/');
  return folder !== undefined && specimen !== undefined
    ? `npm run specimens -- --lesson ${lesson.number} --only ${specimen}`
    : `npm run check ${lesson.number} -- --file ${relative(lesson.root, file)}`;
}

function isRetold(telling: Telling | null): boolean {
  return telling !== null && (telling.recorded === null || changes(telling.recorded, telling.now).length > 0);
}

function fate(must: Must, outcome: Outcome, broken: readonly string[]): string {
  switch (outcome.kind) {
    case 'inconclusive':
      return 'could not be judged';
    case 'fault':
      return 'was not judged: the workbook failed';
    default:
      return 'breaks' in must && !must.breaks.every((id) => broken.includes(id)) ? 'got through' : 'failed wrongly';
  }
}

function wanted(must: Must): string {
  if (must.verdict === 'passed') return 'passed';
  if ('first' in must) return `failed, ${must.first} first`;
  const others = must.mayBreak.length > 0 ? ` (and perhaps ${must.mayBreak.join(', ')})` : '';
  return `failed, for ${must.breaks.join(' and ')}${others}`;
}

function reason(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'as it must':
      return 'as it must';
    case 'inconclusive':
      return `inconclusive: ${outcome.reasons.join('; ')}`;
    case 'wrong':
    case 'fault':
      return outcome.why;
  }
}
