// Throughput below the lanes, on the same axis: how much was answered at each time, by the process that answered.
import { draw, keyed, set } from './element.ts';
import { hueOf, skyline } from './lane-view.ts';
import { type Layout, round, type Scale } from './layout.ts';
import { type Bars, barsOf, type Cut, type LaneAt, roundUp } from './scene.ts';
import { count, moment, plural } from './words.ts';

/** Of which it is not known who answered. */
export const NOT_TOLD = 'not told by process';
/** What can be pointed at: so many bars at a time. */
const BARS = 10;

export interface Layer {
  readonly key: string;
  readonly label: string;
  readonly hue: string;
  readonly bars: Bars;
}

export function layersOf(cut: Cut, lanes: readonly LaneAt[]): Layer[] {
  const told = lanes.map(({ lane }) => ({
    key: `${lane.pid} ${lane.forked}`,
    label: lane.label,
    hue: hueOf(lane.worker),
    bars: barsOf(lane.columns, cut.at, cut.span),
  }));
  const untold = {
    key: 'untold',
    label: NOT_TOLD,
    hue: 'c0',
    bars: barsOf(cut.side.elsewhere.columns, cut.at, cut.span),
  };
  return [...told, untold].filter(({ bars }) => bars.counts.some((number) => number > 0));
}

/** Answers of all in one bar, where there are most, as a round number. */
export function peakOf(layers: readonly Layer[]): number {
  const [first] = layers;
  if (first === undefined) return 0;
  const sums = first.bars.counts.map((_, index) =>
    layers.reduce((sum, { bars }) => sum + (bars.counts[index] ?? 0), 0),
  );
  return roundUp(Math.max(...sums));
}

interface StackScene {
  readonly layers: readonly Layer[];
  readonly peak: number;
  readonly layout: Layout;
  readonly scale: Scale;
  readonly row: number;
}

export function openStack(): { readonly element: SVGGElement; readonly show: (scene: StackScene) => void } {
  const shapes = draw('g');
  const ground = draw('line', { class: 'ground', x1: '0' });
  const hits = draw('g');
  const paths = keyed<{ hue: string; d: string }, SVGPathElement>(
    shapes,
    () => draw('path'),
    (path, { hue, d }) => set(path, { class: hue, d }),
  );
  const parts = keyed<Part, SVGGElement>(
    hits,
    () => draw('g', { role: 'img' }, draw('rect', { class: 'hit' })),
    showPart,
  );
  return {
    element: draw('g', {}, shapes, ground, hits),
    show: ({ layers, peak, layout, scale, row }) => {
      const bottom = layout.height - 1;
      const height = layout.stack - 6;
      const sums: number[] = [];
      const drawn = layers.map(({ key, hue, bars }): [string, { hue: string; d: string }] => {
        const tops = bars.counts.map((number, index) => {
          const sum = (sums[index] ?? 0) + number;
          sums[index] = sum;
          return round((sum / Math.max(1, peak)) * height);
        });
        return [
          key,
          { hue, d: skyline(tops, (index) => Math.max(0, scale.x(bars.from + index * bars.every)), bottom) },
        ];
      });
      // each is drawn from the ground to its top, the uppermost first
      paths(drawn.reverse());
      set(ground, { x2: layout.width, y1: bottom, y2: bottom });
      parts(partsOf({ layers, peak, layout, scale, row }));
    },
  };
}

interface Part {
  readonly x: number;
  readonly width: number;
  readonly y: number;
  readonly height: number;
  readonly row: number;
  readonly words: string;
}

function partsOf({ layers, layout, scale, row }: StackScene): [string, Part][] {
  if (layers.length === 0) return [];
  const length = BARS * (layers[0]?.bars.every ?? 1);
  const first = Math.floor(scale.from / length);
  return Array.from({ length: Math.ceil((scale.to - scale.from) / length) + 1 }, (_, index): [string, Part][] => {
    const from = (first + index) * length;
    const to = from + length;
    const sums = layers.map(({ label, bars }) => ({ label, sum: sumOf(bars, from, to) })).filter(({ sum }) => sum > 0);
    const total = sums.reduce((sum, each) => sum + each.sum, 0);
    if (total === 0) return [];
    const x = Math.max(0, scale.x(from));
    const named = sums.map(({ label, sum }) => `${label}: ${count(sum)}`).join(', ');
    return [
      [
        String(first + index),
        {
          x,
          width: Math.max(0, Math.min(layout.width, scale.x(to)) - x),
          y: layout.height - layout.stack,
          height: layout.stack,
          row,
          words: `${moment(from)} to ${moment(to)}: ${plural(total, 'request')} answered (${named})`,
        },
      ],
    ];
  }).flat();
}

function showPart(group: Element, { x, width, y, height, row, words }: Part): void {
  set(group, { class: 'm part', 'data-row': row, 'aria-label': words });
  if (group.firstElementChild) set(group.firstElementChild, { x, width, y, height });
}

function sumOf({ from, every, counts }: Bars, begin: number, end: number): number {
  return counts.reduce((sum, number, index) => {
    const t = from + index * every;
    return t >= begin && t < end ? sum + number : sum;
  }, 0);
}
