// The class board in a real browser: what was reported is on it, readable by everybody, and nothing else.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { serveLive } from '../../runner/live/serve.ts';
import { runAxe } from '../site/axe.ts';
import { executable, startBrowser, visit } from '../site/browser.ts';
import { openFakeShow } from './fake-show.ts';

const LESSONS = [
  { number: 2, title: 'Load balancing', findings: [{ id: '2.3', says: 'a killed worker is replaced' }] },
  {
    number: 3,
    title: 'IPC counters',
    findings: [{ id: '3.4', says: 'a replacement’s `GET /` are counted <b>too</b>' }],
  },
];

describe.skipIf(executable === null)('the class board in a browser', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await startBrowser();
  }, 60_000);

  afterAll(() => browser?.close());

  test.each([
    ['light', { width: 1280, height: 720 }],
    ['dark', { width: 1920, height: 1080 }],
    ['light', { width: 375, height: 800 }],
  ] as const)('shows what is told, and axe finds nothing: %s, %o', async (colorScheme, viewport) => {
    const live = await serveLive({ show: openFakeShow(), port: 0, class: { lessons: LESSONS } });
    onTestFinished(() => live.close());
    const board = live.board;
    if (board === null) throw new Error('there is no board');
    const { page, complaints } = await visit(browser, board.address, { colorScheme, viewport });
    onTestFinished(() => page.context().close());
    await page.getByText('Nobody has told anything yet.').waitFor();
    await page.locator('.how').getByText(board.reportTo).waitFor();
    const { origin, pathname } = new URL(board.reportTo);
    const tell = async (id: string, report: object, token = pathname.slice(1)) =>
      fetch(`${origin}/class/report`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-class-token': token },
        body: JSON.stringify({ id: id.repeat(20), ...report }),
      });
    await tell('a', { lesson: 2, verdict: 'passed', broken: [] });
    await tell('b', { lesson: 3, verdict: 'failed', broken: ['3.4'] });
    await tell('c', { lesson: 3, verdict: 'failed', broken: ['3.4'] });
    await tell('d', { lesson: 3, verdict: 'failed', broken: ['3.4'] }, 'wrong');
    await page.getByText('3 learners in the last three hours, 3 reports; refused: 1 wrong token.').waitFor();
    expect(await page.locator('tbody tr').allTextContents()).toEqual(['2 · Load balancing01', '3 · IPC counters220']);
    expect(await page.locator('.broken li').allTextContents()).toEqual([
      '23.4 a replacement’s GET / are counted <b>too</b>',
    ]);
    const { violations, passed } = await runAxe(page);
    expect(passed).toBeGreaterThan(10);
    expect(violations).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    expect(complaints).toEqual([]);
    expect(page.url()).not.toContain('key=');
    await page.reload();
    await page.getByText('3 learners in the last three hours').waitFor();
  });

  test('its type is made larger, and its keys are told, at a key', async () => {
    const live = await serveLive({ show: openFakeShow(), port: 0, class: { lessons: LESSONS } });
    onTestFinished(() => live.close());
    const { page } = await visit(browser, live.board?.address ?? '', { viewport: { width: 1280, height: 720 } });
    onTestFinished(() => page.context().close());
    await page.getByText('Nobody has told anything yet.').waitFor();
    const size = () => page.evaluate(() => Number.parseFloat(getComputedStyle(document.documentElement).fontSize));
    const usual = await size();
    await page.keyboard.press('+');
    expect(await size()).toBeGreaterThan(usual);
    await page.keyboard.press('h');
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('light');
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByText('larger type').waitFor();
    expect(await page.getByRole('dialog').getByText('worker').count()).toBe(0);
    expect((await runAxe(page)).violations).toEqual([]);
  });

  test('without its key says what to do, and the page’s key is not its own', async () => {
    const live = await serveLive({ show: openFakeShow(), port: 0, class: { lessons: LESSONS } });
    onTestFinished(() => live.close());
    const { origin, hash } = new URL(live.address);
    const { page } = await visit(browser, `${origin}/class`, { viewport: { width: 1280, height: 720 } });
    onTestFinished(() => page.context().close());
    await page.getByText('open the whole address that the command printed').waitFor();
    expect(await page.locator('.how').isVisible()).toBe(false);
    await page.goto(`${origin}/class${hash}`);
    await page.getByText('open the address that the command printed last').waitFor();
    await page.goto(live.board?.address ?? '');
    await page.getByText('Nobody has told anything yet.').waitFor();
  });
});
