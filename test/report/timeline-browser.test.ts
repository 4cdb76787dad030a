// The timeline of a run in a real browser: nothing in the way of anyone, keys alone, nothing asked for.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ownersIn } from '../../runner/checker/owners.ts';
import { renderTimeline } from '../../runner/report/timeline/page.ts';
import { runAxe } from '../site/axe.ts';
import { executable, startBrowser, visit } from '../site/browser.ts';
import { result } from './timeline-run.ts';

const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 375, height: 800 };

describe.skipIf(executable === null)('the timeline in a browser', () => {
  let browser: Browser;
  let folder: string;
  let address: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'timeline-'));
    const path = join(folder, 'timeline.html');
    writeFileSync(path, renderTimeline(result, ownersIn));
    address = pathToFileURL(path).href;
    browser = await startBrowser();
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
  const current = (page: Page) =>
    page.evaluate(() => [...document.querySelectorAll('.run .m')].indexOf(document.activeElement as Element));
  const tip = (page: Page) => page.locator('.tip');

  test.each([
    ['light', WIDE],
    ['light', NARROW],
    ['dark', WIDE],
    ['dark', NARROW],
  ] as const)('axe finds nothing, and nothing is wider than the window, %s, %o', async (colorScheme, viewport) => {
    const { page, complaints } = await visit(browser, address, { colorScheme, viewport });
    await page.locator('.twin summary').first().click();
    const { violations, passed } = await runAxe(page);
    expect(passed).toBeGreaterThan(10);
    expect(violations).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('asks for nothing but itself', async () => {
    const { page, asked, complaints } = await visit(browser, address, { viewport: WIDE });
    await page.locator('.run .lost').hover();
    await page.locator('.broken a').click();
    expect(asked.map((each) => each.replace(/#.*/, ''))).toEqual([address]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('keys alone reach every mark, and each says what it is', async () => {
    const { page } = await visit(browser, address, { viewport: WIDE });
    const all = await page.locator('.run .m').count();
    expect(all).toBeGreaterThan(12);
    await page.locator('.scroll').focus();
    await page.keyboard.press('Tab');
    const told = new Map<number, string>();
    /** Gives whether there was a mark to go to. */
    const go = async (key: string) => {
      const before = await current(page);
      await page.keyboard.press(key);
      return (await current(page)) !== before;
    };
    while (await go('ArrowUp'));
    do {
      await go('Home');
      do {
        expect(await tip(page).isVisible()).toBe(true);
        told.set(await current(page), (await tip(page).textContent()) ?? '');
      } while (await go('ArrowRight'));
    } while (await go('ArrowDown'));
    const labels = await page.locator('.run .m').evaluateAll((marks) => marks.map((mark) => mark.ariaLabel));
    expect(labels.map((_, index) => told.get(index))).toEqual(labels);
    await page.keyboard.press('Escape');
    expect(await tip(page).isVisible()).toBe(false);
    await page.context().close();
  });

  test('one press of the Tab key leaves the picture', async () => {
    const { page } = await visit(browser, address, { viewport: WIDE });
    await page.locator('.run .m[tabindex="0"]').focus();
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('SUMMARY');
    await page.context().close();
  });

  test('following a finding marks its evidence, dims the rest, and goes there', async () => {
    const { page } = await visit(browser, address, { viewport: NARROW });
    const dim = (selector: string) =>
      page
        .locator(selector)
        .first()
        .evaluate((mark) => Number(getComputedStyle(mark).opacity));
    expect(await dim('.run .excused')).toBe(1);
    await page.locator('.broken a').focus();
    await page.keyboard.press('Enter');
    await page.getByText('Marked: evidence of 2.4').waitFor();
    expect(await dim('.run .excused')).toBeLessThan(0.5);
    expect(await dim('.run .lost')).toBe(1);
    expect(await focused(page)).toContain('closed unanswered');
    const box = await page.locator('.run .lost').boundingBox();
    expect(box?.x).toBeGreaterThan(0);
    expect(box?.x).toBeLessThan(NARROW.width);
    await page.getByText('Back to the findings').click();
    expect(await dim('.run .excused')).toBe(1);
    await page.context().close();
  });

  test('without a script the findings, the pictures with their titles, and the words are there', async () => {
    const { page } = await visit(browser, address, { javaScriptEnabled: false, viewport: WIDE });
    expect(await page.locator('.run .m title').count()).toBe(await page.locator('.run .m').count());
    await page.locator('.twin summary').first().click();
    expect(await page.locator('.twin tr:visible').count()).toBeGreaterThan(20);
    await page.locator('.broken a').click();
    await page.getByText('Marked: evidence of 2.4').waitFor();
    await page.context().close();
  });

  test('light and dark follow the system', async () => {
    const { page } = await visit(browser, address, { colorScheme: 'light' });
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await ground();
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await ground()).not.toBe(light);
    await page.context().close();
  });
});
