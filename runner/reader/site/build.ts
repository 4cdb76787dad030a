// The whole site in memory: every path with what is to be served or written there.
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { bundleForBrowser } from '../bundle.ts';
import { highlighter } from '../highlight.ts';
import { allPages, type Book, type Page, readBook, readPage } from './book.ts';
import { escapeHtml } from '../escape.ts';
import { copyPath, paintCode, type Rendered, renderPage, sourcePath } from './html.ts';
import { coverHtml, layout } from './layout.ts';
import { type Found, searchScript } from './search.ts';

export interface Site {
  readonly book: Book;
  /** By the path within the site, without a slash at its begin. */
  readonly files: ReadonlyMap<string, string | Buffer>;
  /** Links, headings and pictures that are not there, as sentences. */
  readonly problems: readonly string[];
}

/**
 * `live`: for a server that tells how far the reader is. `token`: what its pages say to have a prediction run; null where
 * nothing is run. Fails like reading a file does.
 */
export async function buildSite(root: string, live = false, token: string | null = null): Promise<Site> {
  const book = await readBook(root);
  const pages = new Map(allPages(book).map((page) => [page.file, page]));
  const inBook = new Set(pages.values());
  const assets = bundleForBrowser(join(import.meta.dirname, 'browser'), ['book']);
  const files = new Map<string, string | Buffer>();
  const problems: string[] = [];
  const sections: Found[] = [];
  const sources = new Set<string>();
  // A page that others lead to is added while they are rendered: a map goes on to what was added last.
  for (const page of pages.values()) {
    const rendered = await renderOnce(page, pages, root, token);
    problems.push(...rendered.problems);
    for (const file of rendered.sources) sources.add(file);
    for (const file of rendered.copies) files.set(copyPath(file), readFileSync(join(root, file)));
    if (inBook.has(page)) sections.push(...foundIn(page, rendered));
    const { title, path, lead } = page;
    const classes = page.lesson === null ? 'guide' : 'chapter';
    files.set(
      path,
      layout({ title, path, page, description: lead ?? title, html: rendered.html, classes }, book, live),
    );
  }
  if (!book.cover) files.set('index.html', layout(ownCover(book), book, live));
  for (const file of sources) files.set(sourcePath(file), await listing(file, book, live));
  files.set('assets/search.js', await searchScript(sections));
  for (const [name, text] of await assets) files.set(`assets/${name}`, text);
  return { book, files, problems };
}

/** Writes over what is there under the same names, and touches nothing else. Gives the number of files. */
export async function writeSite(site: Site, folder: string): Promise<number> {
  for (const path of new Set([...site.files.keys()].map((each) => dirname(each))))
    await mkdir(join(folder, path), { recursive: true });
  await Promise.all([...site.files].map(([path, content]) => writeFile(join(folder, path), content)));
  return site.files.size;
}

// Rendered again where it led to Markdown files that were not known: now they are.
async function renderOnce(page: Page, pages: Map<string, Page>, root: string, token: string | null): Promise<Rendered> {
  const shelf = { root, token, pageOf: (file: string) => pages.get(file) ?? null };
  const rendered = await renderPage(page, shelf);
  if (rendered.more.length === 0) return rendered;
  for (const file of rendered.more) pages.set(file, await readPage(root, file));
  return renderPage(page, shelf);
}

function foundIn(page: Page, { sections }: Rendered): Found[] {
  return sections.map(({ heading, anchor, text }) => ({
    id: anchor === '' ? page.path : `${page.path}#${encodeURI(anchor)}`,
    page: page.title,
    heading,
    text,
  }));
}

function ownCover(book: Book) {
  const title = 'The Cluster Workbook';
  const description = 'Node’s cluster module, learned by building with it';
  return { title, path: 'index.html', page: null, description, html: coverHtml(book), classes: 'cover' };
}

async function listing(file: string, book: Book, live: boolean): Promise<string> {
  const language = extname(file).slice(1);
  const code = readFileSync(join(book.root, file), 'utf8').replace(/\n$/, '');
  const painted = paintCode(code, language, await highlighter([language]));
  const html = `<h1><code>${escapeHtml(file)}</code></h1>\n<div class="code"><pre tabindex="0"><code>${painted}</code></pre></div>`;
  return layout(
    { title: file, path: sourcePath(file), page: null, description: file, html, classes: 'listing' },
    book,
    live,
  );
}
