// How smooth the live page is at 20,000 requests a second, on one program and on two: frames longer than 50 ms, printed.
//   node --import tsx test/bench/live-page.ts [seconds]
import type { Browser } from 'playwright-core';
import { serveLive } from '../../runner/live/serve.ts';
import { openFakeShow } from '../live/fake-show.ts';
import { executable, startBrowser, visit } from '../site/browser.ts';

const TICK_MS = 100;
const LONG_MS = 50;
/** As text: what is compiled for Node may need what a page does not have. */
const FRAMES = `(ms) => new Promise((resolve) => {
  const lengths = [];
  let last = performance.now();
  const end = last + ms;
  const next = (now) => {
    lengths.push(now - last);
    last = now;
    if (now < end) requestAnimationFrame(next);
    else resolve(lengths);
  };
  requestAnimationFrame(next);
})`;
const seconds = Number(process.argv[2] ?? 10);

if (executable !== null) {
  const browser = await startBrowser();
  try {
    for (const sides of [1, 2] as const) {
      for (const cores of [4, 16]) console.log(`${sides} × ${cores} workers: ${await measure(browser, sides, cores)}`);
    }
  } finally {
    await browser.close();
  }
}

async function measure(browser: Browser, sides: 1 | 2, cores: number): Promise<string> {
  const load = { connections: 64, perSecond: 20_000 };
  const show = openFakeShow({ sides, cores, load });
  const live = await serveLive({ show, port: 0 });
  show.pass(1200);
  const { page } = await visit(browser, live.address, { viewport: { width: 1280, height: 720 } });
  await page.locator('svg.run .lane').first().waitFor();
  const timer = setInterval(() => show.pass(1), TICK_MS);
  const frames = await page.evaluate<number[]>(`(${FRAMES})(${seconds * 1000})`);
  clearInterval(timer);
  await page.context().close();
  await live.close();
  const long = frames.filter((each) => each > LONG_MS).length;
  const sorted = frames.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(0);
  return `${frames.length} frames, ${long} longer than ${LONG_MS} ms (${((100 * long) / frames.length).toFixed(1)} %), p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`;
}
