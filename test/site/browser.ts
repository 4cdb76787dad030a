// A browser for the tests that need one: that of the variable CHROMIUM, else the first of the known names on the PATH.
// Where there is none, those tests are skipped, and it is said why.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge'];

/** Where macOS has it, off the PATH. */
const APPLICATION = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

export const executable = findBrowser();

if (executable === null)
  console.warn('No browser was found: tests in one are skipped. Install chromium, or set CHROMIUM to the path of one.');

function findBrowser(): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const paths = folders.flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [process.env.CHROMIUM ?? '', ...paths, APPLICATION].find((path) => path !== '' && mayRun(path)) ?? null;
}

function mayRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whoever starts it closes it. */
export async function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: executable ?? '',
    // What a browser does for itself has no place in a test that counts requests.
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

export interface Visit {
  readonly page: Page;
  /** Addresses of all that the page asked for. */
  readonly asked: string[];
  /** Errors and warnings of the page, refusals of its policy among them. */
  readonly complaints: string[];
}

export async function visit(browser: Browser, address: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const asked: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  await page.goto(address);
  return { page, asked, complaints };
}
