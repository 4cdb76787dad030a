// The figures in a browser: stepped through with buttons and with keys, in both themes, wide and narrow, from a file, on paper.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { History } from '#history';
import { workbookRoot } from '#workbook';
import { figureOf, names } from '../../docs/figures/figures.ts';
import { allPages, buildSite, writeSite } from '../../runner/reader/site/index.ts';
import { runAxe } from './axe.ts';
import { executable, startBrowser, visit } from './browser.ts';

const WIDE = { width: 1280, height: 900 };
const NARROW = { width: 375, height: 812 };

const LOOKS = [
  { colorScheme: 'light', viewport: WIDE },
  { colorScheme: 'dark', viewport: WIDE },
  { colorScheme: 'light', viewport: NARROW },
] as const;

describe.skipIf(executable === null)('in a browser', () => {
  let browser: Browser;
  let folder: string;
  let pathOf: Map<string, string>;
  /** One for each figure, for all tests that need no other. */
  const opened = new Map<string, Awaited<ReturnType<typeof visit>>>();

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'figures-'));
    const site = await buildSite(workbookRoot);
    pathOf = new Map(
      names.map((name) => [
        name,
        allPages(site.book).find(({ markdown }) => markdown.includes(`data-figure="${name}"`))?.path ?? '',
      ]),
    );
    await writeSite(site, folder);
    browser = await startBrowser();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const stepsOf = (name: (typeof names)[number]) =>
    figureOf(name, JSON.parse(readFileSync(join(workbookRoot, 'docs', 'figures', `${name}.json`), 'utf8')) as History[])
      .steps;
  const wordsOf = (name: (typeof names)[number]) => stepsOf(name).map(({ words }) => words);
  const open = (name: string, options: BrowserContextOptions = {}) =>
    visit(browser, `${pathToFileURL(folder).href}/${pathOf.get(name)}`, { viewport: WIDE, ...options });
  /** As it was when it was opened. */
  const shared = async (name: string) => {
    const all = opened.get(name) ?? (await open(name));
    opened.set(name, all);
    await all.page.setViewportSize(WIDE);
    await all.page.emulateMedia({ media: null, colorScheme: 'light', reducedMotion: 'reduce' });
    await press(all.page, 'Start over');
    return all;
  };
  const lookedAt = async (name: string, { colorScheme, viewport }: (typeof LOOKS)[number]) => {
    const { page } = await shared(name);
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    return page;
  };
  const press = (page: Page, name: string) =>
    page.locator('[data-figure]').getByRole('button', { name, exact: true }).dispatchEvent('click');

  test.each(names)('%s: the buttons go through all steps and back, and each says what it shows', async (name) => {
    const words = wordsOf(name);
    const { page, asked, complaints } = await shared(name);
    expect(await shown(page)).toEqual({ still: true, step: 0, told: `A recorded run in ${words.length} steps.` });
    for (const [index, told] of words.entries()) {
      await press(page, 'Next');
      expect(await shown(page)).toEqual({ still: false, step: index + 1, told });
    }
    await press(page, 'Next');
    expect(await shown(page)).toMatchObject({ step: words.length });
    await press(page, 'Back');
    expect(await shown(page)).toMatchObject({ step: words.length - 1 });
    await press(page, 'Start over');
    expect(await shown(page)).toMatchObject({ still: true, step: 0 });
    expect(asked.filter((address) => !/^(file|data):/.test(address))).toEqual([]);
    // the page, its style and its script
    expect(asked.filter((address) => address.startsWith('file:'))).toHaveLength(3);
    expect(complaints).toEqual([]);
  });

  test.each(names)('%s: the keys do the same, and space plays and pauses', async (name) => {
    const words = wordsOf(name);
    const { page } = await shared(name);
    await page.locator('[data-figure]').focus();
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement as Element).outlineStyle);
    expect(outline).toBe('solid');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect(await shown(page)).toMatchObject({ step: 2, told: words[1] });
    await page.keyboard.press('ArrowLeft');
    expect(await shown(page)).toMatchObject({ step: 1, told: words[0] });
    await page.keyboard.press('End');
    expect(await shown(page)).toMatchObject({ step: words.length, told: words.at(-1) });
    await page.keyboard.press('Home');
    expect(await shown(page)).toMatchObject({ still: true, step: 0 });
    const scrolled = await page.evaluate(() => scrollY);
    await page.keyboard.press('Space');
    expect(await page.evaluate(() => scrollY)).toBe(scrolled);
    expect(await shown(page)).toMatchObject({ step: 1 });
    expect(await page.getByRole('button', { name: 'Pause' }).count()).toBe(1);
    await page.keyboard.press('ArrowRight');
    expect(await page.getByRole('button', { name: 'Pause' }).count()).toBe(0);
    // a button with the focus is pressed by space, and takes the arrows too
    await page.locator('[data-figure]').getByRole('button', { name: 'Next' }).focus();
    await page.keyboard.press('Space');
    expect(await shown(page)).toMatchObject({ step: 3 });
    await page.keyboard.press('ArrowLeft');
    expect(await shown(page)).toMatchObject({ step: 2 });
  });

  test('playing goes on by itself to the last step, and stops there', async () => {
    const { page } = await open('one-port');
    const words = wordsOf('one-port');
    await page.clock.install();
    await press(page, 'Play');
    const running = page.locator('[data-figure] .progress i');
    expect(await running.count()).toBe(1);
    expect(await page.locator('[data-figure] .count').innerText()).toBe(`playing 1/${words.length}`);
    await press(page, 'Pause');
    expect(await running.count()).toBe(0);
    expect(await page.locator('[data-figure] .count').innerText()).toBe(`1/${words.length}`);
    await press(page, 'Play');
    await page.clock.runFor(10_000);
    const { step } = await shown(page);
    expect(step).toBeGreaterThan(1);
    await page.clock.runFor(120_000);
    expect(await shown(page)).toMatchObject({ step: words.length });
    expect(await page.getByRole('button', { name: 'Play' }).count()).toBe(1);
    expect(await running.count()).toBe(0);
    await page.context().close();
  });

  test.each(names)('%s: nothing moves but the picture, and it fits', async (name) => {
    const steps = wordsOf(name).length;
    for (const look of LOOKS) {
      const page = await lookedAt(name, look);
      const below = () =>
        page.evaluate(() => {
          const next = document.querySelector('[data-figure]')?.nextElementSibling;
          // on the page, not in the window, which may scroll by itself after it was made larger
          return next ? Math.round(next.getBoundingClientRect().top + scrollY) : undefined;
        });
      const top = await below();
      expect(top).toBeDefined();
      for (let step = 1; step <= steps; step += 1) {
        await press(page, 'Next');
        expect(await below(), `step ${step}`).toBe(top);
      }
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(wider).toBeLessThanOrEqual(0);
      const box = await page.locator('[data-figure] svg').boundingBox();
      expect(box?.width).toBeGreaterThan(300);
    }
  });

  test.each(names)('%s: no letter leaves the picture, and none stands on another', async (name) => {
    const { page } = await shared(name);
    for (let step = 0; step <= wordsOf(name).length; step += 1) {
      const found = await page.evaluate(() => {
        const svg = document.querySelector('[data-figure] svg') as SVGSVGElement;
        const edge = svg.getBoundingClientRect();
        const all = [...svg.querySelectorAll('text')]
          .filter((each) => each.textContent !== '' && each.getClientRects().length > 0)
          .map((each) => ({ words: each.textContent ?? '', box: each.getBoundingClientRect() }));
        const outside = all.filter(
          ({ box }) =>
            box.left < edge.left + 2 || box.right > edge.right - 2 || box.top < edge.top || box.bottom > edge.bottom,
        );
        const overlaps = all.filter(({ box }, index) =>
          all
            .slice(index + 1)
            .some(
              (other) =>
                Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left) > 1 &&
                Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top) > 4,
            ),
        );
        return { seen: all.length, wrong: [...outside, ...overlaps].map(({ words }) => words) };
      });
      expect(found.seen).toBeGreaterThan(4);
      expect(found.wrong, `step ${step}`).toEqual([]);
      await press(page, 'Next');
    }
  });

  test.each(names)('%s: without a script, and on paper, the picture stands and there is no button', async (name) => {
    const bare = await open(name, { javaScriptEnabled: false });
    expect(await bare.page.locator('[data-figure] .still').isVisible()).toBe(true);
    expect(await bare.page.locator('[data-figure] .step:visible').count()).toBe(0);
    expect(await bare.page.locator('[data-figure] button').count()).toBe(0);
    await bare.page.context().close();
    const { page } = await shared(name);
    await press(page, 'Next');
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('[data-figure] .still').isVisible()).toBe(true);
    expect(await page.locator('[data-figure] .step:visible').count()).toBe(0);
    expect(await page.locator('[data-figure] button:visible').count()).toBe(0);
  });

  test.each(names)('%s: moves nothing by itself, and a step only where the reader wants motion', async (name) => {
    const motions = async (reducedMotion: 'reduce' | 'no-preference') => {
      const { page } = await shared(name);
      await page.emulateMedia({ reducedMotion });
      expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
      let seen = 0;
      for (let step = 0; step < wordsOf(name).length; step += 1) {
        await press(page, 'Next');
        seen += await page.evaluate(() => document.getAnimations().length);
      }
      return seen;
    };
    expect(await motions('reduce')).toBe(0);
    // only what arrives somewhere moves
    const moves = stepsOf(name).some(({ drawing }) => drawing.includes('arriving'));
    expect((await motions('no-preference')) > 0).toBe(moves);
  });

  // The rest of each page is judged with the other pages, and would only take its time here.
  test.each(names)(
    '%s: axe finds nothing at the first step and at the last',
    async (name) => {
      for (const look of LOOKS) {
        const page = await lookedAt(name, look);
        await page.evaluate(() => {
          const figure = document.querySelector('[data-figure]') as Element;
          figure.parentElement?.replaceChildren(figure);
        });
        await page.locator('[data-figure]').focus();
        for (const [key, step] of [
          ['ArrowRight', 1],
          ['End', wordsOf(name).length],
        ] as const) {
          await page.keyboard.press(key);
          expect(await shown(page)).toMatchObject({ step });
          const { violations, passed } = await runAxe(page, '[data-figure]');
          expect(passed).toBeGreaterThan(5);
          expect(violations, JSON.stringify(look)).toEqual([]);
        }
      }
    },
    60_000,
  );

  test.each(names)('%s: opened by itself it follows the theme, and says what it is', async (name) => {
    const address = pathToFileURL(join(workbookRoot, 'docs', 'figures', `${name}.svg`)).href;
    const grounds = new Set<string>();
    const { page, asked } = await visit(browser, address);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      grounds.add(await page.evaluate(() => getComputedStyle(document.querySelector('.ground') as Element).fill));
      expect(await page.evaluate(() => document.querySelector('title')?.textContent)).not.toBe('');
      expect(await page.evaluate(() => document.querySelectorAll('.step:not([style])').length)).toBeGreaterThan(0);
      expect(await page.evaluate(() => getComputedStyle(document.querySelector('.step') as Element).display)).toBe(
        'none',
      );
    }
    expect(grounds.size).toBe(2);
    expect(asked).toHaveLength(1);
    await page.context().close();
  });
});

/** What the figure of the page shows now: the step by the one that is drawn, 0 for none. */
function shown(page: Page): Promise<{ still: boolean; step: number; told: string }> {
  return page.evaluate(() => {
    const isDrawn = (element: Element | null) => element !== null && getComputedStyle(element).display !== 'none';
    const steps = [...document.querySelectorAll('[data-figure] .step')].map(isDrawn);
    if (steps.filter(Boolean).length > 1) throw new Error('More than one step is drawn.');
    return {
      still: isDrawn(document.querySelector('[data-figure] .still')),
      step: steps.indexOf(true) + 1,
      told: document.querySelector('[data-figure] [aria-live]')?.textContent ?? '',
    };
  });
}
