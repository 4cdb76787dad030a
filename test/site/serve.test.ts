// The book's server: it answers to this machine alone, serves the book and nothing else, and tells news once.
import { request } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type News, serveSite, type Serving, type Site } from '../../runner/reader/site/index.ts';

const site: Site = {
  book: { root: '/', cover: null, parts: [] },
  files: new Map([
    ['index.html', '<h1>Book</h1>'],
    ['über.html', 'ü'],
    ['assets/book.js', '1'],
  ]),
  problems: [],
};

let serving: Serving;
let news: News;
let asked: (string | null)[];

beforeEach(async () => {
  news = { lessons: {}, last: null };
  asked = [];
  serving = await serveSite({
    port: 0,
    site: async () => site,
    news: async (lesson) => {
      asked.push(lesson);
      return news;
    },
  });
});

afterEach(() => serving.close());

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** Not `fetch`, which would tidy the path and the headers up first. */
function ask(path: string, method = 'GET', headers: Record<string, string> = {}): Promise<Answer> {
  const { port } = new URL(serving.address);
  return new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', path, method, headers, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', body }),
      );
    })
      .on('error', reject)
      .end();
  });
}

describe('pages', () => {
  test('are served by their names, the first one at /', async () => {
    expect(await ask('/')).toEqual({ status: 200, type: 'text/html; charset=utf-8', body: '<h1>Book</h1>' });
    expect(await ask('/index.html?x=1')).toMatchObject({ status: 200 });
    expect(await ask('/%C3%BCber.html')).toMatchObject({ status: 200, body: 'ü' });
    expect(await ask('/assets/book.js')).toMatchObject({ type: 'text/javascript; charset=utf-8' });
    expect(await ask('/', 'HEAD')).toMatchObject({ status: 200, body: '' });
  });

  test.each([
    '/gone.html',
    '/../package.json',
    '/..%2Fpackage.json',
    '/%2e%2e/etc/passwd',
    '//etc/passwd',
    '/assets',
    '/%',
  ])('and nothing else: %s', async (path) => {
    expect(await ask(path)).toMatchObject({ status: 404, type: 'text/plain; charset=utf-8' });
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('are only read: %s', async (method) => {
    expect((await ask('/', method)).status).toBe(405);
  });

  test('are not for names that others made to point here', async () => {
    const { port } = new URL(serving.address);
    for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1', `127.0.0.1:${port}.evil.example`])
      expect(await ask('/', 'GET', { host }), host).toMatchObject({ status: 403 });
    expect((await ask('/', 'GET', { host: `localhost:${port}` })).status).toBe(200);
  });

  test('are not for other machines', async () => {
    const { port } = new URL(serving.address);
    const others = Object.values(networkInterfaces())
      .flatMap((each) => each ?? [])
      .filter(({ internal, family }) => !internal && family === 'IPv4');
    for (const { address } of others) {
      const refused = await new Promise((resolve) => {
        const socket = connect(Number(port), address, () => resolve('connected')).on('error', () => resolve('refused'));
        socket.unref();
      });
      expect(refused, address).toBe('refused');
    }
    expect(new URL(serving.address).hostname).toBe('127.0.0.1');
  });
});

describe('news', () => {
  /** Messages of one listening page, as they come. */
  async function listen(path: string) {
    const answer = await fetch(new URL(path, serving.address));
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const next = async (): Promise<News> => {
      for (;;) {
        const found = /^(?:retry: \d+\n\n)?data: (.*)\n\n/.exec(text);
        if (found) {
          text = text.slice(found[0].length);
          return JSON.parse(found[1] ?? '') as News;
        }
        const { value, done } = (await reader?.read()) ?? { done: true };
        if (done) throw new Error('the stream has ended');
        text += value;
      }
    };
    return { next, close: () => reader?.cancel(), type: answer.headers.get('content-type') };
  }

  test('come at once, and again when there are some, not when there are none', async () => {
    const page = await listen('/live?lesson=03');
    expect(page.type).toBe('text/event-stream');
    expect(await page.next()).toEqual({ lessons: {}, last: null });
    expect(serving.isHeard()).toBe(true);
    serving.mayHaveNews();
    news = { lessons: { '03': { mark: 'passed', words: 'a\n\ndata: b' } }, last: null };
    serving.mayHaveNews();
    // Had the empty one been told again, it would be the next.
    expect(await page.next()).toEqual(news);
    expect(new Set(asked)).toEqual(new Set(['03']));
    await page.close();
  });

  test('closing ends the pages that listen', async () => {
    const page = await listen('/live');
    await page.next();
    await serving.close();
    await expect(page.next()).rejects.toThrow(/ended|terminated/);
  });
});

test('a page that cannot be made is an answer, and the next one can be', async () => {
  let broken = true;
  const other = await serveSite({
    port: 0,
    site: async () => {
      if (broken) throw new Error('half a file');
      return site;
    },
    news: async () => news,
  });
  try {
    const first = await fetch(other.address);
    expect([first.status, await first.text()]).toEqual([500, 'The page could not be made: half a file\n']);
    broken = false;
    expect((await fetch(other.address)).status).toBe(200);
  } finally {
    await other.close();
  }
});

test('a port that is taken is an error that says so', async () => {
  const port = Number(new URL(serving.address).port);
  await expect(serveSite({ port, site: async () => site, news: async () => news })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
});
