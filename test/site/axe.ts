// What axe finds wrong on a page as it is now.
import { createRequire } from 'node:module';
import type * as Axe from 'axe-core';
import type { Page } from 'playwright-core';

const { source } = createRequire(import.meta.url)('axe-core') as typeof Axe;

/** `passed` is how many rules were kept: where it is small, little was looked at. */
export async function runAxe(page: Page): Promise<{ violations: string[]; passed: number }> {
  await page.evaluate(source);
  const { violations, passes } = await page.evaluate(() =>
    // What it finds nothing wrong with need not be described.
    (globalThis as unknown as { axe: typeof Axe }).axe.run({ resultTypes: ['violations'], preload: false }),
  );
  return { violations: violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`), passed: passes.length };
}
