// What axe finds wrong on a page, or a part of it, as it is now.
import { createRequire } from 'node:module';
import type * as Axe from 'axe-core';
import type { Page } from 'playwright-core';

const { source } = createRequire(import.meta.url)('axe-core') as typeof Axe;

/** `passed` is how many rules were kept: where it is small, little was looked at. */
export async function runAxe(page: Page, part = 'html'): Promise<{ violations: string[]; passed: number }> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(source);
  const { violations, passes } = await page.evaluate(
    (context) =>
      // What it finds nothing wrong with need not be described.
      (globalThis as unknown as { axe: typeof Axe }).axe.run(context, { resultTypes: ['violations'], preload: false }),
    part,
  );
  return { violations: violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`), passed: passes.length };
}
