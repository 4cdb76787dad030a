// The book as a reader meets it: opened as files and from a server, light and dark, wide and narrow, with keys alone.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { workbookRoot } from '#workbook';
import { buildSite, type News, serveSite, type Serving, type Site, writeSite } from '../../runner/reader/site/index.ts';
import { runAxe } from './axe.ts';
import { executable, startBrowser, visit } from './browser.ts';

const WIDE = { width: 1280, height: 900 };
const NARROW = { width: 375, height: 812 };

// elsewhere they are left out, which is said
test.runIf(process.env.CI)('where everything is to be tested, there is a browser', () => {
  expect(executable).not.toBeNull();
});

describe.skipIf(executable === null)('in a browser', () => {
  let browser: Browser;
  let folder: string;
  let site: Site;
  let live: Site;
  let serving: Serving;
  let news: News;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'book-'));
    site = await buildSite(workbookRoot);
    live = await buildSite(workbookRoot, true);
    await writeSite(site, folder);
    serving = await serveSite({ port: 0, site: async () => live, news: async () => news });
    browser = await startBrowser();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await serving?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const asFile = (path: string) => `${pathToFileURL(folder).href}/${path}`;
  const pages = () => [...site.files.keys()].filter((path) => path.endsWith('.html'));
  const chapter = () => pages().find((path) => path.startsWith('03-')) ?? '';

  // colours do not depend on the width: each theme and each width, but not each of the one with each of the other
  test.each([
    ['light', NARROW],
    ['dark', WIDE],
  ] as const)(
    'axe finds nothing on any page, %s, %o',
    async (colorScheme, viewport) => {
      const { page } = await visit(browser, asFile('index.html'), { colorScheme, viewport });
      const found: string[] = [];
      for (const path of pages()) {
        await page.goto(asFile(path));
        const { violations, passed } = await runAxe(page);
        expect(passed, path).toBeGreaterThan(10);
        found.push(...violations.map((violation) => `${path}: ${violation}`));
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (overflow > 0) found.push(`${path}: ${overflow} pixels wider than the window`);
      }
      expect(found).toEqual([]);
      await page.context().close();
    },
    180_000,
  );

  test('axe finds nothing in the search and in the news of a lesson', async () => {
    news = example;
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page } = await visit(browser, `${serving.address}${chapter()}`, { colorScheme, viewport: WIDE });
      await page.waitForSelector('.findings div.broken');
      await page.click('.findings summary');
      expect((await runAxe(page)).violations).toEqual([]);
      await page.keyboard.press('/');
      await page.fill('#_words', 'listener');
      await page.waitForSelector('#_results a');
      expect((await runAxe(page)).violations).toEqual([]);
      await page.context().close();
    }
  });

  test('a page from a file asks for its own files only, complains of nothing, and search finds there', async () => {
    const { page, asked, complaints } = await visit(browser, asFile(chapter()));
    await page.keyboard.press('/');
    await page.keyboard.type('strangers');
    await page.waitForSelector('#_results a');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(/03-ipc-counters\.html#strangers-on-the-channel$/);
    expect(asked.length).toBeGreaterThan(3);
    expect(asked.filter((address) => !/^(file:|data:)/.test(address))).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('a served page asks nobody else either, also with every page visited', async () => {
    news = nothing;
    const { page, asked, complaints } = await visit(browser, serving.address);
    for (const path of pages()) await page.goto(`${serving.address}${path}`);
    expect(asked.length).toBeGreaterThan(pages().length);
    expect(asked.filter((address) => !address.startsWith(serving.address) && !address.startsWith('data:'))).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('with keys alone: past the head to the text, into the search and out again', async () => {
    const { page } = await visit(browser, asFile(chapter()), { viewport: WIDE });
    const focused = () => page.evaluate(() => document.activeElement?.id || document.activeElement?.className || '');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('skip');
    const box = await page.locator('.skip').boundingBox();
    expect(box?.y).toBeGreaterThanOrEqual(0);
    await page.keyboard.press('Enter');
    expect(await focused()).toBe('_text');
    await page.focus('#_open-search');
    await page.keyboard.press('Enter');
    expect(await focused()).toBe('_words');
    await page.keyboard.type('ipc/channel');
    expect(await page.inputValue('#_words')).toBe('ipc/channel');
    await page.keyboard.press('Escape');
    expect(await page.locator('#_search').evaluate((dialog: HTMLDialogElement) => dialog.open)).toBe(false);
    expect(await focused()).toBe('_open-search');
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement as Element).outlineStyle);
    expect(outline).toBe('solid');
    await page.context().close();
  });

  test('on a narrow screen the contents unfold, and Escape folds them again', async () => {
    const { page } = await visit(browser, asFile(chapter()), { viewport: NARROW });
    expect(await page.isVisible('#_contents')).toBe(false);
    await page.evaluate(() => scrollTo(0, 2000));
    await page.click('#_open-contents');
    expect(await page.isVisible('#_contents')).toBe(true);
    const box = await page.locator('#_contents').boundingBox();
    expect(box?.y).toBeGreaterThan(0);
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(NARROW.height);
    expect(await page.getAttribute('#_open-contents', 'aria-expanded')).toBe('true');
    await page.keyboard.press('Escape');
    expect(await page.isVisible('#_contents')).toBe(false);
    await page.context().close();
  });

  test('the theme follows the system until the reader chooses, and the choice goes along', async () => {
    const { page } = await visit(browser, `${serving.address}${chapter()}`, { colorScheme: 'light' });
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await ground();
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = await ground();
    expect(dark).not.toBe(light);
    await page.click('#_theme'); // light
    expect(await ground()).toBe(light);
    await page.goto(serving.address);
    expect(await page.textContent('#_theme')).toBe('Theme: light');
    expect(await ground()).toBe(light);
    await page.click('#_theme'); // dark
    await page.emulateMedia({ colorScheme: 'light' });
    expect(await ground()).toBe(dark);
    await page.context().close();
  });

  test('code is copied as it was written', async () => {
    const { page } = await visit(browser, `${serving.address}${chapter()}`, {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const block = page.locator('.code', { has: page.locator('.t-keyword') }).first();
    await block.locator('.copy').focus();
    await page.keyboard.press('Enter');
    await block.getByText('Copied').waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied.length).toBeGreaterThan(20);
    expect(live.book.parts.flatMap(({ pages: all }) => all.map(({ markdown }) => markdown)).join('\n')).toContain(
      copied,
    );
    await page.context().close();
  });

  test('a chapter shows how its lesson stands, hears of the next check, and takes nothing for markup', async () => {
    news = nothing;
    const { page, complaints } = await visit(browser, `${serving.address}${chapter()}`);
    await page.getByText('Yours: not begun.').waitFor();
    expect(serving.isHeard()).toBe(true);
    news = example;
    serving.mayHaveNews();
    await page.waitForSelector('.findings div.broken');
    expect(await page.locator('.findings div.broken').textContent()).toContain('<img src=x onerror=alert(1)>');
    expect(await page.locator('.findings img').count()).toBe(0);
    await page.click('.findings dd a');
    await page.waitForURL(/#one-listener-for-every-worker$/);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('without a script there is the text, and no button that does nothing', async () => {
    const { page } = await visit(browser, asFile(chapter()), { javaScriptEnabled: false });
    expect(await page.locator('button:visible').count()).toBe(0);
    expect(await page.locator('h2:visible').count()).toBeGreaterThan(5);
    expect(await page.locator('.code:visible').count()).toBeGreaterThan(3);
    await page.context().close();
  });
});

const nothing: News = { lessons: {}, last: null };

const example: News = {
  lessons: { '01': { mark: 'passed', words: 'passed' }, '03': { mark: 'open', words: 'judged once, broken: 3.4' } },
  last: {
    at: '2026-01-02T03:04:05.000Z',
    changed: true,
    findings: [
      {
        id: '3.4',
        says: 'a replacement’s requests are counted',
        status: 'broken',
        summary: '',
        expected: 'total 12',
        observed: '<img src=x onerror=alert(1)>',
        cause: 'nobody listened',
        read: 'docs/03-ipc-counters.md#one-listener-for-every-worker',
      },
      {
        id: '3.1',
        says: 'every request is counted once',
        status: 'holds',
        summary: '12 requests',
        expected: null,
        observed: null,
        cause: null,
        read: 'docs/03-ipc-counters.md#every-request-is-counted-once',
      },
      {
        id: '3.5',
        says: 'unknown messages change nothing',
        status: 'inconclusive',
        summary: 'not judged: needs 3.4',
        expected: null,
        observed: null,
        cause: null,
        read: 'docs/03-ipc-counters.md#strangers-on-the-channel',
      },
    ],
  },
};
