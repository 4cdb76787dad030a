// Predictions on the chapters' pages, and the server that runs them: for a page of this book, one at a time, and no longer
// than somebody waits for it.
import { once } from 'node:events';
import { type ClientRequest, request } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findLessons, type Tried, workbookRoot } from '#workbook';
import {
  buildSite,
  openPredicting,
  type Predicting,
  serveSite,
  type Serving,
  type Site,
} from '../../runner/reader/site/index.ts';

describe('a chapter', () => {
  test('asks all questions of its lesson, and keeps the token to itself where nothing is run', async () => {
    const site = await buildSite(workbookRoot);
    expect(site.problems).toEqual([]);
    for (const lesson of findLessons()) {
      const page = String(site.files.get(`${lesson.slug}.html`));
      const { predictions } = await lesson.load();
      const asked = [...page.matchAll(/<form class="prediction" data-prediction="([^"]+)"/g)].map(([, id]) => id);
      expect(asked).toEqual(predictions.map(({ id }) => id));
      expect(page).not.toContain('name="token"');
      for (const { program } of predictions)
        if (program) expect(page).toContain(`href="source/lessons/${lesson.slug}/${program.slice(2)}.html"`);
    }
  });

  test('has the token in each form where it is served', async () => {
    const site = await buildSite(workbookRoot, true, 'a"b');
    const page = String(site.files.get('02-load-balancing.html'));
    expect(page.match(/<input type="hidden" name="token" value="a&quot;b">/g)).toHaveLength(4);
  });

  test('knows the recorded answer, and where it was recorded', async () => {
    const page = String((await buildSite(workbookRoot)).files.get('02-load-balancing.html'));
    const key = /data-prediction="one-connection" data-key="([^"]*)"/.exec(page)?.[1]?.replaceAll('&quot;', '"');
    expect(JSON.parse(key ?? '')).toEqual({
      answer: 1,
      recorded: {
        value: 1,
        seen: expect.stringMatching(/^pid \d+ answered all 100$/),
        when: expect.stringMatching(/^recorded on Node \d+\.\d+\.\d+, \d+ cores?, \d{1,2} [A-Z][a-z]+ \d{4}$/),
      },
    });
  });
});

describe('the server', () => {
  const told: Tried = { kind: 'answer', answer: { value: 1, seen: 'pid 4711' } };
  const site: Site = {
    book: { root: '/', cover: null, parts: [] },
    files: new Map([['index.html', '<h1>Book</h1>']]),
    problems: [],
  };
  let predicting: Predicting;
  let serving: Serving;
  let asked: string[];
  let run: (signal: AbortSignal) => Promise<Tried | null>;

  beforeEach(async () => {
    asked = [];
    run = async () => told;
    predicting = openPredicting((lesson, id, signal) => {
      asked.push(`${lesson} ${id}`);
      return run(signal);
    });
    serving = await serveSite({
      port: 0,
      site: async () => site,
      news: async () => ({ lessons: {}, last: null }),
      predicting,
    });
  });

  afterEach(() => serving.close());

  interface Heard {
    readonly status: number;
    readonly body: string;
  }

  function send(changes: Record<string, string | null> = {}, method = 'POST'): ClientRequest {
    const { host, port, origin } = new URL(serving.address);
    const headers = { host, origin, 'x-book-token': predicting.token, ...changes };
    const given = Object.entries(headers).filter((each): each is [string, string] => each[1] !== null);
    const path = '/predict?lesson=02&id=one-connection';
    return request({ port, host: '127.0.0.1', path, method, headers: Object.fromEntries(given), agent: false });
  }

  async function ask(changes?: Record<string, string | null>, method?: string): Promise<Heard> {
    const sent = send(changes, method).end();
    const [response] = await once(sent, 'response');
    let body = '';
    for await (const piece of response.setEncoding('utf8')) body += piece;
    return { status: response.statusCode, body };
  }

  test('runs what a page of the book asks for, and tells the answer', async () => {
    const { status, body } = await ask();
    expect({ status, body: JSON.parse(body) }).toEqual({ status: 200, body: told });
    expect(asked).toEqual(['02 one-connection']);
  });

  test.each([
    ['no origin', { origin: null }],
    ['another site', { origin: 'http://example.org' }],
    ['another port', { origin: 'http://127.0.0.1:1' }],
    ['a file', { origin: 'null' }],
    ['another name of this machine', { host: 'evil.example' }],
    ['another name in both', { host: 'evil.example', origin: 'http://evil.example' }],
    ['no token', { 'x-book-token': null }],
    ['a wrong token', { 'x-book-token': 'x' }],
  ])('runs nothing for whoever has %s', async (_what, changes) => {
    expect(await ask(changes)).toMatchObject({ status: 403 });
    expect(asked).toEqual([]);
  });

  test.each(['GET', 'PUT', 'OPTIONS'])('runs nothing at %s', async (method) => {
    expect((await ask({}, method)).status).toBeGreaterThanOrEqual(400);
    expect(asked).toEqual([]);
  });

  test('says that there is no such prediction', async () => {
    run = async () => null;
    expect(await ask()).toMatchObject({ status: 404, body: 'There is no such prediction.\n' });
  });

  test('runs one at a time', async () => {
    let end: (tried: Tried) => void = () => undefined;
    run = () => new Promise((resolve) => (end = resolve));
    const first = ask();
    await expect.poll(() => asked.length).toBe(1);
    expect(await ask()).toMatchObject({ status: 409 });
    end(told);
    expect(await first).toMatchObject({ status: 200 });
    run = async () => told;
    expect(await ask()).toMatchObject({ status: 200 });
    expect(asked).toHaveLength(2);
  });

  test('ends a run that nobody waits for any more', async () => {
    let aborted = false;
    run = (signal) => untilAborted(signal, () => (aborted = true));
    const sent = send();
    sent.on('error', () => undefined).end();
    await expect.poll(() => asked.length).toBe(1);
    sent.destroy();
    await expect.poll(() => aborted).toBe(true);
    await predicting.ended();
    expect(predicting.isBusy()).toBe(false);
  });

  test('is closed only when nothing runs any more', async () => {
    const order: string[] = [];
    run = (signal) => untilAborted(signal, () => order.push('the run'));
    send()
      .on('error', () => undefined)
      .end();
    await expect.poll(() => asked.length).toBe(1);
    await serving.close();
    order.push('the server');
    expect(order).toEqual(['the run', 'the server']);
  });

  /** Takes a while to end, as a program does. */
  function untilAborted(signal: AbortSignal, then: () => void): Promise<Tried> {
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () =>
        setTimeout(() => {
          then();
          reject(new Error('aborted'));
        }, 20),
      );
    });
  }
});
