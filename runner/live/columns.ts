// Answers over time: a number for each tenth of a second, as far back as the page shows.

/** ms of one column. */
export const COLUMN_MS = 100;
/** ms that the page can show and step back through. */
export const WINDOW_MS = 120_000;

const MOST = WINDOW_MS / COLUMN_MS;

/** `counts[i]` belongs to the time from `(first + i) * COLUMN_MS`; what is not in it is 0. */
export interface Columns {
  readonly first: number;
  readonly counts: readonly number[];
}

export const NO_COLUMNS: Columns = { first: 0, counts: [] };

export function columnAt(t: number): number {
  return Math.max(0, Math.floor(t / COLUMN_MS));
}

/** What was counted over some time is spread evenly over that time, in whole numbers whose sum is `count`. */
export function spread(columns: Columns, count: number, from: number, to: number): Columns {
  if (count <= 0) return columns;
  const last = columnAt(to);
  const start = Math.max(columnAt(Math.min(from, to)), last - MOST + 1);
  const begin = Math.max(from, start * COLUMN_MS);
  const length = Math.max(to - begin, 1e-9);
  const { first, counts } = reaching(columns, start, last);
  let told = 0;
  for (let column = start; column <= last; column += 1) {
    const until = column === last ? count : Math.round((count * ((column + 1) * COLUMN_MS - begin)) / length);
    counts[column - first] = (counts[column - first] ?? 0) + until - told;
    told = until;
  }
  return { first, counts };
}

/** Without what is older than the page shows at `t`. */
export function trimmed(columns: Columns, t: number): Columns {
  const oldest = columnAt(t) - MOST + 1;
  if (columns.first >= oldest || columns.counts.length === 0) return columns;
  const counts = columns.counts.slice(oldest - columns.first);
  return counts.length === 0 ? NO_COLUMNS : { first: oldest, counts };
}

/** A copy that has a place for each column from `start` to `last`, and none that is too old. */
function reaching({ first, counts }: Columns, start: number, last: number): { first: number; counts: number[] } {
  const oldest = last - MOST + 1;
  const from = counts.length === 0 ? start : Math.max(oldest, Math.min(first, start));
  const kept = counts.length === 0 ? [] : counts.slice(Math.max(0, from - first));
  if (counts.length > 0 && first > from) kept.unshift(...Array<number>(first - from).fill(0));
  while (kept.length <= last - from) kept.push(0);
  return { first: from, counts: kept };
}
