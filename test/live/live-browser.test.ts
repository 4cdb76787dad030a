// The live page in a real browser, before a cluster that is made up: what it shows, what it asks for, and for whom.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Beat } from '#workbook';
import { serveLive } from '../../runner/live/serve.ts';
import { runAxe } from '../site/axe.ts';
import { executable, startBrowser, visit } from '../site/browser.ts';
import { type FakeOptions, type FakeShow, openFakeShow } from './fake-show.ts';

const WIDE = { width: 1280, height: 720 };
const NARROW = { width: 375, height: 800 };

/** A browser's console complains of a refusal, and of a server that goes away, whatever the page makes of it. */
const OF_THE_NETWORK = /409 \(Conflict\)|403 \(Forbidden\)|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_REFUSED/;

const BEATS: readonly Beat[] = [
  {
    title: 'Clients',
    actions: [{ act: 'load', connections: 4, mode: 'fresh', perSecond: 100, slowShare: 0 }],
    ask: 'Who answers `GET /`?',
    appears: 'All of them.',
  },
  {
    title: 'A kill',
    actions: [{ act: 'kill', worker: 'last', signal: 'SIGKILL' }],
    ask: 'Who comes?',
    appears: 'Another one.',
  },
];

describe.skipIf(executable === null)('the live page in a browser', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await startBrowser();
  }, 60_000);

  afterAll(() => browser?.close());

  /** A page that looks at a show which has run for a while. */
  async function open(options: FakeOptions = {}, context: BrowserContextOptions = {}, ticks = 100) {
    const show = openFakeShow({ beats: BEATS, ...options });
    const live = await serveLive({ show, port: 0 });
    show.pass(ticks);
    const { page, asked, complaints } = await visit(browser, live.address, { viewport: WIDE, ...context });
    onTestFinished(async () => {
      await page.context().close();
      await live.close();
      expect(complaints.filter((each) => !OF_THE_NETWORK.test(each))).toEqual([]);
      expect(asked.filter((each) => !each.startsWith(new URL(live.address).origin))).toEqual([]);
    });
    if (ticks > 0) await page.locator('svg.run .lane').first().waitFor();
    return { show, page, complaints, live };
  }

  test.each([
    ['light', WIDE, 'usual'],
    ['light', NARROW, 'usual'],
    ['dark', WIDE, 'usual'],
    ['light', WIDE, 'more'],
    ['dark', WIDE, 'more'],
  ] as const)('axe finds nothing, and nothing is wider than the window: %s, %o, contrast %s', async (...look) => {
    const [colorScheme, viewport, contrast] = look;
    const { show, page } = await open({ sides: 2 }, { colorScheme, viewport });
    await show.act({ act: 'kill', worker: 1, signal: 'SIGKILL' });
    await show.act({ act: 'freeze', worker: 2 });
    show.print('to nobody', 'stderr');
    show.pass(5);
    if (contrast === 'more') await page.keyboard.press('c');
    await page.keyboard.press('1');
    await page.keyboard.press('n');
    await page.keyboard.press('s');
    await page.keyboard.press('p');
    await page.locator('#key summary').click();
    await page.locator('#beat .appears').waitFor();
    for (const _ of ['page', 'overview']) {
      const { violations, passed } = await runAxe(page);
      expect(passed).toBeGreaterThan(15);
      expect(violations).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      await page.keyboard.press('?');
    }
  });

  test('the numbers are those of the last tick, and add up', async () => {
    const { show, page } = await open();
    await show.act({ act: 'kill', worker: 2, signal: 'SIGKILL' });
    show.pass(10);
    const { sent, answered, inFlight } = show.account();
    await equation(page, `${count(sent)} sent = ${count(answered)} answered + 3 lost + ${inFlight} under way`);
    expect(sent).toBe(answered + 3 + inFlight);
    await page
      .locator('.classes')
      .getByText('lost: 1 reset before the answer was whole, 1 closed unanswered')
      .waitFor();
  });

  test('a lane is killed by mouse: its mark, its replacement, and what was lost with it', async () => {
    const { show, page } = await open();
    const before = await lanes(page);
    await page.locator('.names button', { hasText: 'worker 2' }).click();
    await page.locator('#controls').getByText('worker 2 (pid').waitFor();
    await page.getByRole('button', { name: 'SIGKILL' }).click();
    await expect.poll(() => show.asked).toEqual([{ act: 'kill', side: 0, worker: 2, signal: 'SIGKILL' }]);
    show.pass(5);
    await page.locator('.names').getByText('worker 5').waitFor();
    expect(await lanes(page)).toHaveLength(before.length + 1);
    expect(await labels(page, '.fault')).toEqual([expect.stringContaining('SIGKILL for worker 2 (pid')]);
    expect(await labels(page, '.loss')).toEqual([
      expect.stringContaining('1 request reset before the answer was whole: worker 2'),
      expect.stringContaining('1 request closed unanswered: worker 2'),
      expect.stringContaining('1 request cut within the answer: worker 2'),
    ]);
    const shapes = await page.locator('.loss use').evaluateAll((all) => all.map((each) => each.getAttribute('href')));
    expect(new Set(shapes).size).toBe(3);
    await page.locator('#news').getByText('is dead: SIGKILL').waitFor();
    await page.locator('#controls').getByText('none: click a name').waitFor();
  });

  test('every control is there for the keyboard alone', async () => {
    const { show, page } = await open();
    const pressed: [key: string, asked: object][] = [
      ['3', {}],
      ['x', { act: 'block', side: 0, worker: 3, ms: 1000 }],
      ['j', { act: 'junk', side: 0, worker: 3, direction: 'up' }],
      ['J', { act: 'junk', side: 0, worker: 3, direction: 'down' }],
      ['z', { act: 'freeze', side: 0, worker: 3 }],
      ['a', { act: 'thaw', side: 0, worker: 3 }],
      ['t', { act: 'kill', side: 0, worker: 3, signal: 'SIGTERM' }],
      // the replacement has its key
      ['3', {}],
      ['k', { act: 'kill', side: 0, worker: 5, signal: 'SIGKILL' }],
      ['r', { act: 'restart' }],
      [']', { act: 'load', connections: 32, mode: 'keep-alive', perSecond: 2000, slowShare: 0 }],
      ['[', { act: 'load', connections: 16, mode: 'keep-alive', perSecond: 2000, slowShare: 0 }],
      ['m', { act: 'load', connections: 16, mode: 'fresh', perSecond: 2000, slowShare: 0 }],
      ['.', { act: 'load', connections: 16, mode: 'fresh', perSecond: 5000, slowShare: 0 }],
      [',', { act: 'load', connections: 16, mode: 'fresh', perSecond: 2000, slowShare: 0 }],
      ['w', { act: 'load', connections: 16, mode: 'fresh', perSecond: 2000, slowShare: 0.1 }],
      ['>', { act: 'set', cores: 5, policy: null }],
      ['<', { act: 'set', cores: 4, policy: null }],
      ['y', { act: 'set', cores: 4, policy: 'rr' }],
      ['N', { act: 'boots', how: 'slow' }],
      ['N', { act: 'boots', how: 'dies' }],
      ['T', { act: 'shut-down', signal: 'SIGTERM', group: false }],
      ['g', { act: 'start' }],
      ['C', { act: 'shut-down', signal: 'SIGINT', group: true }],
      ['g', { act: 'start' }],
      ['e', { act: 'stop' }],
      ['g', { act: 'start' }],
    ];
    const expected: object[] = [];
    for (const [key, asked] of pressed) {
      await page.keyboard.press(key);
      if ('act' in asked) expected.push(asked);
      await expect.poll(() => show.asked).toEqual(expected);
      show.pass(6);
      await shows(page, show);
    }
  });

  test('what cannot be done says why, and asks for nothing', async () => {
    const { show, page } = await open();
    const kill = page.getByRole('button', { name: 'SIGKILL' });
    expect(await kill.getAttribute('aria-disabled')).toBe('true');
    // whoever tries the button, although it looks as it does, is told
    await kill.click({ force: true });
    await page.locator('.why').getByText('No living worker is chosen').waitFor();
    await page.keyboard.press('1');
    await page.keyboard.press('e');
    await expect.poll(() => show.asked).toEqual([{ act: 'stop' }]);
    show.pass(1);
    await page.getByText('not running, since').waitFor();
    await page.keyboard.press('k');
    await page.locator('.why').getByText('Nothing is running').waitFor();
    expect(show.asked).toHaveLength(1);
  });

  test('the key is in no cookie and not in the address bar, and goes to no other server of this machine', async () => {
    const { page, live } = await open();
    const { origin, hash } = new URL(live.address);
    expect(hash).toMatch(/^#key=.{24}$/);
    expect(page.url()).toBe(`${origin}/`);
    expect(await page.context().cookies()).toEqual([]);
    const told: string[] = [];
    const other = createServer(({ url, headers }, response) => {
      told.push(`${url} ${JSON.stringify(headers)}`);
      response.end();
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    const visitor = await page.context().newPage();
    await visitor.goto(`http://127.0.0.1:${(other.address() as AddressInfo).port}/`);
    await visitor.close();
    expect(told.length).toBeGreaterThan(0);
    expect(told.join()).not.toContain(hash.slice('#key='.length));
  });

  test.each(['light', 'dark'] as const)('without its key the page says what to do, %s', async (colorScheme) => {
    const { page, live } = await open();
    const { origin } = new URL(live.address);
    const context = await browser.newContext({ viewport: WIDE, colorScheme });
    onTestFinished(() => context.close());
    const stranger = await context.newPage();
    await stranger.goto(`${origin}/`);
    await stranger.getByText('open the whole address that the command printed').waitFor();
    expect(await stranger.locator('#controls').isVisible()).toBe(false);
    expect((await runAxe(stranger)).violations).toEqual([]);
    await stranger.goto(`${origin}/#key=another`);
    await stranger.getByText('open the address that the command printed last').waitFor();
    expect(await stranger.locator('svg.run').count()).toBe(0);
    // only what is behind the # is another one: the browser loads nothing by itself
    await stranger.goto(live.address);
    await stranger.locator('svg.run .lane').first().waitFor();
    expect(await lanes(stranger)).toEqual(await lanes(page));
  });

  test('a server that went away and came back with another key is not asked again and again', async () => {
    const { page, live } = await open();
    const port = Number(new URL(live.address).port);
    await live.close();
    await page.getByText('the server is not heard any more').waitFor();
    const another = await serveLive({ show: openFakeShow(), port });
    onTestFinished(() => another.close());
    await page.getByText('open the address that the command printed last').waitFor();
    await page.goto(another.address);
    await page.getByText('Nothing has run yet.').waitFor();
    expect(page.url()).toBe(`${new URL(another.address).origin}/`);
  });

  test('a server that went away and came back with the same key is followed again', async () => {
    const { page, live } = await open();
    const { port, hash } = new URL(live.address);
    await live.close();
    await page.getByText('the server is not heard any more').waitFor();
    const again = openFakeShow({ cores: 2 });
    const key = hash.slice('#key='.length);
    const another = await serveLive({ show: again, port: Number(port), key });
    onTestFinished(() => another.close());
    again.pass(20);
    await page.locator('#status').getByText('live', { exact: true }).waitFor();
    await shows(page, again);
    expect(await lanes(page)).toHaveLength(3);
  });

  test('trouble that lasts is told once', async () => {
    const { show, page } = await open();
    show.trouble('It forked <b>too often</b>.');
    show.pass(20);
    await shows(page, show);
    await page.locator('#news').getByText('It forked <b>too often</b>.').waitFor();
    show.pass(20);
    await shows(page, show);
    await show.act({ act: 'kill', worker: 1, signal: 'SIGKILL' });
    show.pass(1);
    await page.locator('#news').getByText('is dead: SIGKILL').waitFor();
    expect((await page.locator('#news').textContent())?.split('It forked')).toHaveLength(2);
  });

  test('of a saved run a scenario is chosen from a list, and by a key', async () => {
    const { show, page } = await open({ recorded: true, scenarios: ['steady', 'a kill', 'a <b>flood</b>'], beats: [] });
    await page.locator('h2').getByText(' · steady').waitFor();
    const list = page.getByLabel('Scenario');
    expect(await list.locator('option').allTextContents()).toEqual(['steady', 'a kill', 'a <b>flood</b>']);
    await list.selectOption({ label: 'a <b>flood</b>' });
    await expect.poll(() => show.asked).toEqual([{ act: 'play', scenario: 2 }]);
    show.pass(3);
    await page.locator('h2').getByText(' · a <b>flood</b>').waitFor();
    await page.locator('body').press('i');
    await expect.poll(() => show.asked.slice(1)).toEqual([{ act: 'play', scenario: 0 }]);
    expect((await runAxe(page)).violations).toEqual([]);
  });

  test('a program has no scenarios to be chosen', async () => {
    const { show, page } = await open();
    expect(await page.getByLabel('Scenario').isVisible()).toBe(false);
    await page.keyboard.press('i');
    await page.locator('.why').getByText('There is no other scenario').waitFor();
    expect(show.asked).toEqual([]);
  });

  test('a recorded run can be started and stopped, and nothing else', async () => {
    const { show, page } = await open({ recorded: true, beats: [] });
    await page.getByText('This is a recorded run').first().waitFor();
    for (const key of ['1', 'k', 'r', ']', 'y', 'n']) await page.keyboard.press(key);
    await page.locator('.why').getByText('it has no steps').waitFor();
    await page.keyboard.press('e');
    await expect.poll(() => show.asked).toEqual([{ act: 'stop' }]);
  });

  test('of a recorded run with steps, nothing is done, what appears is told, and its end says that it begins again', async () => {
    const { show, page } = await open({ recorded: true, solutionOnly: false });
    await page.keyboard.press('n');
    await page.keyboard.press('d');
    await page.locator('.why').getByText('nothing can be done to it, and s tells what appears').waitFor();
    await page.keyboard.press('s');
    await page.locator('#beat').getByText('With the solution you see: All of them.').waitFor();
    expect(show.asked).toEqual([]);
    await page.keyboard.press('p');
    await page.getByText('The recording runs on.').waitFor();
    await page.keyboard.press('l');
    await show.act({ act: 'stop' });
    show.pass(1);
    await page.locator('#status').getByText('it is over, and begins again in a moment').waitFor();
  });

  test('a refusal is told beside the controls, and goes when something is done', async () => {
    const { show, page } = await open();
    show.refuseNext('There is no <b>worker 1</b> any more.');
    await page.keyboard.press('1');
    await page.keyboard.press('k');
    await page.locator('.why').getByText('There is no <b>worker 1</b> any more.').waitFor();
    await page.keyboard.press('k');
    await expect.poll(() => page.locator('.why').textContent()).toBe('');
    expect(show.asked).toHaveLength(2);
  });

  test('loaded again in the middle it shows the same', async () => {
    const { show, page } = await open({ sides: 2 });
    await show.act({ act: 'kill', worker: 3, signal: 'SIGKILL' });
    show.pass(20);
    await show.act({ act: 'restart' });
    show.pass(25);
    await shows(page, show);
    const before = await everything(page);
    await page.reload();
    await shows(page, show);
    expect(await everything(page)).toEqual(before);
    expect(before.lanes.length).toBeGreaterThan(12);
    expect(before.marks.length).toBeGreaterThan(6);
  });

  test('whatever a program prints, or is called, is text', async () => {
    const evil = '<img src=x onerror="document.title=1">\u001b[2J\u202eevil';
    const { show, page } = await open({ file: evil });
    show.print(evil);
    show.print('</li><script>document.title=2</script>', 'stderr');
    show.pass(1);
    await page.locator('.log').getByText('<script>document.title=2</script>').waitFor();
    await page.locator('.log').getByText('<img src=x onerror="document.title=1">·[2J·evil').waitFor();
    await page.locator('h2').getByText('<img src=x').waitFor();
    expect(await page.locator('main img, main script').count()).toBe(0);
    expect(await page.title()).toBe('Lesson 2 · Load balancing · live');
  });

  test('output is filtered by process, and bounded', async () => {
    const { show, page } = await open();
    show.print('only this one');
    show.pass(1);
    await page.locator('.log').getByText('only this one').waitFor();
    await page.getByLabel('Of which process').selectOption({ label: await nameOfWorker(page, 2) });
    await expect.poll(() => page.locator('.log li').count()).toBe(1);
    await page.getByLabel('Of which process').selectOption('all');
    for (let i = 0; i < 2000; i += 1) show.print(`line ${i}`);
    show.pass(1);
    await page.locator('.log').getByText('line 1999').waitFor();
    expect(await page.locator('.log li').count()).toBe(500);
  });

  test('paused, the picture stands still while all goes on, steps back and forth, and returns', async () => {
    const { show, page } = await open();
    await shows(page, show);
    await page.keyboard.press('p');
    await page.getByText('at the moment of the pause').waitFor();
    const still = await everything(page);
    await show.act({ act: 'kill', worker: 1, signal: 'SIGKILL' });
    show.pass(30);
    await page.locator('#news').getByText('SIGKILL').first().waitFor();
    expect(await everything(page)).toEqual(still);
    await page.keyboard.press('Shift+ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await page.getByText('1.1 s before the pause').waitFor();
    await expect.poll(() => page.locator('caption').textContent()).toContain('at 8.9 s');
    const then = await everything(page);
    expect(then.lanes).not.toEqual(still.lanes);
    for (const key of ['ArrowRight', 'Shift+ArrowRight', 'ArrowRight']) await page.keyboard.press(key);
    await page.getByText('at the moment of the pause').waitFor();
    expect(await everything(page)).toEqual(still);
    await page.keyboard.press('l');
    await shows(page, show);
    expect(await labels(page, '.fault')).toEqual([expect.stringContaining('SIGKILL')]);
  });

  test('before its kill a worker lives, when one steps back', async () => {
    const { show, page } = await open();
    await show.act({ act: 'kill', worker: 1, signal: 'SIGKILL' });
    show.pass(10);
    await page.locator('#processes').getByText('dead: SIGKILL').waitFor();
    await page.keyboard.press('p');
    await page.keyboard.press('Shift+ArrowLeft');
    await page.keyboard.press('Shift+ArrowLeft');
    await expect.poll(() => page.locator('#processes').getByText('dead: SIGKILL').count()).toBe(0);
    expect(await page.locator('#processes tbody tr').count()).toBe(5);
    expect(await labels(page, '.fault')).toEqual([]);
  });

  test('keys alone reach every mark of the picture, and each says what it is', async () => {
    const { show, page } = await open();
    await show.act({ act: 'kill', worker: 2, signal: 'SIGKILL' });
    show.pass(5);
    await shows(page, show);
    await page.locator('svg.run .m[tabindex="0"]').focus();
    const focused = () =>
      page.evaluate(() => [...document.querySelectorAll('.run .m')].indexOf(document.activeElement as Element));
    const go = async (key: string) => {
      const before = await focused();
      await page.keyboard.press(key);
      return (await focused()) !== before;
    };
    while (await go('ArrowUp'));
    const told = new Map<number, string>();
    do {
      await go('Home');
      do told.set(await focused(), (await page.locator('.tip').first().textContent()) ?? '');
      while (await go('ArrowRight'));
    } while (await go('ArrowDown'));
    const all = await labels(page, '.m');
    expect(all.length).toBeGreaterThan(20);
    expect(all.map((_, index) => told.get(index))).toEqual(all);
    expect(await page.locator('svg.run .m[tabindex="0"]').count()).toBe(1);
  });

  test('steps of the demonstration: first the question, then what is done, then what appears', async () => {
    const { show, page } = await open();
    await page.keyboard.press('n');
    await page.locator('#beat').getByText('1 of 2 · Clients').waitFor();
    expect(await page.locator('#beat .ask code').textContent()).toBe('GET /');
    expect(await page.locator('#beat .appears').isVisible()).toBe(false);
    await page.keyboard.press('d');
    await page.locator('#beat').getByText('All of them.').waitFor();
    expect(show.asked).toEqual([{ act: 'load', connections: 4, mode: 'fresh', perSecond: 100, slowShare: 0 }]);
    await page.keyboard.press('n');
    show.refuseNext('It was busy.');
    await page.keyboard.press('d');
    await page.locator('#beat').getByText('It was not done: It was busy.').waitFor();
    await page.getByRole('button', { name: 'Do it once more' }).click();
    await page.locator('#beat').getByText('Another one.').waitFor();
    const kill = { act: 'kill', side: 0, worker: 4, signal: 'SIGKILL' };
    expect(show.asked.slice(1)).toEqual([kill, kill]);
    await page.keyboard.press('b');
    await page.locator('#beat').getByText('1 of 2').waitFor();
  });

  test('what a step says appears is said of the solution, wherever something else runs, too', async () => {
    for (const [solutionOnly, words] of [
      [true, 'All of them.'],
      [false, 'With the solution you see: All of them.'],
    ] as const) {
      const { page } = await open({ solutionOnly });
      await page.keyboard.press('n');
      await page.keyboard.press('s');
      await expect.poll(() => page.locator('#beat .appears').textContent()).toBe(words);
    }
  });

  test('the step that is open is still open after a reload, and one jumps to any other by the menu', async () => {
    const { show, page } = await open();
    for (const key of ['n', 'n', 's']) await page.keyboard.press(key);
    await page.reload();
    await page.locator('#beat').getByText('2 of 2 · A kill').waitFor();
    await page.locator('#beat').getByText('Another one.').waitFor();
    await page.getByLabel('Go to step').selectOption({ label: '1 · Clients' });
    await page.locator('#beat').getByText('1 of 2 · Clients').waitFor();
    expect(await page.locator('#beat .appears').isVisible()).toBe(false);
    // the menu has let the keys go
    await page.keyboard.press('d');
    await expect.poll(() => show.asked.length).toBe(1);
    await page.keyboard.press('q');
    await page.reload();
    await page.locator('svg.run .lane').first().waitFor();
    expect(await page.locator('#beat').isVisible()).toBe(false);
    await page.keyboard.press('n');
    await page.locator('#beat').getByText('1 of 2 · Clients').waitFor();
  });

  test('a step sets the time that is shown', async () => {
    const [first] = BEATS;
    const { page } = await open({ beats: first === undefined ? [] : [{ ...first, seconds: 10 }] });
    const time = () => page.locator('.tools button', { hasText: /\d s/ }).locator('span').textContent();
    expect(await time()).toBe('30 s');
    await page.keyboard.press('n');
    await page.keyboard.press('d');
    await expect.poll(time).toBe('10 s');
  });

  test('in a low window the controls give their place to the picture while the steps are open, and come at a key', async () => {
    const { page } = await open();
    const controls = page.locator('#controls');
    const lanesAre = async () => (await page.locator('svg.run .lane .hit').nth(1).boundingBox())?.width ?? 0;
    const width = async () => (await page.locator('svg.run').boundingBox())?.width ?? 0;
    const beside = await width();
    expect(await lanesAre()).toBeGreaterThan(100);
    expect(await controls.isVisible()).toBe(true);
    await page.keyboard.press('n');
    await expect.poll(() => controls.isVisible()).toBe(false);
    await expect.poll(width).toBeGreaterThan(beside + 200);
    expect((await runAxe(page)).violations).toEqual([]);
    await page.keyboard.press('u');
    await expect.poll(() => controls.isVisible()).toBe(true);
    expect((await runAxe(page)).violations).toEqual([]);
    await page.keyboard.press('u');
    await page.keyboard.press('q');
    await expect.poll(() => controls.isVisible()).toBe(false);
  });

  test('in a high window the controls stay, until the page fills the screen', async () => {
    const { page } = await open({}, { viewport: { width: 1280, height: 1000 } });
    await page.keyboard.press('n');
    await page.locator('#beat .ask').waitFor();
    expect(await page.locator('#controls').isVisible()).toBe(true);
    await page.keyboard.press('f');
    await expect.poll(() => page.locator('#controls').isVisible()).toBe(false);
    await page.keyboard.press('f');
    await expect.poll(() => page.locator('#controls').isVisible()).toBe(true);
  });

  test('a menu that has the focus does not swallow keys, and takes none of them for a choice', async () => {
    const { show, page } = await open();
    await page.getByLabel('Policy').focus();
    await page.keyboard.press('r');
    await expect.poll(() => show.asked).toEqual([{ act: 'restart' }]);
    await page.keyboard.press('n');
    await page.locator('#beat').getByText('1 of 2').waitFor();
    expect(show.asked).toHaveLength(1);
  });

  test('a worker keeps its key for life, and a replacement takes the one that is free', async () => {
    const { show, page } = await open();
    const keys = () => page.locator('.names button b').allTextContents();
    await expect.poll(keys).toEqual(['worker 11', 'worker 22', 'worker 33', 'worker 44']);
    await page.keyboard.press('1');
    await page.keyboard.press('k');
    await expect.poll(() => show.asked.length).toBe(1);
    show.pass(5);
    await shows(page, show);
    await expect.poll(keys).toEqual(['worker 22', 'worker 33', 'worker 44', 'worker 51']);
    await page.keyboard.press('3');
    await page.keyboard.press('k');
    await expect.poll(() => show.asked[1]).toEqual({ act: 'kill', side: 0, worker: 3, signal: 'SIGKILL' });
  });

  test('new workers are made to die by a menu, which is a line across all lanes; a program that ended says how', async () => {
    const { show, page } = await open();
    await page.locator('#controls').getByLabel('New workers').selectOption({ label: 'die' });
    await expect.poll(() => show.asked).toEqual([{ act: 'boots', how: 'dies' }]);
    show.pass(2);
    await shows(page, show);
    expect(await labels(page, '.fault')).toEqual([expect.stringMatching(/^10\.0 s: new workers: dies$/)]);
    await expect.poll(() => page.locator('#controls').getByLabel('New workers').inputValue()).toBe('dies');
    await page.getByRole('button', { name: 'End: SIGTERM' }).click();
    await expect.poll(() => show.asked.slice(1)).toEqual([{ act: 'shut-down', signal: 'SIGTERM', group: false }]);
    show.pass(2);
    await page.locator('.setting').getByText('the program has ended: code 0').waitFor();
    await page.keyboard.press('r');
    await page.locator('.why').getByText('Nothing is running').waitFor();
  });

  test('the page says how long clients wait, who deals, the slowest answer, and what the workers say', async () => {
    const { show, page } = await open({ shows: 'total' });
    const { answered } = show.account();
    expect(answered).toBeGreaterThan(1000);
    await page.locator('.patience').getByText('a client gives up 3.0 s after its answer was due').waitFor();
    await page.locator('.setting').getByText('the primary deals in turn').waitFor();
    expect(await page.locator('.facts div', { hasText: 'slowest in 5 s' }).textContent()).toContain('1.0 s');
    const said = (await page.locator('.said').textContent()) ?? '';
    expect(said).toMatch(/^The workers say: total ([\d,]+) · \1 · \1 · \1$/);
    expect(said).toContain(count(answered));
  });

  test('beside each worker stands its share of the answers', async () => {
    const { page } = await open();
    await expect.poll(() => page.locator('.names em').allTextContents()).toContain('25 %');
    const shares = (await page.locator('.names button em').allTextContents()).map((text) => Number.parseFloat(text));
    expect(shares).toHaveLength(4);
    expect(shares.reduce((sum, each) => sum + each, 0)).toBeCloseTo(100, -1);
  });

  test('where there are too many lanes, the first that ended share one, and all that live have their own', async () => {
    const { show, page } = await open();
    for (let round = 0; round < 5; round += 1) {
      await show.act({ act: 'restart' });
      show.pass(40);
    }
    await shows(page, show);
    await page.keyboard.press('n');
    await page
      .locator('.names')
      .getByText(/\d+ that ended/)
      .waitFor();
    expect(await page.locator('.names button').count()).toBe(4);
    const rows = await page.locator('.names .lane').evaluateAll((all) => all.map((each) => each.clientHeight));
    expect(rows.length).toBeGreaterThan(5);
    expect(Math.min(...rows)).toBeGreaterThanOrEqual(20);
    expect(await page.locator('#processes tbody tr').count()).toBeGreaterThan(rows.length);
  });

  test('messages are arrows from lane to lane, with how many there were up and down', async () => {
    const { page } = await open();
    const numbers = await page.locator('.arrow .number').allTextContents();
    expect(numbers).toContainEqual(expect.stringMatching(/^↑ \d+$/));
    expect(numbers).toContainEqual(expect.stringMatching(/^↓ \d+$/));
    const lengths = await page
      .locator('.arrow .stem')
      .evaluateAll((all) => all.map((each) => Number(each.getAttribute('y2')) - Number(each.getAttribute('y1'))));
    expect(Math.max(...lengths)).toBeGreaterThan(100);
  });

  test('once the server is gone, a step is not done, and says why', async () => {
    const { page, live } = await open();
    await page.keyboard.press('n');
    await live.close();
    await page.getByText('the server is not heard any more').waitFor();
    await expect
      .poll(() => page.locator('#beat button', { hasText: 'Do it' }).getAttribute('aria-disabled'))
      .toBe('true');
    await page.keyboard.press('d');
    await page.locator('.why').getByText('The page hears nothing of the server').waitFor();
  });

  test('two programs: a number chooses on both sides, a name on one', async () => {
    const { show, page } = await open({ sides: 2 });
    await page.keyboard.press('2');
    await page.keyboard.press('k');
    await expect.poll(() => show.asked.map(({ side }) => side)).toEqual([0, 1]);
    show.pass(5);
    await page.locator('.side').nth(1).locator('.names button', { hasText: 'worker 3' }).click();
    await page.keyboard.press('k');
    await expect.poll(() => show.asked.slice(2)).toEqual([{ act: 'kill', side: 1, worker: 3, signal: 'SIGKILL' }]);
    show.pass(30);
    await expect.poll(() => page.locator('.side').nth(1).locator('.unheard').count()).toBeGreaterThan(0);
    expect(await page.locator('.side').nth(0).locator('.unheard').count()).toBe(0);
  });

  test('size, contrast and theme stay after a reload', async () => {
    const { page } = await open();
    const size = () => page.evaluate(() => getComputedStyle(document.documentElement).fontSize);
    const usual = await size();
    for (const key of ['+', 'c', 'h']) await page.keyboard.press(key);
    const larger = await size();
    expect(larger).not.toBe(usual);
    await page.reload();
    await page.locator('svg.run .lane').first().waitFor();
    expect(await size()).toBe(larger);
    expect(await page.evaluate(() => document.documentElement.className)).toBe('contrast');
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('light');
    await page.keyboard.press('-');
    expect(await size()).toBe(usual);
  });

  test('single keys can be turned off, and the overview names every key', async () => {
    const { show, page } = await open();
    await page.keyboard.press('?');
    expect(await page.locator('dialog dt').count()).toBeGreaterThan(35);
    await page.getByLabel('Single keys act').click();
    await page.keyboard.press('Escape');
    await page.keyboard.press('r');
    await page.keyboard.press('?');
    await page.getByLabel('Single keys act').click();
    await page.keyboard.press('Escape');
    await page.keyboard.press('e');
    await expect.poll(() => show.asked).toEqual([{ act: 'stop' }]);
  });

  test('before anything runs there is a page, and it says so', async () => {
    const { page } = await open({}, {}, 0);
    await page.getByText('Nothing has run yet.').waitFor();
    expect((await runAxe(page)).violations).toEqual([]);
  });
});

function count(number: number): string {
  return number.toLocaleString('en-US');
}

async function equation(page: Page, words: string): Promise<void> {
  await expect.poll(() => page.locator('.equation').first().textContent()).toBe(words);
}

/** Until the page shows the last tick. */
async function shows(page: Page, show: FakeShow): Promise<void> {
  for (const side of show.sides === 2 ? ([0, 1] as const) : ([0] as const)) {
    const numbers = page.locator('.numbers').nth(side);
    await expect.poll(() => numbers.getAttribute('data-moment')).toBe(show.moment(side));
  }
}

function labels(page: Page, kind: string): Promise<(string | null)[]> {
  return page.locator(`svg.run ${kind}`).evaluateAll((all) => all.map((each) => each.getAttribute('aria-label')));
}

function lanes(page: Page): Promise<(string | null)[]> {
  return labels(page, '.lane');
}

async function nameOfWorker(page: Page, worker: number): Promise<string> {
  const row = page.locator('#processes tbody tr', { has: page.getByText(`worker ${worker}`, { exact: true }) });
  return `worker ${worker} (pid ${await row.locator('td').first().textContent()})`;
}

/** What of the programs is on the page, wherever it stands. */
async function everything(page: Page) {
  return {
    numbers: await page.locator('.numbers').allTextContents(),
    lanes: await lanes(page),
    shapes: await page.locator('svg.run path').evaluateAll((all) => all.map((each) => each.getAttribute('d'))),
    marks: [...(await labels(page, '.fault')), ...(await labels(page, '.loss')), ...(await labels(page, '.arrow'))],
    processes: await page.locator('#processes').textContent(),
    output: await page.locator('.log').textContent(),
  };
}
