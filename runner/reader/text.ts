// Text by the columns that it takes up in a terminal: measured, padded, wrapped, and written in ASCII where nothing else arrives.
import { stripVTControlCharacters } from 'node:util';

// Made at the first use: it takes 20 ms, and most texts are ASCII.
let segmenter: Intl.Segmenter | undefined;

// East Asian wide and full-width blocks (Unicode Standard Annex 11), coarsely.
const WIDE =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\u4DBF\u4E00-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{20000}-\u{3FFFD}]/u;
const EMOJI = /\p{Emoji_Presentation}|\uFE0F/u;
const ZERO = /^[\p{M}\p{Cf}\p{Cc}]+$/u;

/** Columns that the text takes up; escape sequences take none. */
export function columns(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let sum = 0;
  for (const segment of graphemes(stripVTControlCharacters(text))) {
    if (ZERO.test(segment)) continue;
    sum += WIDE.test(segment) || EMOJI.test(segment) ? 2 : 1;
  }
  return sum;
}

function graphemes(text: string): string[] {
  segmenter ??= new Intl.Segmenter();
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** Fills up with spaces on the right. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columns(text)));
}

/** Lines of at most `width` columns, broken at spaces; a word that is longer than a line is cut. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const word of paragraph.split(' ').flatMap((each) => cut(each, width))) {
      if (line === '') line = word;
      else if (columns(line) + 1 + columns(word) <= width) line += ` ${word}`;
      else {
        lines.push(line);
        line = word;
      }
    }
    lines.push(line);
  }
  return lines;
}

/** Pieces of at most `width` columns. */
export function cut(word: string, width: number): string[] {
  if (columns(word) <= width) return [word];
  const pieces: string[] = [];
  let piece = '';
  for (const segment of graphemes(word)) {
    if (piece !== '' && columns(piece + segment) > width) {
      pieces.push(piece);
      piece = '';
    }
    piece += segment;
  }
  return [...pieces, piece];
}

const ASCII: Readonly<Record<string, string>> = {
  '→': '->',
  '←': '<-',
  '↔': '<->',
  '⇒': '=>',
  '·': '-',
  '•': '*',
  '…': '...',
  '–': '-',
  '—': '-',
  '×': 'x',
  '÷': '/',
  '≤': '<=',
  '≥': '>=',
  '≈': '~',
  '≠': '!=',
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '✔': '+',
  '✖': 'x',
  '\u00a0': ' ',
  ⁿ: '^n',
  µ: 'u',
};

/** The same in ASCII, as far as it can be said in it; what cannot becomes `?`. */
export function ascii(text: string): string {
  return text.replace(/[^\x00-\x7f]/gu, (character) => ASCII[character] ?? plain(character));
}

function plain(character: string): string {
  const base = character.normalize('NFKD').replace(/[^\x00-\x7f]/gu, '');
  return base === '' ? '?' : base;
}
