// The built book: nothing in it leads nowhere, it asks nobody for anything, and each place that a finding names is there.
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import MiniSearch from 'minisearch';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Property } from '#checker';
import { findLessons, workbookRoot } from '#workbook';
import { allPages, buildSite, type Site } from '../../runner/reader/site/index.ts';
import { type Found, searchOptions } from '../../runner/reader/site/search.ts';

let site: Site;
/** Pages as texts. */
let pages: Map<string, string>;

beforeAll(async () => {
  site = await buildSite(workbookRoot);
  pages = new Map(
    [...site.files].filter(([path]) => path.endsWith('.html')).map(([path, text]) => [path, String(text)]),
  );
}, 120_000);

/** Read from the HTML itself, so that a mistake of whoever wrote it is seen. */
const attributes = (html: string, name: string) =>
  [...html.matchAll(new RegExp(`<[a-z][^<>]*\\s${name}="([^"]*)"`, 'g'))].map(([, value = '']) => unescape(value));
const unescape = (text: string) =>
  text.replace(
    /&(amp|lt|gt|quot|#39);/g,
    (_all, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"' })[name] ?? "'",
  );

describe('the built book', () => {
  test('has every Markdown file of docs, and a first page', () => {
    expect(allPages(site.book).length).toBeGreaterThanOrEqual(5);
    for (const { path } of allPages(site.book)) expect([...pages.keys()]).toContain(path);
    expect([...pages.keys()]).toContain('index.html');
    expect(allPages(site.book).filter(({ lesson }) => lesson !== null)).toHaveLength(findLessons().length);
  });

  test('names no link, heading or picture that is not there', () => {
    expect(site.problems).toEqual([]);
  });

  test('leads from each link to a page and a place that are there', () => {
    const broken: string[] = [];
    let seen = 0;
    for (const [path, html] of pages) {
      for (const href of attributes(html, 'href')) {
        if (/^(https?|mailto|data):/.test(href)) continue;
        seen += 1;
        const [file = '', anchor = ''] = decodeURI(href).split('#');
        const target = file === '' ? path : posix.join(posix.dirname(path), file);
        const ids = attributes(pages.get(target) ?? '', 'id');
        if (!site.files.has(target) || (anchor !== '' && !ids.includes(anchor))) broken.push(`${path}: ${href}`);
      }
    }
    expect(seen).toBeGreaterThan(100);
    expect(broken).toEqual([]);
  });

  test('gives each name on a page once', () => {
    for (const [path, html] of pages) {
      const ids = attributes(html, 'id');
      expect(ids.length, path).toBeGreaterThan(3);
      expect(
        ids.filter((id, index) => ids.indexOf(id) !== index),
        path,
      ).toEqual([]);
    }
  });

  test('loads its own files only, and forbids anything else', () => {
    for (const [path, html] of pages) {
      const loaded = [
        ...attributes(html, 'src'),
        ...[...html.matchAll(/<link [^>]*href="([^"]*)"/g)].map(([, href]) => href),
      ];
      expect(loaded.length, path).toBeGreaterThanOrEqual(3);
      for (const each of loaded)
        expect(
          each?.startsWith('data:') || site.files.has(posix.join(posix.dirname(path), each ?? '')),
          `${path}: ${each}`,
        ).toBe(true);
      expect(html, path).toContain(
        `http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'`,
      );
    }
    const css = String(site.files.get('assets/book.css'));
    expect(css.length).toBeGreaterThan(2000);
    expect(css).not.toMatch(/url\(|@import/);
  });

  test('leads to the next page and back, through all of them', () => {
    const neighbour = (path: string, rel: string) =>
      new RegExp(`<a rel="${rel}" href="([^"]*)"`).exec(pages.get(path) ?? '')?.[1];
    const order = site.book.parts.flatMap((part) => part.pages.map(({ path }) => path));
    const walked: string[] = [];
    for (let path = neighbour('index.html', 'next'); path !== undefined; path = neighbour(path, 'next'))
      walked.push(path);
    expect(walked).toEqual(order);
    for (const [at, path] of order.entries()) if (at > 0) expect(neighbour(path, 'prev')).toBe(order[at - 1]);
  });

  test('search finds words, beginnings of words, and words with a slip', () => {
    const [, json = ''] = /^window\.bookIndex = (".*");\n$/s.exec(String(site.files.get('assets/search.js'))) ?? [];
    const index = MiniSearch.loadJSON<Found>(JSON.parse(json) as string, searchOptions);
    for (const words of ['strangers channel', 'strang chan', 'starngers chanel'])
      expect(index.search(words).map(({ id }) => String(id))[0], words).toBe(
        '03-ipc-counters.html#strangers-on-the-channel',
      );
    expect(index.search('availableParallelism').length).toBeGreaterThan(0);
    expect(index.search('zzzzzz')).toEqual([]);
  });
});

const reads = await Promise.all(
  findLessons().map(async (lesson) => {
    const { properties } = (await import(lesson.check)) as { properties: readonly Property[] };
    return [lesson.slug, properties.flatMap(({ read, readMore = {} }) => [read, ...Object.values(readMore)])] as const;
  }),
);

test.each(reads)('each finding of lesson %s leads to a heading of the book', (_slug, places) => {
  expect(places.length).toBeGreaterThan(5);
  for (const place of places) {
    const [file = '', anchor = ''] = place.split('#');
    expect(existsSync(join(workbookRoot, file)), place).toBe(true);
    const html = pages.get(file.replace('docs/', '').replace('.md', '.html')) ?? '';
    expect(html, place).toMatch(new RegExp(`<h[1-6] id="${anchor}">`));
  }
});

test('code is shown to the letter', () => {
  const shown = [...pages.values()].flatMap((html) =>
    [...html.matchAll(/<pre[^>]*><code>([\s\S]*?)<\/code><\/pre>/g)].map(([, code = '']) =>
      unescape(code.replace(/<\/?span[^>]*>/g, '')),
    ),
  );
  expect(shown.length).toBeGreaterThan(30);
  const written = allPages(site.book)
    .map(({ file }) => readFileSync(join(workbookRoot, file), 'utf8'))
    .join('\n');
  const blocks = [...written.matchAll(/^```[^\n]*\n([\s\S]*?)\n```$/gm)].map(([, code = '']) => code);
  expect(blocks.length).toBeGreaterThan(20);
  for (const block of blocks) expect(shown).toContain(block);
});
