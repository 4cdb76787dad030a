// A picture as SVG: every place in time is a share of the width, so that it fits any window without being scaled.
import { count } from '../numbers.ts';
import { escape } from './escape.ts';
import { LABEL_ROWS } from './faults.ts';
import type { Mark } from './mark.ts';
import { COLUMNS, type Lane, type Picture } from './picture.ts';
import { place, type Span, ticksOf } from './span.ts';
import { hueOf } from './hue.ts';
import { stack } from './stack.ts';
import { at, mark, round, skyline, stretched, use } from './svg.ts';
import { moment } from './words.ts';

const LABEL = 15;
const CLIENTS = 26;
export const LANE = 46;
const BAR = 22;
/** From the top of a lane to its bar: messages are above it. */
const ABOVE = 17;
const AXIS = 22;
const STACK = 72;
const STEPS = 18;

/** Heights of the parts, from the top: names beside the picture stand at the same places. */
export interface Layout {
  readonly labels: number;
  readonly clients: number;
  readonly lanes: number;
  readonly axis: number;
  readonly stack: number;
  readonly steps: number;
}

export function layoutOf({ faults, marks, lanes, steps }: Picture): Layout {
  const rows = Math.min(LABEL_ROWS, Math.max(0, ...faults.map(({ row }) => (row ?? -1) + 1)));
  const drawn = new Set(lanes.map(({ pid }) => pid));
  return {
    labels: rows * LABEL + 8,
    clients: marks.some(({ pid }) => pid === null || !drawn.has(pid)) ? CLIENTS : 0,
    lanes: lanes.length * LANE,
    axis: AXIS,
    stack: STACK,
    steps: steps.length === 0 ? 0 : STEPS,
  };
}

export function draw(picture: Picture, label: string): string {
  const layout = layoutOf(picture);
  const { span, lanes } = picture;
  const top = layout.labels + layout.clients;
  const axis = top + layout.lanes;
  const height = axis + layout.axis + layout.stack + layout.steps;
  const tallest = Math.max(
    1,
    ...lanes.flatMap(({ pid }) => [...(picture.answered.by.get(pid) ?? [])]).map((each) => Math.ceil(each)),
  );
  return [
    `<svg class="run" width="100%" height="${height}" role="group" aria-label="${escape(label)}">`,
    ticks(span, layout.labels, axis),
    ...lanes.map((lane, index) => drawLane(lane, top + index * LANE, index, picture, tallest)),
    stack(picture, axis + layout.axis, layout.stack - 4),
    stepsOf(picture, axis + layout.axis + layout.stack),
    faultsOf(picture, axis + layout.axis + layout.stack),
    ...marksOf(picture, layout),
    '</svg>',
  ].join('\n');
}

function ticks(span: Span, from: number, to: number): string {
  return ticksOf(span)
    .map((t) => {
      const x = at(span, t);
      const anchor = place(span, t) < 0.03 ? ' text-anchor="start"' : place(span, t) > 0.97 ? ' text-anchor="end"' : '';
      const line = `<line class="grid" x1="${x}" x2="${x}" y1="${from}" y2="${to + 4}"/>`;
      return `${line}<text class="tick" x="${x}" y="${to + 16}"${anchor}>${t / 1000} s</text>`;
    })
    .join('');
}

function drawLane(lane: Lane, y: number, index: number, { span, answered }: Picture, tallest: number): string {
  const { forked, online, listening, leaving, ended, stranger } = lane;
  const end = ended?.t ?? span.to;
  const bar = y + ABOVE;
  const middle = bar + BAR / 2;
  const rect = (from: number, to: number, classes: string): string =>
    `<rect class="${classes}" x="${at(span, from)}" width="${round(100 * (place(span, to) - place(span, from)))}%" y="${bar}" height="${BAR}" rx="2"/>`;
  const line = (from: number, to: number, classes: string): string =>
    `<line class="${classes}" x1="${at(span, from)}" x2="${at(span, to)}" y1="${middle}" y2="${middle}"/>`;
  const parts = [rect(forked, end, 'hit')];
  if (stranger) parts.push(line(forked, end, 'forked'));
  else {
    const came = Math.min(listening ?? end, end);
    const woke = Math.min(online ?? came, came);
    parts.push(line(forked, woke, 'forked'), line(woke, came, 'online'));
    const goes = Math.max(came, Math.min(leaving ?? end, end));
    if (listening !== null && came < end) {
      parts.push(rect(came, goes, index === 0 ? 'primary' : 'listening'));
      if (leaving !== null && goes < end) parts.push(rect(goes, end, 'draining'));
    }
  }
  const row = answered.by.get(lane.pid);
  if (row) parts.push(density(row, tallest, bar, hueOf(index)));
  parts.push(`<circle class="born" cx="${at(span, forked)}" cy="${middle}" r="3.5"/>`);
  if (ended) parts.push(use(ended.planned ? 'left' : 'died', at(span, ended.t), middle));
  return mark(`lane${ended && !ended.planned ? ' died' : ''}`, index + 1, lane.findings, lane.words, parts.join(''));
}

/** Whatever was answered at all is seen, however little it is. */
function density(row: Float64Array, tallest: number, y: number, hue: string): string {
  const heights = [...row].map((each) => (each < 0.01 ? 0 : Math.max(3, (each / tallest) * BAR)));
  return stretched(y, BAR, COLUMNS, `<path class="${hue}" d="${skyline(heights, BAR)}"/>`);
}

function stepsOf({ steps, span }: Picture, y: number): string {
  return steps
    .map(({ t }, index) => {
      const to = steps[index + 1]?.t ?? span.to;
      const width = round(100 * (place(span, to) - place(span, t)));
      const x = at(span, t);
      return `<rect class="step" x="${x}" width="${width}%" y="${y + 2}" height="14"/><svg x="${x}" y="${y}" width="${width}%" height="${STEPS}"><text class="tick" x="50%" y="13">${index + 1}</text></svg>`;
    })
    .join('');
}

function faultsOf({ faults, span, stop }: Picture, bottom: number): string {
  const lines = faults.map(({ t, label, row, before, words, findings, hard }) => {
    const x = at(span, t);
    const y = row === null ? 0 : row * LABEL;
    const text =
      row === null
        ? ''
        : `<text class="name" x="${x}" y="${y + 12}" dx="${before ? -4 : 4}" text-anchor="${before ? 'end' : 'start'}">${escape(label)}</text>`;
    const from = row === null ? LABEL_ROWS : y + 2;
    const line = `<line x1="${x}" x2="${x}" y1="${from}" y2="${bottom}"/>`;
    return mark(`fault${hard ? ' hard' : ''}`, -1, findings, `${moment(t)}: ${words}`, `${line}${text}`);
  });
  if (stop) {
    const x = at(span, stop.t);
    const words = `${moment(stop.t)}: the checker ended the program (${stop.signal})`;
    lines.push(mark('fault', -1, [], words, `<line x1="${x}" x2="${x}" y1="2" y2="${bottom}"/>`));
  }
  return lines.join('\n');
}

function marksOf(picture: Picture, layout: Layout): string[] {
  const rows = new Map(picture.lanes.map(({ pid }, index) => [pid, index]));
  return picture.marks.map((each) => {
    const lane = each.pid === null ? undefined : rows.get(each.pid);
    const top = lane === undefined ? layout.labels : layout.labels + layout.clients + lane * LANE;
    const row = lane === undefined ? 0 : lane + 1;
    const middle = top + (lane === undefined ? CLIENTS / 2 : heightOf(each));
    const x = at(picture.span, each.t);
    const number =
      each.count === 1 ? '' : `<text class="times" x="${x}" y="${middle + 4}" dx="7">${count(each.count)}</text>`;
    return mark(
      each.kind,
      row,
      each.findings,
      `${moment(each.t)}: ${each.words}`,
      `${use(each.kind, x, middle)}${number}`,
    );
  });
}

/** Messages above the bar, errors in it, requests at its lower edge: what comes together does not cover each other. */
function heightOf(each: Mark): number {
  if (isMessage(each)) return ABOVE / 2;
  return each.kind === 'error' ? ABOVE + BAR / 2 : ABOVE + BAR;
}

function isMessage({ kind }: Mark): boolean {
  return kind === 'up' || kind === 'down' || kind === 'unheard-up' || kind === 'unheard-down';
}
