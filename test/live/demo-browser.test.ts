// The command `demo` with a real cluster and a real browser: what is done on the page happens to processes, and is seen.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { workbookRoot } from '#workbook';
import { executable, startBrowser, visit } from '../site/browser.ts';

/** Forks and kills in the hand of a busy machine. */
const PATIENCE = { timeout: 45_000 };

describe.skipIf(executable === null)('the live page before a real cluster', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await startBrowser();
  }, 60_000);

  afterAll(() => browser?.close());

  async function open(...args: string[]): Promise<Page> {
    const demo = spawn(process.execPath, [join(workbookRoot, 'runner/cli/start.cjs'), 'demo', ...args], {
      cwd: workbookRoot,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => end(demo));
    const { page } = await visit(browser, await addressOf(demo), { viewport: { width: 1280, height: 720 } });
    onTestFinished(() => page.context().close());
    await expect.poll(() => states(page, 0), PATIENCE).toEqual(Array.from({ length: 4 }, () => 'listening'));
    return page;
  }

  test('a worker is killed by a click, and its replacement has a lane', async () => {
    const page = await open('2');
    await page.locator('.names button').first().click();
    const chosen = await page.locator('.chosen-worker', { hasText: 'pid' }).textContent();
    await page.getByRole('button', { name: 'SIGKILL' }).click();
    await page.locator('.names').getByText('worker 5').waitFor();
    await expect
      .poll(() => states(page, 0), PATIENCE)
      .toEqual(['dead: SIGKILL', 'listening', 'listening', 'listening', 'listening']);
    expect(await labels(page, '.fault')).toEqual([expect.stringContaining(`for ${chosen?.replace(/:.*/, '')}`)]);
    await addsUp(page, 0);
  });

  test('SIGHUP under load: the solution loses nothing, and whoever kills first loses what was in hand', async () => {
    const page = await open('4', '--beside', 'test/specimens/04-zero-downtime-restart/wrong/kill-then-fork.cjs');
    await page.getByLabel('Requests a second').selectOption('500');
    await page.getByLabel('Ask for /slow').selectOption('0.5');
    await expect.poll(() => page.locator('.setting').allTextContents(), PATIENCE).toSatisfy(all(/50 % slow/));
    for (const side of [0, 1])
      await expect.poll(() => number(page, '.of-answered', side), PATIENCE).toBeGreaterThan(100);
    await page.keyboard.press('r');
    await expect.poll(() => states(page, 0), PATIENCE).toEqual([...four('left as planned'), ...four('listening')]);
    await expect.poll(() => number(page, '.of-lost', 1), PATIENCE).toBeGreaterThan(0);
    expect(await number(page, '.of-lost', 0)).toBe(0);
    expect(await page.locator('.side').nth(1).locator('.loss').count()).toBeGreaterThan(0);
    for (const side of [0, 1]) await addsUp(page, side);
  });
});

async function addressOf(demo: ChildProcess): Promise<string> {
  if (demo.stdout === null) throw new Error('nothing to read the address from');
  for await (const line of createInterface({ input: demo.stdout })) {
    const address = /http:\S+/.exec(line)?.[0];
    if (address !== undefined) return address;
  }
  throw new Error('the command said no address');
}

async function end(demo: ChildProcess): Promise<void> {
  if (demo.exitCode !== null || demo.signalCode !== null) return;
  demo.kill('SIGINT');
  await once(demo, 'exit');
}

/** Of the workers, in the order of their forks. */
function states(page: Page, side: number): Promise<string[]> {
  return page
    .locator('#processes table')
    .nth(side)
    .locator('tbody tr:not(:first-child) td:nth-child(3)')
    .allTextContents();
}

function labels(page: Page, kind: string): Promise<(string | null)[]> {
  return page.locator(`svg.run ${kind}`).evaluateAll((every) => every.map((each) => each.getAttribute('aria-label')));
}

async function number(page: Page, kind: string, side: number): Promise<number> {
  return asNumber((await page.locator(kind).nth(side).textContent()) ?? '');
}

function asNumber(text: string): number {
  return Number(text.replaceAll(',', ''));
}

/** As it stands on the page at one moment. */
async function addsUp(page: Page, side: number): Promise<void> {
  const words = (await page.locator('.equation').nth(side).textContent()) ?? '';
  expect(words).toMatch(/^[\d,]+ sent = [\d,]+ answered \+ [\d,]+ lost \+ [\d,]+ under way$/);
  const [sent = NaN, answered = NaN, lost = NaN, flying = NaN] = (words.match(/[\d,]+/g) ?? []).map(asNumber);
  expect(sent).toBeGreaterThan(0);
  expect(answered + lost + flying).toBe(sent);
}

function four(state: string): string[] {
  return Array.from({ length: 4 }, () => state);
}

function all(pattern: RegExp): (texts: string[]) => boolean {
  return (texts) => texts.length > 0 && texts.every((text) => pattern.test(text));
}
