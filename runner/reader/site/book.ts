// What is in the book: the Markdown files of `docs`, each with its title, its headings and its place in the order.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { type Heading, headingsOf } from '../headings.ts';
import { type Node, parseMarkdown, plainText } from '../markdown.ts';

export interface Book {
  /** The workbook's folder. */
  readonly root: string;
  /** In the order of reading. The first one is the cover, where there is one. */
  readonly parts: readonly Part[];
  /** Opens the site; null where `docs` has no README.md. */
  readonly cover: Page | null;
}

/** Pages under one heading of the contents. */
export interface Part {
  readonly title: string;
  readonly pages: readonly Page[];
}

export interface Page {
  /** From the workbook's folder, with slashes: `docs/03-ipc-counters.md`. */
  readonly file: string;
  /** Within the site: `03-ipc-counters.html`. */
  readonly path: string;
  readonly title: string;
  /** The sentence in italics below the title, if the page opens with one. */
  readonly lead: string | null;
  /** Number of the lesson whose chapter it is, with two digits. */
  readonly lesson: string | null;
  readonly markdown: string;
  readonly headings: readonly Heading[];
}

const COVER = 'docs/README.md';

/**
 * The order is that of the links in `docs/README.md`, and its headings are those of the contents. What it does not name
 * comes after: chapters by their numbers, then guides by their names.
 */
export async function readBook(root: string): Promise<Book> {
  const folder = join(root, 'docs');
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.md')) : [];
  const pages = await Promise.all(names.toSorted().map((name) => readPage(root, `docs/${name}`)));
  const cover = pages.find((page) => page.file === COVER) ?? null;
  const others = pages.filter((page) => page !== cover);
  const named = cover ? await partsOf(cover, others) : [];
  const taken = new Set(named.flatMap((part) => part.pages));
  const rest = others.filter((page) => !taken.has(page));
  const unnamed = [
    { title: 'Chapters', pages: rest.filter((page) => page.lesson !== null) },
    { title: 'Guides', pages: rest.filter((page) => page.lesson === null) },
  ];
  return { root, cover, parts: [...named, ...unnamed].filter((part) => part.pages.length > 0) };
}

/** A Markdown file as a page; one outside of `docs` keeps its folders in its path. */
export async function readPage(root: string, file: string): Promise<Page> {
  const markdown = readFileSync(join(root, file), 'utf8');
  const nodes = await parseMarkdown(markdown);
  const found = headingsOf(nodes);
  const name = posix.basename(file, '.md');
  return {
    file,
    path: file === COVER ? 'index.html' : file.startsWith('docs/') ? `${name}.html` : `more/${file.slice(0, -3)}.html`,
    title: found.find(({ level }) => level === 1)?.text ?? name,
    lead: leadOf(nodes),
    lesson: /^docs\/(\d{2})-/.exec(file)?.[1] ?? null,
    markdown,
    headings: found,
  };
}

export function allPages(book: Book): Page[] {
  return [...(book.cover ? [book.cover] : []), ...book.parts.flatMap((part) => part.pages)];
}

function leadOf(nodes: readonly Node[]): string | null {
  const [title, first] = nodes;
  const [only, ...more] = first?.children[0]?.children ?? [];
  return title?.tag === 'h1' && first?.type === 'paragraph' && only?.type === 'em' && more.length === 0
    ? plainText([only])
    : null;
}

async function partsOf(cover: Page, pages: readonly Page[]): Promise<Part[]> {
  const parts: { title: string; pages: Page[] }[] = [];
  const taken = new Set<Page>();
  const walk = (nodes: readonly Node[]) => {
    for (const node of nodes) {
      if (node.tag === 'h2' && node.type === 'heading') parts.push({ title: plainText(node.children), pages: [] });
      const page = node.type === 'link' ? pages.find(({ file }) => file === `docs/${node.info}`) : undefined;
      if (page && !taken.has(page)) {
        if (parts.length === 0) parts.push({ title: 'Contents', pages: [] });
        parts.at(-1)?.pages.push(page);
        taken.add(page);
      }
      walk(node.children);
    }
  };
  walk(await parseMarkdown(cover.markdown));
  return parts.filter((part) => part.pages.length > 0);
}
