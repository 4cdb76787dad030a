// Markdown for the terminal: wrapped to its width, in colour where that is wanted, and legible without.
import { type Highlight, highlighter, isShell, type Kind, languageOf } from './highlight.ts';
import type { Look } from './look.ts';
import { type Node, parseMarkdown, plainText } from './markdown.ts';
import { type Paint, type Palette, palette } from './paint.ts';
import { ascii, columns, cut, pad } from './text.ts';

/** The text as lines, each of at most `look.width` columns; only code keeps its own line lengths. Ends without a line end. */
export async function renderMarkdown(markdown: string, look: Look, picture: Picture = () => null): Promise<string> {
  const nodes = await parseMarkdown(look.unicode ? markdown : ascii(markdown));
  const page: Page = {
    colours: palette(look.colour),
    unicode: look.unicode,
    highlight: await highlighter(look.colour ? languagesIn(nodes) : []),
    picture: (target) => picture(target)?.map((line) => (look.unicode ? line : ascii(line))) ?? null,
  };
  return blocks(nodes, look.width, page).join('\n');
}

/** Columns below which code is moved in less: its lines are not wrapped. */
const NARROW = 60;

/** The same picture in characters, as lines, for a picture's target or the name of a figure; null where there is none. */
export type Picture = (target: string) => readonly string[] | null;

interface Page {
  readonly colours: Palette;
  readonly unicode: boolean;
  readonly highlight: Highlight;
  readonly picture: Picture;
}

function languagesIn(nodes: readonly Node[]): string[] {
  return nodes.flatMap((node) => (node.type === 'fence' ? [languageOf(node.info)] : languagesIn(node.children)));
}

function blocks(nodes: readonly Node[], width: number, page: Page, tight = false): string[] {
  const lines: string[] = [];
  for (const node of nodes) {
    const block = one(node, width, page);
    if (block.length === 0) continue;
    if (lines.length > 0 && !(tight && (node.type === 'paragraph' || isList(node)))) lines.push('');
    lines.push(...block);
  }
  return lines;
}

function one(node: Node, width: number, page: Page): string[] {
  const { colours, unicode } = page;
  switch (node.type) {
    case 'heading':
      return heading(node, width, page);
    case 'paragraph':
      return drawn(node, width, page) ?? flow(spans(node.children, page), width);
    case 'inline':
      return flow(spans(node.children, page), width);
    case 'fence':
    case 'code_block':
      return code(node, page).map((line) => `${width < NARROW ? '  ' : '    '}${line}`.trimEnd());
    case 'blockquote': {
      const bar = colours.quiet(unicode ? '│' : '|');
      return blocks(node.children, width - 2, page).map((line) => `${bar} ${line}`.trimEnd());
    }
    case 'bullet_list':
    case 'ordered_list':
      return list(node, width, page);
    case 'table':
      return table(node, width, page);
    case 'hr':
      return [colours.quiet((unicode ? '─' : '-').repeat(width))];
    case 'html_block':
      return html(node.text, width, page);
    default:
      return blocks(node.children, width, page);
  }
}

function heading(node: Node, width: number, page: Page): string[] {
  const { colours, unicode } = page;
  const lines = flow([{ text: plainText(node.children), paint: colours.strong }], width);
  if (node.tag !== 'h1') return lines;
  const length = Math.max(...lines.map(columns));
  return [...lines, colours.quiet((unicode ? '━' : '=').repeat(length))];
}

const PAINTS: Readonly<Record<Kind, keyof Palette>> = {
  keyword: 'strong',
  string: 'good',
  comment: 'quiet',
  value: 'code',
  name: 'code',
  added: 'good',
  removed: 'bad',
};

// Painted line by line, so that no colour runs over a line end: a pager shows any line first.
function code(node: Node, { colours, highlight }: Page): string[] {
  const text = node.text.replace(/\n$/, '');
  const stretches = highlight(text, node.type === 'fence' ? languageOf(node.info) : '');
  // A command is one colour as a whole; in a program only what has a kind is painted.
  const program = stretches.length > 1 && !isShell(languageOf(node.info));
  const lines = [''];
  for (const { text: words, kind } of stretches) {
    for (const [row, part] of words.split('\n').entries()) {
      if (row > 0) lines.push('');
      lines[lines.length - 1] += kind ? colours[PAINTS[kind]](part) : program ? part : colours.code(part);
    }
  }
  return lines;
}

/** A picture that is a paragraph of its own, in characters where there are some and they fit, with its words below. */
function drawn(node: Node, width: number, page: Page): string[] | null {
  const [inline] = node.children;
  const [image, ...more] = inline?.children ?? [];
  if (image?.type !== 'image' || more.length > 0) return null;
  return figure(image.info, plainText(image.children), width, page);
}

function figure(target: string, words: string, width: number, page: Page): string[] | null {
  const lines = page.picture(target);
  if (!lines || lines.some((line) => columns(line) > width)) return null;
  return words === '' ? [...lines] : [...lines, '', ...flow([{ text: words, paint: page.colours.quiet }], width)];
}

// Of HTML only what the book uses has a form here: the question of a folded answer, and the place of a figure.
function html(text: string, width: number, page: Page): string[] {
  const summary = /<summary>(.*?)<\/summary>/s.exec(text)?.[1];
  if (summary !== undefined) {
    const words = decoded(summary.replace(/<[^>]*>/g, '')).replace(/\s+/g, ' ');
    return flow([{ text: words.trim(), paint: page.colours.strong }], width);
  }
  const name = /<div data-figure="([a-z0-9-]+)">/.exec(text)?.[1];
  if (name === undefined) return [];
  const words = decoded(/<img [^>]*alt="([^"]*)"/.exec(text)?.[1] ?? '');
  return (
    figure(name, '', width, page) ??
    (words === '' ? [] : flow([{ text: `[${words}]`, paint: page.colours.quiet }], width))
  );
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ' };

function decoded(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|nbsp);/g, (_whole, name: string) => ENTITIES[name] ?? '');
}

function isList(node: Node): boolean {
  return node.type === 'bullet_list' || node.type === 'ordered_list';
}

function list(node: Node, width: number, page: Page): string[] {
  const first = Number(node.info) || 1;
  const last = first + node.children.length - 1;
  const ordered = node.type === 'ordered_list';
  const indent = ordered ? `${last}.`.length + 1 : 2;
  const plain = (child: Node) => child.type === 'paragraph' || isList(child);
  // markdown-it hides the paragraphs of a tight list; here they show as items of a single line of text each.
  const tight = node.children.every(
    ({ children }) => children.every(plain) && children.filter((child) => child.type === 'paragraph').length <= 1,
  );
  return node.children.flatMap((item, index) => {
    const mark = ordered ? `${first + index}.` : page.unicode ? '•' : '*';
    const body = blocks(item.children, Math.max(10, width - indent), page, tight);
    const lines = (body.length > 0 ? body : ['']).map((line, row) =>
      `${row === 0 ? pad(mark, indent) : ' '.repeat(indent)}${line}`.trimEnd(),
    );
    return index > 0 && !tight ? ['', ...lines] : lines;
  });
}

function table(node: Node, width: number, page: Page): string[] {
  const rows = node.children.flatMap((part) => part.children).map((row) => row.children);
  const [header = [], ...body] = rows;
  const cells = (row: readonly Node[]) => row.map((cell) => spans(cell.children, page));
  const bold = header.map((cell) => [{ text: plainText(cell.children), paint: page.colours.strong }]);
  const shown = (row: readonly Node[]) => cells(row).map((cell) => cell.map(({ text }) => text).join(''));
  const widths = columnWidths([header.map((cell) => plainText(cell.children)), ...body.map(shown)], width);
  if (!widths)
    return asPairs(
      header.map((cell) => plainText(cell.children)),
      body.map(cells),
      width,
      page,
    );
  const line = (row: Span[][]) => {
    const columnsOfRow = widths.map((columnWidth, index) => flow(row[index] ?? [], columnWidth));
    const height = Math.max(...columnsOfRow.map((lines) => lines.length));
    return Array.from({ length: height }, (_, at) =>
      widths
        .map((columnWidth, index) => pad(columnsOfRow[index]?.[at] ?? '', columnWidth))
        .join('  ')
        .trimEnd(),
    );
  };
  const rule = page.colours.quiet(
    widths.map((columnWidth) => (page.unicode ? '─' : '-').repeat(columnWidth)).join('  '),
  );
  return [...line(bold), rule, ...body.flatMap((row) => line(cells(row)))];
}

/** Widths that together fit, the widest columns giving way first; null where they would become unreadable, or cut a word. */
function columnWidths(rows: readonly string[][], width: number): number[] | null {
  const widest = (index: number, of: (cell: string) => number) => Math.max(...rows.map((row) => of(row[index] ?? '')));
  const widths = (rows[0] ?? []).map((_, index) => Math.max(3, widest(index, columns)));
  const least = widths.map((_, index) => Math.max(10, widest(index, longestWord)));
  const room = width - 2 * (widths.length - 1);
  while (widths.reduce((sum, each) => sum + each, 0) > room) {
    const spare = widths.map((each, index) => (each > (least[index] ?? 0) ? each : 0));
    const index = spare.indexOf(Math.max(...spare));
    if (spare[index] === 0) return null;
    widths[index] = (widths[index] ?? 0) - 1;
  }
  return widths;
}

function longestWord(text: string): number {
  return Math.max(...text.split(/[ \n]/).map(columns));
}

// A table too wide for the terminal: each row as lines of `heading: cell`.
function asPairs(header: readonly string[], rows: readonly Span[][][], width: number, page: Page): string[] {
  return rows.flatMap((row, at) => [
    ...(at > 0 ? [''] : []),
    ...row.flatMap((cell, index) =>
      flow([{ text: `${header[index] ?? ''}: `, paint: page.colours.strong }, ...cell], width),
    ),
  ]);
}

/** A stretch of text in one style; `\n` in it breaks the line. */
interface Span {
  readonly text: string;
  readonly paint: Paint;
}

function spans(nodes: readonly Node[], page: Page, outer: Paint = (text) => text): Span[] {
  const { colours } = page;
  const inside =
    (paint: Paint): Paint =>
    (text) =>
      outer(paint(text));
  return nodes.flatMap((node): Span[] => {
    switch (node.type) {
      case 'inline':
        return spans(node.children, page, outer);
      case 'text':
        return [{ text: node.text, paint: outer }];
      case 'code_inline':
        // Without colour the quotes are what tells code from prose.
        return [{ text: colours.code('x') === 'x' ? `\`${node.text}\`` : node.text, paint: inside(colours.code) }];
      case 'softbreak':
        return [{ text: ' ', paint: outer }];
      case 'hardbreak':
        return [{ text: '\n', paint: outer }];
      case 'strong':
        return spans(node.children, page, inside(colours.strong));
      case 'em':
        return spans(node.children, page, inside(colours.emphasis));
      case 's':
        return spans(node.children, page, outer);
      case 'link':
        return link(node, page, outer);
      case 'image':
        return [{ text: `[${plainText(node.children)}]`, paint: outer }];
      default:
        return [];
    }
  });
}

// A link within a page leads nowhere in a terminal; any other shows where it leads.
function link(node: Node, page: Page, outer: Paint): Span[] {
  const words = spans(node.children, page, (text) => outer(page.colours.link(text)));
  if (node.info.startsWith('#') || plainText(node.children) === node.info) return words;
  return [...words, { text: ` (${node.info})`, paint: (text) => outer(page.colours.quiet(text)) }];
}

/** Wraps spans to lines: breaks between words only, and paints after the breaks are known, so that no style runs over a line end. */
function flow(text: readonly Span[], width: number): string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  let gap = '';
  for (const word of wordsOf(text)) {
    if (word === 'break') {
      lines.push(line);
      [line, used, gap] = ['', 0, ''];
      continue;
    }
    if ('space' in word) {
      if (line !== '') gap = word.space.paint(' ');
      continue;
    }
    const size = word.spans.reduce((sum, span) => sum + columns(span.text), 0);
    if (line !== '' && used + (gap === '' ? 0 : 1) + size > width) {
      lines.push(line);
      [line, used, gap] = ['', 0, ''];
    }
    const painted = word.spans.map((span) => span.paint(span.text)).join('');
    if (size > width) {
      const pieces = cut(word.spans.map((span) => span.text).join(''), width);
      lines.push(...pieces.slice(0, -1));
      line = pieces.at(-1) ?? '';
      used = columns(line);
      continue;
    }
    line += gap + painted;
    used += (gap === '' ? 0 : 1) + size;
    gap = '';
  }
  if (line !== '' || lines.length === 0) lines.push(line);
  return lines;
}

type Word = { readonly spans: readonly Span[] } | { readonly space: Span } | 'break';

/** Spans cut at spaces; what has no space between it stays one word although its style changes. */
function wordsOf(text: readonly Span[]): Word[] {
  const all: Word[] = [];
  let current: Span[] = [];
  const close = () => {
    if (current.length > 0) all.push({ spans: current });
    current = [];
  };
  for (const span of text) {
    for (const part of span.text.split(/( +|\n)/)) {
      if (part === '') continue;
      if (part === '\n') {
        close();
        all.push('break');
      } else if (part.startsWith(' ')) {
        close();
        all.push({ space: span });
      } else current.push({ text: part, paint: span.paint });
    }
  }
  close();
  return all;
}
