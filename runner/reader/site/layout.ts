// What surrounds the text of every page: head, contents, search, neighbours.
import { createHash } from 'node:crypto';
import type { Book, Page, Part } from './book.ts';
import type { Id } from './browser/book.ts';
import { escapeHtml } from '../escape.ts';
import { relativeTo } from './links.ts';

export interface Sheet {
  readonly title: string;
  /** Where it lies in the site. */
  readonly path: string;
  /** Null where it is no page of the book. */
  readonly page: Page | null;
  readonly description: string;
  /** The text itself, as HTML. */
  readonly html: string;
  readonly classes: string;
}

/** Of more headings than this only the upper ones are listed beside the text. */
const MOST = 18;

const TITLE = 'The Cluster Workbook';

// Before anything is painted, or whoever chose dark would see a flash of light. All else is in book.js.
const THEME = `try{var t=localStorage.getItem('theme');if(t==='dark'||t==='light')document.documentElement.dataset.theme=t}catch{}`;
const THEME_HASH = createHash('sha256').update(THEME).digest('base64');

/** `live`: the site is being served to the reader whose lessons these are. */
export function layout(sheet: Sheet, book: Book, live: boolean): string {
  const to = (path: string) => relativeTo(path, sheet.path);
  const chapter = sheet.page?.lesson ?? null;
  // Styles may stand in a page, since pictures bring theirs; scripts may not, nor may anything come from elsewhere.
  const policy = [
    `default-src 'none'`,
    `script-src 'self' 'sha256-${THEME_HASH}'`,
    `style-src 'self' 'unsafe-inline'`,
    `img-src 'self' data:`,
    `connect-src ${live ? `'self'` : `'none'`}`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="description" content="${escapeHtml(sheet.description)}">
<title>${escapeHtml(sheet.title === TITLE ? TITLE : `${sheet.title} · ${TITLE}`)}</title>
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(ICON)}">
<link rel="stylesheet" href="${to('assets/book.css')}">
<script>${THEME}</script>
<script src="${to('assets/book.js')}" defer></script>
</head>
<body data-base="${to('index.html').replace(/index\.html$/, '')}"${live ? ' data-live' : ''}>
<a class="skip" href="#${id('_text')}">Skip to the text</a>
<header class="top">
<a class="brand" href="${to('index.html')}">${MARK}<span>${TITLE}</span></a>
<span class="tools">
<button type="button" id="${id('_open-contents')}" class="narrow" aria-expanded="false" aria-controls="${id('_contents')}" hidden>Contents</button>
<button type="button" id="${id('_open-search')}" hidden>Search <kbd aria-hidden="true">/</kbd></button>
<button type="button" id="${id('_theme')}" hidden>Theme: <span>auto</span></button>
</span>
</header>
<div class="columns">
<nav id="${id('_contents')}" class="contents" aria-label="Contents">
${contents(book, sheet)}
</nav>
<main id="${id('_text')}" tabindex="-1">
<article class="${sheet.classes}">
${withStanding(sheet.html, chapter, live)}
</article>
${neighbours(book, sheet)}
</main>
${outline(sheet.page)}
</div>
<dialog id="${id('_search')}" aria-label="Search">
<div class="inside">
<div role="search">
<label for="${id('_words')}">Search the book</label>
<input id="${id('_words')}" type="search" autocomplete="off" spellcheck="false" enterkeyhint="search">
</div>
<p id="${id('_count')}" role="status"></p>
<ol id="${id('_results')}"></ol>
<p class="keys"><kbd>↑</kbd> <kbd>↓</kbd> choose · <kbd>Enter</kbd> go · <kbd>Esc</kbd> close</p>
</div>
</dialog>
</body>
</html>
`;
}

/** Names that the page and its script agree on. */
function id(name: Id): Id {
  return name;
}

/** The cover, where the book brings none of its own. */
export function coverHtml(book: Book): string {
  return [
    `<h1 id="the-cluster-workbook">${TITLE}</h1>`,
    `<p><em>Node’s <code>cluster</code>, learned by building with it.</em></p>`,
    ...book.parts.map(
      (part) =>
        `<h2>${escapeHtml(part.title)}</h2>\n<ul class="pages">${part.pages
          .map(
            (page) =>
              `<li><a href="${relativeTo(page.path, 'index.html')}">${escapeHtml(page.title)}</a>${page.lead === null ? '' : `<span>${escapeHtml(page.lead)}</span>`}</li>`,
          )
          .join('')}</ul>`,
    ),
  ].join('\n');
}

function contents(book: Book, sheet: Sheet): string {
  return book.parts.map((part) => partOfContents(part, sheet)).join('\n');
}

function partOfContents(part: Part, sheet: Sheet): string {
  const items = part.pages.map((page) => {
    const here = page === sheet.page ? ' aria-current="page"' : '';
    const number = page.lesson === null ? '' : `<span class="number">${Number(page.lesson)}</span> `;
    const mark = page.lesson === null ? '' : `<span class="mark" data-mark="${page.lesson}"></span>`;
    return `<li><a href="${relativeTo(page.path, sheet.path)}"${here}>${number}${escapeHtml(page.title)}${mark}</a></li>`;
  });
  return `<p class="part">${escapeHtml(part.title)}</p>\n<ul>${items.join('')}</ul>`;
}

function outline(page: Page | null): string {
  const deepest = (page?.headings.filter(({ level }) => level <= 3).length ?? 0) > MOST ? 2 : 3;
  const below = page?.headings.filter(({ level }) => level >= 2 && level <= deepest) ?? [];
  if (below.length < 2) return '<div class="outline"></div>';
  const items = below.map(
    ({ level, text, anchor }) =>
      `<li class="level-${level}"><a href="#${encodeURI(anchor)}">${escapeHtml(text)}</a></li>`,
  );
  return `<nav class="outline" aria-label="On this page">\n<p class="part">On this page</p>\n<ul>${items.join('')}</ul>\n</nav>`;
}

function neighbours(book: Book, sheet: Sheet): string {
  const order = book.parts.flatMap((part) => part.pages);
  const at = sheet.page ? order.indexOf(sheet.page) : -1;
  if (sheet.page === null && sheet.path !== 'index.html') return '';
  if (at === -1 && sheet.path !== 'index.html') return '';
  const link = (page: Page | undefined, rel: string, words: string) =>
    page
      ? `<a rel="${rel}" href="${relativeTo(page.path, sheet.path)}"><span>${words}</span> ${escapeHtml(page.title)}</a>`
      : '<span></span>';
  return `<nav class="neighbours" aria-label="Neighbouring pages">${link(order[at - 1], 'prev', '← Previous')}${link(order[at + 1], 'next', 'Next →')}</nav>`;
}

// Below the title of a chapter: how to go to its lesson, and, while the book is served, how far the reader is in it.
function withStanding(html: string, lesson: string | null, live: boolean): string {
  if (lesson === null) return html;
  const number = Number(lesson);
  const standing = live ? `<div class="findings" data-lesson="${lesson}"></div>` : '';
  const aside = `<aside class="lesson" aria-label="Your lesson"><p><strong>Lesson ${number}</strong> <code>npm run lesson ${number}</code> <code>npm run check ${number}</code></p>${standing}</aside>`;
  // After the title and the sentence below it, if that is all in italics.
  return html.replace(
    /^(<h1[\s\S]*?<\/h1>\s*(?:<p><em>(?:(?!<\/em>)[\s\S])*<\/em><\/p>\s*)?)/,
    (head) => `${head}${aside}\n`,
  );
}

// A primary, and three workers below it.
const SHAPE =
  '<circle cx="12" cy="5" r="3"/><path d="M12 8v4M12 12H4v4M12 12v4M12 12h8v4" fill="none" stroke-width="1.6"/><circle cx="4" cy="19" r="2.4"/><circle cx="12" cy="19" r="2.4"/><circle cx="20" cy="19" r="2.4"/>';
const MARK = `<svg class="brand-mark" viewBox="0 0 24 24" width="22" height="22" aria-hidden="true" fill="currentColor" stroke="currentColor">${SHAPE}</svg>`;
const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="#2f7d5b" stroke="#2f7d5b">${SHAPE}</svg>`;
