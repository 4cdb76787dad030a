// Throughput below the lanes: how much was answered at each time, by the process that answered.
import { count } from '../numbers.ts';
import { hueOf } from './hue.ts';
import type { Picture } from './picture.ts';
import type { Span } from './span.ts';
import { mark, round, skyline, stretched } from './svg.ts';
import { moment, plural } from './words.ts';

/** Columns of the stack, and of what can be pointed at in it. */
const HEAPS = 120;
const BUCKETS = 40;
/** So many processes are named in one of them. */
const NAMED = 8;
export const NOT_TOLD = 'not told by process';

/** Answers a second where there were most, as the stack shows it. */
export function peakOf(picture: Picture): number {
  const { from, to } = picture.span;
  return (Math.max(0, ...totalsOf(layersOf(picture))) * HEAPS * 1000) / Math.max(1, to - from);
}

function totalsOf(layers: ReturnType<typeof layersOf>): number[] {
  return Array.from({ length: HEAPS }, (_, i) => layers.reduce((sum, { heaps }) => sum + (heaps[i] ?? 0), 0));
}

function layersOf({ answered, lanes }: Picture) {
  return [
    ...lanes.map(({ pid, label }, index) => ({ label, hue: hueOf(index), row: answered.by.get(pid) })),
    { label: NOT_TOLD, hue: 'c0', row: answered.by.get(null) },
  ].flatMap(({ row, ...layer }) => (row ? [{ ...layer, row, heaps: heap(row, HEAPS) }] : []));
}

/** The stack itself, from `y` on. */
export function stack(picture: Picture, y: number, height: number): string {
  const { span, lanes } = picture;
  const layers = layersOf(picture);
  const most = Math.max(0, ...totalsOf(layers));
  const ground = `<line class="ground" x1="0" x2="100%" y1="${y + height}" y2="${y + height}"/>`;
  if (most <= 0)
    return `${ground}<text class="tick" x="4" y="${y + height - 6}" text-anchor="start">nothing was answered</text>`;
  // each layer is drawn from the ground to its top, the uppermost first
  const paths = layers
    .map(({ hue }, layer) => {
      const tops = Array.from({ length: HEAPS }, (_, i) =>
        layers.slice(0, layer + 1).reduce((sum, { heaps }) => sum + (heaps[i] ?? 0), 0),
      );
      return `<path class="${hue}" d="${skyline(
        tops.map((top) => (top / most) * (height - 4)),
        height,
      )}"/>`;
    })
    .reverse();
  return [
    ground,
    stretched(y, height, HEAPS, paths.join('')),
    ...buckets(layers, span, y, height, lanes.length + 1),
  ].join('');
}

interface Layer {
  readonly label: string;
  readonly row: Float64Array;
}

function buckets(layers: readonly Layer[], span: Span, y: number, height: number, row: number): string[] {
  const parts = layers.map(({ label, row: all }) => ({ label, sums: heap(all, BUCKETS) }));
  const width = 100 / BUCKETS;
  return Array.from({ length: BUCKETS }, (_, i) => {
    const from = span.from + (i * (span.to - span.from)) / BUCKETS;
    const to = from + (span.to - span.from) / BUCKETS;
    const told = parts
      .map(({ label, sums }) => ({ label, sum: Math.round(sums[i] ?? 0) }))
      .filter(({ sum }) => sum > 0);
    const named = told.slice(0, NAMED).map(({ label, sum }) => `${label}: ${count(sum)}`);
    if (told.length > NAMED) named.push(`and ${told.length - NAMED} more processes`);
    const total = Math.round(parts.reduce((sum, { sums }) => sum + (sums[i] ?? 0), 0));
    if (total === 0) return '';
    const words = `${moment(from)} to ${moment(to)}: ${plural(total, 'request')} answered (${named.join(', ')})`;
    const hit = `<rect class="hit" x="${round(i * width)}%" width="${width}%" y="${y}" height="${height}"/>`;
    return mark('bucket', row, [], words, hit);
  });
}

/** So many columns instead of those of the density, which they divide. */
function heap(row: Float64Array, columns: number): number[] {
  const each = row.length / columns;
  return Array.from({ length: columns }, (_, i) => row.subarray(i * each, (i + 1) * each).reduce((a, b) => a + b, 0));
}
