// How smooth the live page is at 20,000 requests a second, on one program and on two, and the class board while 200
// learners report once a second: frames longer than 50 ms, printed.
//   node --import tsx test/bench/live-page.ts [seconds]
import { setTimeout as wait } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
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
const LEARNERS = 200;
const LESSON = {
  number: 3,
  title: 'IPC counters',
  findings: [{ id: '3.4', says: 'a replacement’s requests are counted' }],
};
const seconds = Number(process.argv[2] ?? 10);

if (executable !== null) {
  const browser = await startBrowser();
  try {
    for (const sides of [1, 2] as const) {
      for (const cores of [4, 16]) console.log(`${sides} × ${cores} workers: ${await measure(browser, sides, cores)}`);
    }
    console.log(`class board: ${await measureBoard(browser)}`);
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
  const told = await framesOf(page);
  clearInterval(timer);
  await page.context().close();
  await live.close();
  return told;
}

async function measureBoard(browser: Browser): Promise<string> {
  const live = await serveLive({ show: openFakeShow(), port: 0, class: { lessons: [LESSON] } });
  if (live.board === null) throw new Error('there is no board');
  const { origin, pathname } = new URL(live.board.reportTo);
  const { page } = await visit(browser, live.board.address, { viewport: { width: 1280, height: 720 } });
  let taken = 0;
  let refused = 0;
  const over = new AbortController();
  const learn = async (learner: number): Promise<void> => {
    await wait(1000 * Math.random());
    for (let round = 0; !over.signal.aborted; round += 1) {
      const { status } = await fetch(`${origin}/class/report`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-class-token': pathname.slice(1) },
        body: JSON.stringify({
          id: `learner-${learner}`.padEnd(20, '-'),
          lesson: 3,
          verdict: round % 3 === 0 ? 'passed' : 'failed',
          broken: round % 3 === 0 ? [] : ['3.4'],
        }),
      });
      if (status === 200) taken += 1;
      else refused += 1;
      await wait(1000);
    }
  };
  const learners = Array.from({ length: LEARNERS }, (_, learner) => learn(learner));
  const told = await framesOf(page);
  over.abort();
  await Promise.all(learners);
  const shown = page.getByText(`${LEARNERS} learners in the last three hours, ${taken.toLocaleString('en')} reports`);
  const whole = await shown.waitFor({ timeout: 5000 }).then(
    () => 'all of them on the page',
    () => 'and the page says otherwise',
  );
  await page.context().close();
  await live.close();
  return `${told}; ${taken} reports acknowledged, ${refused} refused, ${whole}`;
}

async function framesOf(page: Page): Promise<string> {
  const frames = await page.evaluate<number[]>(`(${FRAMES})(${seconds * 1000})`);
  const long = frames.filter((each) => each > LONG_MS).length;
  const sorted = frames.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(0);
  return `${frames.length} frames, ${long} longer than ${LONG_MS} ms (${((100 * long) / frames.length).toFixed(1)} %), p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`;
}
