// A line for each program, a column for each version of Node. Pure.
import { pad } from '#reader';
import { duration } from '#report';
import type { Outcome } from '../trial/compare.ts';

export interface Cell {
  readonly program: string;
  readonly node: string;
  readonly outcome: Outcome;
  readonly durationMs: number;
}

/** What was not tried is left empty. */
export function renderVersions(programs: readonly string[], nodes: readonly string[], cells: readonly Cell[]): string {
  const rows = [
    ['', ...nodes.map((node) => `Node ${node.replace(/^v/, '')}`)],
    ...programs.map((program) => [program, ...nodes.map((node) => shown(cells, program, node))]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) => pad(cell, widths[column] ?? 0))
        .join('   ')
        .trimEnd(),
    )
    .join('\n');
}

function shown(cells: readonly Cell[], program: string, node: string): string {
  const cell = cells.find((each) => each.program === program && each.node === node);
  if (cell === undefined) return '-';
  return cell.outcome.kind === 'as it must' ? `ok ${duration(cell.durationMs)}` : cell.outcome.kind.toUpperCase();
}
