// Pieces of SVG that every part of a picture is made of. Places in time are shares of the width.
import { escape } from './escape.ts';
import { place, type Span } from './span.ts';

export function at(span: Span, t: number): string {
  return `${round(100 * place(span, t))}%`;
}

export function round(number: number): string {
  return String(Math.round(number * 100) / 100);
}

/** One thing that can be pointed at. `row` is where the arrow keys find it. */
export function mark(classes: string, row: number, findings: readonly string[], words: string, inner: string): string {
  const shows = findings.length === 0 ? '' : ` data-f="${findings.map(slugOf).join(' ')}"`;
  return `<g class="m ${classes}" data-row="${row}"${shows} role="img"><title>${escape(words)}</title>${inner}</g>`;
}

/** `3.4` as part of a name: `3-4`. */
export function slugOf(id: string): string {
  return id.replaceAll('.', '-').replace(/[^\w-]/g, '_');
}

export function use(symbol: string, x: string, y: number): string {
  return `<use href="#${symbol}" x="${x}" y="${y}"/>`;
}

/** What is drawn inside is as wide as the picture, whatever that is. */
export function stretched(y: number, height: number, columns: number, inner: string): string {
  return `<svg y="${y}" width="100%" height="${height}" viewBox="0 0 ${columns} ${height}" preserveAspectRatio="none">${inner}</svg>`;
}

/** Closed outline of columns that stand on the ground. In whole units and by differences, since there are many of them. */
export function skyline(heights: readonly number[], ground: number): string {
  let path = `M0 ${ground}`;
  let before = 0;
  let since = 0;
  heights.map(Math.round).forEach((height, column) => {
    if (height === before) return;
    path += `${column === since ? '' : `h${column - since}`}v${before - height}`;
    before = height;
    since = column;
  });
  return before === 0 ? path : `${path}H${heights.length}V${ground}`;
}
