// Where things stand in a picture: heights from the top, and places of moments from the left, in pixels.
import type { Cut } from './scene.ts';

export interface Layout {
  readonly width: number;
  /** Pixels for one of the usual size of type. */
  readonly unit: number;
  /** Height of the rows for the names of faults; they come first. */
  readonly labels: number;
  readonly labelRow: number;
  readonly labelRows: number;
  /** For requests of which nobody knows whose they were; 0 where there are none. */
  readonly clients: number;
  /** Of one lane; `above` from its top to its bar. */
  readonly lane: number;
  readonly above: number;
  readonly bar: number;
  readonly lanes: number;
  readonly axis: number;
  readonly stack: number;
  readonly height: number;
}

/** At most so many rows of names stand above each other, where there is room for them. */
const LABEL_ROWS = 3;

/** Of a lane, in pixels of the usual size of type. */
const LOWEST = 20;
const HIGHEST = 72;
/** So high it is read from the back of a room. */
const READABLE = 26;
const LEAST_ROWS = 9;

export interface Needs {
  readonly width: number;
  readonly unit: number;
  /** Height that there is without scrolling; lanes share it, as far as that is good to look at. */
  readonly room: number;
  readonly lanes: number;
  readonly clients: boolean;
  /** Room is scarce: two pictures share the page, or it is shown in a class. */
  readonly dense: boolean;
}

/** As many rows as can be read without scrolling; at least a primary and four workers with their replacements. */
export function rowsFor(needs: Omit<Needs, 'lanes' | 'clients'>): number {
  const { labels, axis, stack } = fixedOf({ ...needs, lanes: LEAST_ROWS + 1, clients: false });
  return Math.max(LEAST_ROWS, Math.floor((needs.room - labels - axis - stack) / (READABLE * needs.unit)));
}

function fixedOf({ unit, lanes, clients, dense }: Needs) {
  const labelRows = dense || lanes > 6 ? 2 : LABEL_ROWS;
  return {
    labelRows,
    labels: (labelRows * 15 + 6) * unit,
    clients: clients ? 24 * unit : 0,
    axis: 20 * unit,
    stack: (dense ? 48 : 60) * unit,
  };
}

export function layoutOf(needs: Needs): Layout {
  const { width, unit, room, lanes } = needs;
  const fixed = fixedOf(needs);
  const { labels, axis, stack } = fixed;
  const fair = (room - labels - fixed.clients - axis - stack) / Math.max(1, lanes);
  const lane = Math.round(Math.min(HIGHEST * unit, Math.max(LOWEST * unit, fair)));
  const all = Math.max(1, lanes) * lane;
  return {
    width,
    unit,
    labelRow: 15 * unit,
    ...fixed,
    lane,
    above: Math.round(lane * 0.34),
    bar: Math.round(lane * 0.52),
    lanes: all,
    height: labels + fixed.clients + all + axis + stack,
  };
}

export function topOfLane({ labels, clients, lane }: Layout, index: number): number {
  return labels + clients + index * lane;
}

/** Where a moment is. A run that is shorter than what is shown grows from the left, then it moves on. */
export interface Scale {
  readonly from: number;
  readonly to: number;
  readonly at: number;
  readonly x: (t: number) => number;
}

export function scaleOf({ at, span }: Cut, width: number): Scale {
  const from = Math.max(0, at - span);
  return { from, to: from + span, at, x: (t) => round(((t - from) / span) * width) };
}

/** Round moments to be written at the axis. */
export function ticksOf({ from, to }: Scale, width: number): number[] {
  const step = [1000, 2000, 5000, 10_000, 20_000, 60_000].find((each) => ((to - from) / each) * 60 <= width) ?? 60_000;
  const first = Math.ceil(from / step);
  return Array.from({ length: Math.max(0, Math.floor(to / step) - first + 1) }, (_, i) => (first + i) * step);
}

export function round(number: number): number {
  return Math.round(number * 10) / 10;
}
