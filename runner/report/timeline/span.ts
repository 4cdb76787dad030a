// The axis of time that all parts of one picture share.

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Where a moment is, from 0 to 1; what comes later is at the end. */
export function place({ from, to }: Span, t: number): number {
  return Math.min(1, Math.max(0, (t - from) / Math.max(1, to - from)));
}

/** Which of so many equal columns a moment is in. */
export function columnOf(span: Span, t: number, columns: number): number {
  return Math.min(columns - 1, Math.floor(place(span, t) * columns));
}

/** Round moments to be written at the axis, between 4 and 10 of them. */
export function ticksOf({ from, to }: Span): number[] {
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 60_000].find(
    (each) => (to - from) / each <= 9,
  );
  const every = step ?? (to - from) / 9;
  const first = Math.ceil(from / every);
  return Array.from({ length: Math.max(0, Math.floor(to / every) - first + 1) }, (_, i) => (first + i) * every);
}
