// Predictions as a reader meets them: with keys alone, right and wrong, run by the server and recorded in a file.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Tried, workbookRoot } from '#workbook';
import { buildSite, openPredicting, serveSite, type Serving, writeSite } from '../../runner/reader/site/index.ts';
import { runAxe } from './axe.ts';
import { executable, startBrowser, visit } from './browser.ts';

const CHAPTER = '02-load-balancing.html';

describe.skipIf(executable === null)('in a browser', () => {
  let browser: Browser;
  let folder: string;
  let serving: Serving;
  let asked: string[];
  let tried: Tried | Error;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'book-'));
    await writeSite(await buildSite(workbookRoot), folder);
    const predicting = openPredicting(async (lesson, id) => {
      asked.push(`${lesson} ${id}`);
      if (tried instanceof Error) throw tried;
      return tried;
    });
    const live = await buildSite(workbookRoot, true, predicting.token);
    const news = { lessons: {}, last: null };
    serving = await serveSite({ port: 0, site: async () => live, news: async () => news, predicting });
    browser = await startBrowser();
  }, 120_000);

  beforeEach(() => {
    asked = [];
    tried = { kind: 'answer', answer: { value: 1, seen: 'pid 4711 <b>answered</b> all 100' } };
  });

  afterAll(async () => {
    await browser?.close();
    await serving?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const served = () => `${serving.address}${CHAPTER}`;
  const asFile = () => `${pathToFileURL(folder).href}/${CHAPTER}`;
  const one = (page: Page) => page.locator('[data-prediction=one-connection]');
  const choice = (page: Page) => page.locator('[data-prediction=worker-killed]');

  async function say(page: Page, number: string): Promise<void> {
    await one(page).getByLabel('You say').fill(number);
    await page.keyboard.press('Enter');
    await one(page).locator('.outcome button').waitFor();
  }

  test('a wrong guess is shown beside the answer of the run, and leads to the paragraph', async () => {
    const { page, complaints } = await visit(browser, served());
    await say(page, '4');
    expect(asked).toEqual(['02 one-connection']);
    const text = await one(page).locator('.outcome').innerText();
    expect(text).toMatch(/You said\s+4\s+It was\s+1\s+pid 4711 <b>answered<\/b> all 100\s+run just now/);
    expect(text).not.toContain('As you said');
    expect(text).toContain('Connections are dealt, not requests');
    await one(page).getByRole('link', { name: 'What "free" means' }).click();
    await page.waitForURL(/#what-free-means$/);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('a right one is confirmed with the reason', async () => {
    const { page } = await visit(browser, served());
    await say(page, '1');
    const text = await one(page).locator('.outcome').innerText();
    expect(text).toContain('As you said. Connections are dealt, not requests');
    expect(text).not.toContain('Read why');
    await page.context().close();
  });

  test('with keys alone: a choice, the answer where the keys are, and the question again', async () => {
    const { page } = await visit(browser, asFile());
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('class') ?? '');
    await choice(page).locator('[name=guess]').first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await choice(page).locator('.outcome button').waitFor();
    expect(await focused()).toBe('outcome');
    expect(await choice(page).locator('.guess').isVisible()).toBe(false);
    expect(await choice(page).locator('.outcome').innerText()).toMatch(
      /You said\s+no answer: the connection is closed\s+It was\s+no answer: the connection is closed/,
    );
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await choice(page).locator('.outcome').innerText()).toBe('');
    expect(await choice(page).locator('.guess').isVisible()).toBe(true);
    expect(await choice(page).locator('[name=guess]:checked').count()).toBe(0);
    await page.context().close();
  });

  test('a page from a file shows the recorded answer, says where it is from, and asks nobody', async () => {
    const { page, asked: addresses, complaints } = await visit(browser, asFile());
    await say(page, '1');
    expect(await one(page).locator('.when').innerText()).toMatch(
      /^recorded on Node \S+, \d+ cores?, \d{1,2} [A-Z][a-z]+ \d{4}$/,
    );
    expect(addresses.length).toBeGreaterThan(1);
    expect(addresses.filter((address) => !/^(file:|data:)/.test(address))).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('without a guess nothing is told', async () => {
    const { page } = await visit(browser, served());
    for (const form of [one(page), choice(page)]) await form.getByRole('button', { name: 'Predict' }).click();
    expect(asked).toEqual([]);
    expect(await page.locator('.outcome:not(:empty)').count()).toBe(0);
    await page.context().close();
  });

  test.each([
    ['the run did not tell', { kind: 'none', why: 'The run did not come far enough to tell.' }, 'far enough'],
    ['the run failed', new Error('no'), 'could not be made'],
  ] as const)('where %s, the recorded answer is shown, and why', async (_what, what, words) => {
    tried = what;
    const { page } = await visit(browser, served());
    await say(page, '4');
    expect(asked).toHaveLength(1);
    expect(await one(page).locator('.when').innerText()).toMatch(new RegExp(`${words}.* recorded on Node`));
    await page.context().close();
  });

  test('a run that says something else than all others explains nothing', async () => {
    tried = { kind: 'answer', answer: { value: 2, seen: 'pids 1, 2' } };
    const { page } = await visit(browser, served());
    await say(page, '2');
    const text = await one(page).locator('.outcome').innerText();
    expect(text).toContain('Other runs say: 1.');
    expect(text).not.toMatch(/As you said|Connections are dealt|Read why/);
    await page.context().close();
  });

  test.each([
    ['light', 1280],
    ['light', 375],
    ['dark', 1280],
    ['dark', 375],
  ] as const)('axe finds nothing, asked and answered, %s, %s pixels wide', async (colorScheme, width) => {
    const { page } = await visit(browser, asFile(), { colorScheme, viewport: { width, height: 800 } });
    await say(page, '4');
    await choice(page).locator('[name=guess]').last().check();
    await choice(page).getByRole('button', { name: 'Predict' }).click();
    await choice(page).locator('.outcome button').waitFor();
    const { violations, passed } = await runAxe(page);
    expect(passed).toBeGreaterThan(10);
    expect(violations).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    await page.context().close();
  });
});
