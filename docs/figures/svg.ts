// A figure as an SVG: the picture as it stands, and after it, hidden, its steps, which the book's pages show one by one.
// The colours are the book's where it is part of a page, and a pair for light and dark where it is opened by itself.

export interface Figure {
  readonly name: string;
  readonly title: string;
  readonly height: number;
  /** What belongs to the picture and to each step, as SVG. */
  readonly base?: string;
  /** What stands, as SVG: without a script, on paper, and where the file is opened by itself. */
  readonly still: string;
  /** The same in words, for whoever does not see it. */
  readonly description: string;
  readonly steps: readonly Step[];
  /** The same in characters: lines of ASCII, of at most 60 columns. */
  readonly characters: readonly string[];
}

export interface Step {
  /** What is to be seen, and why it is so. */
  readonly words: string;
  readonly drawing: string;
}

/** A narrow screen shows it at its own size, more or less, so that its letters can be read there. */
export const WIDTH = 400;

export function svgOf({ title, height, base, still, description, steps }: Figure): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title words">`,
    `<title id="title">${escape(title)}</title>`,
    `<desc id="words">${escape(description)}</desc>`,
    `<style>${STYLE}</style>`,
    `<rect class="ground" x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="8"/>`,
    ...(base === undefined ? [] : [base]),
    `<g class="still">\n${still}\n</g>`,
    ...steps.map(
      ({ words, drawing }) => `<g class="step"><desc class="words">${escape(words)}</desc>\n${drawing}\n</g>`,
    ),
    '</svg>\n',
  ].join('\n');
}

export function text(x: number, y: number, words: string | number, classes = '', anchor = ''): string {
  const end = anchor === '' ? '' : ` text-anchor="${anchor}"`;
  return `<text x="${round(x)}" y="${round(y)}"${classOf(classes)}${end}>${escape(String(words))}</text>`;
}

export function box(x: number, y: number, width: number, height: number, classes: string, radius = 6): string {
  return `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="${radius}"${classOf(classes)}/>`;
}

export function line(x1: number, y1: number, x2: number, y2: number, classes: string): string {
  return `<path d="M${round(x1)} ${round(y1)}L${round(x2)} ${round(y2)}"${classOf(classes)}/>`;
}

/** A line with a head at its end. */
export function arrow(x1: number, y1: number, x2: number, y2: number, classes: string): string {
  const angle = Math.atan2(y2 - y1, x2 - x1);
  const head = [-0.45, 0.45].map((turn) => [x2 - 8 * Math.cos(angle + turn), y2 - 8 * Math.sin(angle + turn)] as const);
  const [[ax, ay] = [0, 0], [bx, by] = [0, 0]] = head;
  return `<path d="M${round(x1)} ${round(y1)}L${round(x2)} ${round(y2)}M${round(ax)} ${round(ay)}L${round(x2)} ${round(y2)}L${round(bx)} ${round(by)}"${classOf(classes)}/>`;
}

/** A cross, for what has come to its end. */
export function cross(x: number, y: number, size: number, classes: string): string {
  return `<path d="M${round(x - size)} ${round(y - size)}l${2 * size} ${2 * size}m${-2 * size} 0l${2 * size} ${-2 * size}"${classOf(classes)}/>`;
}

/** What has just come to its place, from so far away: it moves there where the reader wants motion. */
export function arriving(drawing: string, dx: number, dy: number): string {
  return `<g class="arriving" style="--dx:${round(dx)}px;--dy:${round(dy)}px">${drawing}</g>`;
}

function classOf(classes: string): string {
  return classes === '' ? '' : ` class="${classes}"`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** For text between tags. */
export function escape(words: string): string {
  return words.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

const STYLE = `
svg { --a: var(--ink, #24221e); --b: var(--quiet, #605b51); --c: var(--raised, #f4f2ec); --d: var(--line, #dedacf); --e: var(--ground, #fcfbf8); --f: var(--accent, #1f6b4a); --g: var(--bad, #a32a22) }
@media (prefers-color-scheme: dark) {
svg { --a: var(--ink, #dcd9d2); --b: var(--quiet, #a29d93); --c: var(--raised, #1e2124); --d: var(--line, #34383c); --e: var(--ground, #16181a); --f: var(--accent, #7fc8a2); --g: var(--bad, #f0908a) }
}
text { font: 13px system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', 'DejaVu Sans', sans-serif; fill: var(--a) }
rect, path, circle { fill: none; stroke: var(--b); stroke-width: 1.2 }
.ground { fill: var(--c); stroke: var(--d) }
.process { fill: var(--e); stroke: var(--a) }
.dead { stroke-dasharray: 2 4; stroke: var(--b) }
.now { stroke: var(--f); stroke-width: 2.6 }
.solid { fill: var(--a); stroke: var(--a) }
.solid.now { fill: var(--f); stroke: var(--f) }
.on { fill: var(--e); stroke: none; font-size: 11.5px; font-weight: 600 }
.open { fill: var(--e); stroke: var(--a); stroke-width: 1.6 }
.waits { fill: var(--e); stroke: var(--g); stroke-width: 2; stroke-dasharray: 3.5 2.5 }
.lost { stroke: var(--g); stroke-width: 2.2 }
.name { font-weight: 600 }
.small { font-size: 11.5px }
.quiet { fill: var(--b) }
.bad { fill: var(--g); font-weight: 600 }
.big { font-size: 24px; font-weight: 600 }
.boots { stroke: var(--b); stroke-width: 3; stroke-dasharray: 1 4 }
.serves { stroke: var(--a); stroke-width: 6 }
.leaves { stroke: var(--a); stroke-width: 2; stroke-dasharray: 6 3 }
.mark { stroke: var(--a); stroke-dasharray: 1 3 }
.answered { fill: var(--f); stroke: none }
.step { display: none }
.step.shown { display: inline }
svg.stepping .still { display: none }
@media print {
.step.shown { display: none }
svg.stepping .still { display: inline }
}
@media (prefers-reduced-motion: no-preference) {
/* nothing moves before the reader takes a step */
.step.shown .arriving { animation: arrive 0.6s ease-out }
@keyframes arrive { from { transform: translate(var(--dx), var(--dy)) } }
}
`;
