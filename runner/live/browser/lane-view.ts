// One process in the picture: its phases, what it answered, and its end.
import { draw, keyed, set } from './element.ts';
import { type Layout, round, type Scale } from './layout.ts';
import { barsOf, type Cut, type LaneAt, lifeInWords } from './scene.ts';

/** Colours come again after a few, and nothing is told by them alone. */
const HUES = 6;

export function hueOf(worker: number | null): string {
  return worker === null ? 'c' : `c${((worker - 1) % HUES) + 1}`;
}

export interface LaneScene {
  readonly each: LaneAt;
  readonly cut: Cut;
  readonly layout: Layout;
  readonly scale: Scale;
  /** Top of the lane. */
  readonly y: number;
  readonly row: number;
  /** Answers in one bar that fill the lane's height. */
  readonly most: number;
  readonly chosen: boolean;
}

interface Parts {
  readonly hit: Element;
  readonly forked: Element;
  readonly online: Element;
  readonly bar: Element;
  readonly draining: Element;
  readonly density: Element;
  readonly frozen: (
    items: readonly (readonly [string, { from: number; to: number; y: number; bar: number }])[],
  ) => void;
  readonly born: Element;
  readonly end: Element;
}

const partsOf = new WeakMap<Element, Parts>();

export function newLane(): SVGGElement {
  const cold = draw('g');
  const parts: Parts = {
    hit: draw('rect', { class: 'hit' }),
    forked: draw('line', { class: 'forked' }),
    online: draw('line', { class: 'online' }),
    bar: draw('rect', { rx: '2' }),
    draining: draw('rect', { class: 'draining', rx: '2' }),
    density: draw('path'),
    frozen: keyed(
      cold,
      () => draw('rect', { class: 'frozen' }),
      (rect, { from, to, y, bar }) => set(rect, { x: from, width: Math.max(0, to - from), y: y - 2, height: bar + 4 }),
    ),
    born: draw('circle', { class: 'born' }),
    end: draw('use'),
  };
  const { hit, forked, online, bar, draining, density, born, end } = parts;
  const group = draw('g', { role: 'img' }, hit, forked, online, bar, draining, density, cold, born, end);
  partsOf.set(group, parts);
  return group;
}

export function showLane(group: Element, scene: LaneScene): void {
  const parts = partsOf.get(group);
  if (parts === undefined) return;
  const { each, cut, layout, scale, row, chosen } = scene;
  const { lane } = each;
  const y = scene.y + layout.above;
  const middle = y + layout.bar / 2;
  const end = Math.min(lane.ended?.t ?? scale.at, scale.at);
  const primary = lane.label === 'primary';
  // another process is one of whom nothing is known but that it is there
  const came = primary ? lane.forked : lane.worker === null ? end : Math.min(lane.listening ?? end, end);
  const woke = Math.min(lane.online ?? came, came);
  const goes = Math.max(came, Math.min(lane.draining ?? end, end));
  const x = (t: number) => Math.max(0, scale.x(t));
  const width = (from: number, to: number) => Math.max(0, round(x(to) - x(from)));
  const line = (from: number, to: number) =>
    to > from && to > scale.from
      ? { x1: x(from), x2: x(to), y1: middle, y2: middle, visibility: null }
      : { visibility: 'hidden' };
  const rect = (from: number, to: number) =>
    to > from && to > scale.from
      ? { x: x(from), width: width(from, to), y, height: layout.bar, visibility: null }
      : { visibility: 'hidden' };

  set(group, {
    class: `m lane${each.phase === 'dead' ? ' died' : ''}${chosen ? ' chosen' : ''}`,
    'data-row': row,
    'data-pid': lane.pid,
    'data-worker': each.phase === 'dead' || each.phase === 'left' ? null : lane.worker,
    'aria-label': lifeInWords(each, scale.at),
  });
  set(parts.hit, { x: x(lane.forked), width: width(lane.forked, end), y: scene.y, height: layout.lane });
  set(parts.forked, line(lane.forked, woke));
  set(parts.online, line(woke, came));
  set(parts.bar, { class: primary ? 'primary' : 'listening', ...rect(came, goes) });
  set(parts.draining, rect(goes, end));
  set(parts.density, { class: hueOf(lane.worker), d: densityOf(scene, y) });
  parts.frozen(
    lane.frozen
      .filter(({ from, to }) => from < scale.at && (to ?? scale.at) > scale.from)
      .map(({ from, to }) => [
        String(from),
        { from: x(from), to: x(Math.min(to ?? scale.at, scale.at)), y, bar: layout.bar },
      ]),
  );
  set(parts.born, {
    cx: scale.x(lane.forked),
    cy: middle,
    r: 3.5,
    visibility: lane.forked < scale.from ? 'hidden' : null,
  });
  const over = lane.ended !== null && lane.ended.t <= cut.at;
  set(parts.end, {
    href: lane.ended?.planned ? '#left' : '#died',
    transform: `translate(${over ? scale.x(end) : 0} ${middle}) scale(${layout.unit})`,
    visibility: over && end >= scale.from ? null : 'hidden',
  });
}

/** Whatever was answered at all is seen, however little it is. */
function densityOf({ each, cut, layout, scale, most }: LaneScene, y: number): string {
  const { from, every, counts } = barsOf(each.lane.columns, cut.at, cut.span);
  const heights = counts.map((number) =>
    number === 0 ? 0 : Math.max(3, Math.round(Math.min(1, number / most) * layout.bar)),
  );
  return skyline(heights, (index) => Math.max(0, scale.x(from + index * every)), y + layout.bar);
}

/** Closed outline of columns that stand on the ground. */
export function skyline(heights: readonly number[], x: (index: number) => number, ground: number): string {
  let path = '';
  let before = 0;
  for (let index = 0; index <= heights.length; index += 1) {
    const height = heights[index] ?? 0;
    if (height === before) continue;
    path += path === '' ? `M${x(index)} ${ground}` : `H${x(index)}`;
    path += `V${round(ground - height)}`;
    before = height;
  }
  return path;
}
