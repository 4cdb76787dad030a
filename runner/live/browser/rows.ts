// Which processes have a row of the picture: all that live, and where there are too many, the first that ended share one.
import type { LaneAt } from './scene.ts';

export interface Rows {
  readonly drawn: readonly LaneAt[];
  /** They have a row together, after the first one. */
  readonly folded: readonly LaneAt[];
  /** Of each process, by its pid. */
  readonly rows: ReadonlyMap<number, number>;
  readonly count: number;
}

export function rowsOf(all: readonly LaneAt[], most: number): Rows {
  const over = all
    .filter(({ phase }) => phase === 'left' || phase === 'dead')
    .toSorted((one, other) => one.since - other.since);
  // one that is folded saves nothing
  const tooMany = all.length > most ? Math.min(over.length, all.length - most + 1) : 0;
  const folded = tooMany > 1 ? over.slice(0, tooMany) : [];
  const drawn = all.filter((each) => !folded.includes(each));
  const rows = new Map([
    ...folded.map(({ lane }): [number, number] => [lane.pid, 1]),
    ...drawn.map(({ lane }, index): [number, number] => [
      lane.pid,
      index === 0 || folded.length === 0 ? index : index + 1,
    ]),
  ]);
  return { drawn, folded, rows, count: drawn.length + (folded.length > 0 ? 1 : 0) };
}
