// Draws what a command printed, colours and all, as an SVG with real text that follows the reader's light or dark theme.
// The picture in the README, from a real run (it exits with 1, as a failed check does):
//   FORCE_COLOR=1 COLUMNS=100 npm run -s check 3 -- --file test/specimens/03-ipc-counters/wrong/first-workers-only.ts \
//     2>/dev/null | node --import tsx docs/figures/terminal.ts 'npm run check 3' > docs/figures/failed-check.svg
import { stdin, stdout } from 'node:process';
import { text } from 'node:stream/consumers';
import { escape } from './svg.ts';

const CELL = 8;
const LINE = 19;
const MARGIN = 20;

/** What a colour of the terminal is called here; the grounds are GitHub's own, so that the picture belongs to the page. */
const CLASSES: Readonly<Record<number, string>> = {
  1: 'strong',
  2: 'quiet',
  3: 'emphasis',
  4: 'link',
  31: 'bad',
  32: 'good',
  33: 'unsure',
  36: 'code',
};
/** What ends it again. */
const ENDS: Readonly<Record<number, readonly number[]>> = { 22: [1, 2], 23: [3], 24: [4], 39: [31, 32, 33, 36] };

const STYLE = `
    .ground { fill: #f6f8fa; stroke: #d1d9e0 }
    text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace; fill: #1f2328; white-space: pre }
    .strong { font-weight: 700 } .emphasis { font-style: italic } .link { text-decoration: underline }
    .quiet { fill: #59636e } .good { fill: #116329 } .bad { fill: #b31d28 } .unsure { fill: #7d4e00 } .code { fill: #0550ae }
    @media (prefers-color-scheme: dark) {
      .ground { fill: #151b23; stroke: #3d444d }
      text { fill: #f0f6fc }
      .quiet { fill: #9198a1 } .good { fill: #3fb950 } .bad { fill: #ff7b72 } .unsure { fill: #d29922 } .code { fill: #79c0ff }
    }`;

interface Run {
  readonly column: number;
  readonly words: string;
  readonly classes: string;
}

const [, , command = ''] = process.argv;
stdout.write(draw([...(command === '' ? [] : [`$ ${command}`]), ...(await text(stdin)).trimEnd().split('\n')]));

function draw(lines: readonly string[]): string {
  const on = new Set<number>();
  const rows = lines.map((line) => runsOf(line, on));
  const widest = Math.max(...rows.flat().map((run) => run.column + run.words.length));
  const width = widest * CELL + 2 * MARGIN;
  const height = rows.length * LINE + 2 * MARGIN - 6;
  const plain = rows.map((runs) => runs.map((run) => run.words).join(' ')).filter((line) => line !== '');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title words">`,
    `  <title id="title">What ${escape(command || 'the command')} prints</title>`,
    `  <desc id="words">${escape(plain.join('\n'))}</desc>`,
    `  <style>${STYLE}\n  </style>`,
    `  <rect class="ground" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>`,
    ...rows.flatMap((runs, row) => runs.map((run) => `  ${textOf(run, MARGIN + row * LINE + 13)}`)),
    '</svg>\n',
  ].join('\n');
}

// Each run says where it begins and how long it is: so columns stay columns in whatever font the reader has.
function textOf({ column, words, classes }: Run, y: number): string {
  const paint = classes === '' ? '' : ` class="${classes}"`;
  return `<text x="${MARGIN + column * CELL}" y="${y}" textLength="${words.length * CELL}" lengthAdjust="spacingAndGlyphs"${paint}>${escape(words)}</text>`;
}

/** `on` are the colours that the line before left on. Blanks between the words of one run stay; around them they are position. */
function runsOf(line: string, on: Set<number>): Run[] {
  const runs: Run[] = [];
  let column = 0;
  for (const piece of line.split(/(\x1b\[[\d;]*m)/)) {
    const codes = /^\x1b\[([\d;]*)m$/.exec(piece)?.[1];
    if (codes === undefined) {
      for (const { 0: words, index } of piece.matchAll(/\S+(?: \S+)*/g))
        runs.push({ column: column + index, words, classes: [...on].map((code) => CLASSES[code]).join(' ') });
      column += piece.length;
      continue;
    }
    for (const code of codes.split(';').map(Number)) {
      if (code === 0) on.clear();
      else if (CLASSES[code] !== undefined) on.add(code);
      else for (const end of ENDS[code] ?? []) on.delete(end);
    }
  }
  return runs;
}
