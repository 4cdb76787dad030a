// Answered requests over time, by the process that answered: the density in a lane, and the stack below.
import type { Event, History } from '#history';
import type { Generation } from './generations.ts';
import { isAnswer, type Owner } from './requests.ts';
import { columnOf, place, type Span } from './span.ts';

export interface Answered {
  readonly columns: number;
  /** By pid; under null what is told of no process of the picture: autocannon counts without pids, and a body may lie. */
  readonly by: ReadonlyMap<number | null, Float64Array>;
}

/** What was counted over some time is spread evenly over that time, as far as its process listened then. */
export function answeredIn(
  history: History,
  span: Span,
  columns: number,
  generations: readonly Generation[],
  owner: Owner,
): Answered {
  const by = new Map<number | null, Float64Array>();
  const known = new Map(generations.map((generation) => [generation.pid, generation]));
  for (const event of history.events) {
    const answers = answersOf(event, owner);
    if (answers === null) continue;
    const generation = known.get(answers.pid ?? -1);
    const key = generation?.pid ?? null;
    const row = by.get(key) ?? new Float64Array(columns);
    by.set(key, row);
    const from = Math.min(answers.to, Math.max(answers.from, generation?.listening ?? 0));
    spread(
      row,
      { ...answers, from, to: Math.max(from, Math.min(answers.to, generation?.ended?.t ?? answers.to)) },
      span,
    );
  }
  return { columns, by };
}

export function sumOf(row: Float64Array | undefined): number {
  return Math.round((row ?? new Float64Array()).reduce((sum, each) => sum + each, 0));
}

interface Answers {
  readonly pid: number | null;
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

function answersOf(event: Event, owner: Owner): Answers | null {
  switch (event.kind) {
    case 'request':
      return isAnswer(event) ? { pid: owner(event) ?? event.pid, from: event.end, to: event.end, count: 1 } : null;
    case 'answers':
      return { pid: event.pid, from: event.since, to: event.t, count: event.count };
    case 'pressure':
      return { pid: null, from: event.since, to: event.t, count: event.ok };
    default:
      return null;
  }
}

function spread(row: Float64Array, { from, to, count }: Answers, span: Span): void {
  const first = columnOf(span, from, row.length);
  const last = columnOf(span, to, row.length);
  const begin = place(span, from) * row.length;
  const end = place(span, to) * row.length;
  for (let column = first; column <= last; column += 1) {
    const share =
      first === last ? 1 : (Math.min(end, column + 1) - Math.max(begin, column)) / Math.max(end - begin, 1e-9);
    row[column] = (row[column] ?? 0) + count * share;
  }
}
