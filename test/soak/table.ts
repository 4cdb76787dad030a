// The account at the end: a line for each program, and why rounds did not come to their end. Pure.
import type { LossClass } from '#history';
import { pad } from '#reader';
import { count } from '#report';
import type { Deed } from './programs.ts';
import { sumOf, type Tally } from './tally.ts';

export interface Row {
  readonly deed: Deed;
  readonly program: string;
  readonly tally: Tally;
}

const CLASSES: readonly (readonly [head: string, how: LossClass])[] = [
  ['refused', 'refused'],
  ['reset', 'reset'],
  ['closed', 'closed'],
  ['cut', 'cut'],
  ['hanging', 'hanging'],
  ['error', 'answered with an error'],
];

const HEADS = [
  '',
  'rounds',
  'requests',
  'lost',
  ...CLASSES.map(([head]) => head),
  'lossy rounds',
  'not over',
  'left behind',
];

export function renderTable(rows: readonly Row[]): string {
  const lines = [HEADS, ...rows.map(cells)];
  const widths = HEADS.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => (column === 0 ? pad(cell, widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  '),
    )
    .join('\n');
}

function cells({ deed, program, tally }: Row): readonly string[] {
  const { rounds, requests, lost, lossy, open, left } = tally;
  const counts = [sumOf(lost), ...CLASSES.map(([, how]) => lost[how] ?? 0), lossy, open, left];
  return [`${deed}  ${program}`, count(rounds), count(requests), ...counts.map(orDot)];
}

// A zero is what one hopes for: it must not look like the others.
function orDot(number: number): string {
  return number === 0 ? '·' : count(number);
}

/** Nothing where all rounds came to their end. */
export function renderReasons(rows: readonly Row[]): string {
  return rows
    .flatMap(({ deed, program, tally }) =>
      [...tally.reasons].map(([reason, often]) => `not over  ${often} ×  ${deed}  ${program}: ${reason}`),
    )
    .join('\n');
}
