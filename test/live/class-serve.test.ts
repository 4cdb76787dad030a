// The class board as it is served: a whole class reports to it at once, and nothing that was acknowledged is lost.
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { Board, ClassLesson, Report } from '#live';
import { reportTo, parseBoard } from '../../runner/cli/report-to.ts';
import { makePlayground } from '../workbook/playground.ts';
import { ask, KEY, listen, type Listening, type Live, openLive } from './server.ts';

const LESSONS: readonly ClassLesson[] = [
  { number: 1, title: 'Fork per core', findings: [{ id: '1.1', says: 'a worker for each core' }] },
  { number: 3, title: 'IPC counters', findings: [{ id: '3.4', says: "a replacement's requests are counted" }] },
];

const opened: Live[] = [];

async function open(): Promise<Live & { readonly word: string; readonly boardKey: string }> {
  const live = await openLive({ class: { lessons: LESSONS } });
  opened.push(live);
  const { board } = live.serving;
  const [, boardKey = ''] = /^http:\/\/127\.0\.0\.1:\d+\/class#key=([\w-]{24})$/.exec(board?.address ?? '') ?? [];
  return { ...live, word: new URL(board?.reportTo ?? '').pathname.slice(1), boardKey };
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map(({ serving }) => serving.close()));
});

function report(learner: number, how: Partial<Report> = {}): Report {
  return { id: `learner-${String(learner).padStart(12, '0')}`, lesson: 3, verdict: 'failed', broken: ['3.4'], ...how };
}

function post(port: number, word: string, value: unknown, headers: Record<string, string> = {}) {
  const body = typeof value === 'string' ? value : JSON.stringify(value);
  return ask(port, '/class/report', { method: 'POST', headers: { 'x-class-token': word, ...headers }, body });
}

/** The first board of which that is so. */
async function boardOf(page: Listening, isIt: (board: Board) => boolean): Promise<Board> {
  for (;;) {
    const [told] = await page.next(1);
    if (told?.event === 'board' && isIt(told.data as Board)) return told.data as Board;
  }
}

test('the board is shown to who has its key, which is not the page’s, and it shows what learners type', async () => {
  const { port, ask: get, word, boardKey, act } = await open();
  const page = await get('/class', { headers: {} });
  expect(page.body).toContain('Class board');
  const loaded = [...page.body.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path ?? '');
  expect(loaded.toSorted()).toEqual(['/assets/class.css', '/assets/class.js']);
  for (const path of loaded) expect((await get(path)).status).toBe(200);
  const board = await boardOf(await listen(port, '/class/stream', boardKey), () => true);
  expect(board.command).toBe(`npm run check -- --report http://127.0.0.1:${port}/${word}`);
  for (const secret of [KEY, boardKey]) {
    expect(page.body).not.toContain(secret);
    expect(JSON.stringify(board)).not.toContain(secret);
  }
  for (const key of ['', 'guessed', word, KEY])
    expect((await get('/class/stream', { headers: { 'x-live-key': key } })).status).toBe(403);
  expect((await get('/stream', { headers: { 'x-live-key': boardKey } })).status).toBe(403);
  expect((await act({ act: 'stop' }, { 'x-live-key': boardKey })).status).toBe(403);
});

test('the address for learners says what it is for, is no key, and is answered like every other word', async () => {
  const { port, word, act } = await open();
  const { status, body } = await ask(port, `/${word}`, {});
  expect([status, body]).toEqual([200, expect.stringContaining(`--report http://127.0.0.1:${port}/${word}`)]);
  const other = await ask(port, '/aa-aa-aa', {});
  expect([other.status, other.body.replaceAll('aa-aa-aa', word)]).toEqual([200, body]);
  for (const path of ['/stream', '/class/stream'])
    expect((await ask(port, path, { headers: { 'x-live-key': word } })).status).toBe(403);
  expect((await act({ act: 'stop' }, { 'x-live-key': word })).status).toBe(403);
});

describe('a report', () => {
  test('comes from a learner’s workbook', async () => {
    const { port, serving, boardKey } = await open();
    const page = await listen(port, '/class/stream', boardKey);
    const address = parseBoard(serving.board?.reportTo ?? '');
    const findings = [{ id: '3.4', status: 'broken' }] as never;
    const result = { lesson: { number: 3, slug: '', title: '' }, verdict: 'failed', findings } as never;
    const line = await reportTo(address as NonNullable<typeof address>, result, makePlayground());
    expect(line).toBe('The class board was told: lesson 3, failed.');
    const board = await boardOf(page, ({ reports }) => reports === 1);
    expect(board.broken).toEqual([{ id: '3.4', says: "a replacement's requests are counted", lesson: 3, learners: 1 }]);
  });

  test('that is none is refused and counted', async () => {
    const { port, word, boardKey } = await open();
    const page = await listen(port, '/class/stream', boardKey);
    const statuses = [
      await post(port, word, report(1)),
      await post(port, 'aa-aa-aa', report(2)),
      await post(port, KEY, report(2)),
      await post(port, word, '{"id":'),
      await post(port, word, { ...report(2), verdict: 'great' }),
      await post(port, word, report(2), { origin: 'http://evil.example' }),
      await post(port, word, report(2), { 'sec-fetch-site': 'same-site' }),
      await post(port, word, { ...report(2), code: 'x'.repeat(4000) }),
    ].map(({ status, body }) => [status, (JSON.parse(body) as { readonly ok: boolean }).ok]);
    expect(statuses).toEqual([
      [200, true],
      [403, false],
      [403, false],
      [400, false],
      [400, false],
      [400, false],
      [400, false],
      [413, false],
    ]);
    const board = await boardOf(page, ({ refused }) => refused['too large'] === 1);
    expect(board).toMatchObject({
      learners: 1,
      reports: 1,
      refused: { 'wrong token': 2, malformed: 4, 'too large': 1, 'too many': 0, full: 0 },
    });
  });

  test('that never ends is not read to its end', async () => {
    const { port, word } = await open();
    const socket = connect(port, '127.0.0.1');
    socket.write(`POST /class/report HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nx-class-token: ${word}\r\n`);
    socket.write(`transfer-encoding: chunked\r\n\r\n1000\r\n${'x'.repeat(4096)}\r\n`);
    let answered = '';
    for await (const part of socket) answered += String(part);
    expect(answered).toMatch(/^HTTP\/1\.1 413 /);
  });
});

test('of 200 learners who report at once, again and again, all that was acknowledged is on the board', async () => {
  const { port, word, boardKey } = await open();
  const page = await listen(port, '/class/stream', boardKey);
  const learners = Array.from({ length: 200 }, (_, learner) => learner);
  const latest = new Map<number, Report>();
  let acknowledged = 0;
  for (const round of [1, 2, 3, 4]) {
    await Promise.all(
      learners.map(async (learner) => {
        const passes = learner % 4 < round - 1;
        const told = report(learner, passes ? { verdict: 'passed', broken: [] } : { lesson: learner % 5 < 3 ? 3 : 1 });
        const { status } = await post(port, word, told);
        if (status !== 200) return;
        acknowledged += 1;
        latest.set(learner, told);
      }),
    );
    // and somebody who does not belong there
    const bad = await Promise.all(learners.slice(0, 20).map((learner) => post(port, 'no-such-one', report(learner))));
    expect(bad.map(({ status }) => status)).toEqual(Array<number>(20).fill(403));
  }
  expect(acknowledged).toBe(800);
  const board = await boardOf(page, ({ refused, reports }) => reports === 800 && refused['wrong token'] === 80);
  const now = [...latest.values()];
  const at = (number: number) => now.filter(({ lesson, verdict }) => lesson === number && verdict !== 'passed');
  expect(board.learners).toBe(200);
  expect(board.lessons.map(({ here }) => here)).toEqual([at(1).length, at(3).length]);
  expect(board.lessons.map(({ passed }) => passed)).toEqual([
    0,
    now.filter(({ verdict }) => verdict === 'passed').length,
  ]);
  const failing = at(3).filter(({ broken }) => broken.length > 0).length;
  expect(failing).toBeGreaterThan(0);
  expect(board.broken.map(({ id, learners: count }) => [id, count])).toEqual([['3.4', failing]]);
});
