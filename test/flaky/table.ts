// The account at the end: a line for each program, the totals, and every verdict that was not what it must be.
import { pad } from '#reader';
import { count, duration } from '#report';
import type { Trialled } from './records.ts';
import { percent, tally, type Tally } from './tally.ts';

const HEADS = ['program', 'runs', 'wrong', 'faults', 'inconclusive', 'p50', 'p90', 'max'] as const;

export function renderTable(tallies: readonly Tally[], total: Tally): string {
  const rows = [HEADS, ...tallies.map(cells), cells(total)];
  const widths = HEADS.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const lines = rows.map((row) => row.map((cell, column) => aligned(cell, widths[column] ?? 0, column)).join('  '));
  const rule = '-'.repeat(widths.reduce((sum, width) => sum + width + 2, -2));
  return [lines[0], rule, ...lines.slice(1, -1), rule, lines.at(-1)].join('\n');
}

function cells({ program, runs, wrong, faults, inconclusive, durations }: Tally): readonly string[] {
  const { p50, p90, max } = durations ?? {};
  return [program, count(runs), ...[wrong, faults, inconclusive].map(orDot), ...[p50, p90, max].map(time)];
}

// A zero is what one hopes for: it must not look like the others.
function orDot(number: number): string {
  return number === 0 ? '·' : count(number);
}

function time(ms: number | undefined): string {
  return ms === undefined ? '' : duration(ms);
}

function aligned(cell: string, width: number, column: number): string {
  return column === 0 ? pad(cell, width) : cell.padStart(width);
}

/** Nothing where all was said as it must be. */
export function renderSurprises(records: readonly Trialled[]): string {
  const wrong = records.flatMap(({ program, outcome, kept }) =>
    outcome.kind === 'wrong' || outcome.kind === 'fault'
      ? [`${outcome.kind}  ${program}: ${outcome.why}${kept === null ? '' : `\n       ${kept}`}`]
      : [],
  );
  return [...wrong, ...renderReasons(records)].join('\n');
}

/** Each reason once, with how often it came: the numbers in it are of a single run. */
function renderReasons(records: readonly Trialled[]): readonly string[] {
  const times = new Map<string, number>();
  for (const { program, outcome } of records) {
    if (outcome.kind !== 'inconclusive') continue;
    for (const reason of outcome.reasons) {
      const [id = '', ...rest] = reason.split(' ');
      const line = `${program}: ${id} ${rest.join(' ').replaceAll(/\d[\d,.]*/g, '#')}`;
      times.set(line, (times.get(line) ?? 0) + 1);
    }
  }
  return [...times].map(([line, often]) => `inconclusive  ${often} ×  ${line}`);
}

export function renderSummary(records: readonly Trialled[], programs: number, busy: boolean): string {
  const { runs, wrong, inconclusive } = tally('', records);
  const pauses = records.reduce((sum, each) => sum + each.pauses, 0);
  const share = runs === 0 ? '' : ` (${percent(inconclusive / runs)})`;
  const how = busy ? `all cores busy, ${count(pauses)} pauses` : 'cores left alone';
  return `${count(runs)} runs of ${count(programs)} programs, ${how}: ${wrong} wrong, ${inconclusive} inconclusive${share}`;
}
