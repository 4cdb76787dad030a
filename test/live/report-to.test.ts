// `check --report`: the board hears of a result and of nothing else, and the check is what it would have been without it.
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { parseBoard } from '../../runner/cli/report-to.ts';
import { passed, setScene } from '../cli/surroundings.ts';

const NO_TYPES = '--no-type-check';

interface Posted {
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

const closers: (() => void)[] = [];

afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A board that answers what it is told to; null: nothing at all. */
async function board(status: number | null, answer = '') {
  const posts: Posted[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += String(part)));
    request.on('end', () => {
      posts.push({ url: request.url, headers: request.headers, body });
      if (status !== null) response.writeHead(status).end(answer);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  closers.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/k7-mq-2p`;
  return { posts, address };
}

describe('a result', () => {
  test('is told with a random id, the lesson, the verdict and what broke, and with nothing more', async () => {
    const { posts, address } = await board(200, '{"ok":true}');
    const scene = setScene();
    const { code, err, out } = await scene.run('check', '3', '--report', address, NO_TYPES);
    expect(code).toBe(1);
    expect(err).toContain('The class board was told: lesson 3, failed.\n');
    expect(out).not.toContain('class board');
    expect(posts).toHaveLength(1);
    expect(posts[0]).toMatchObject({ url: '/class/report', headers: { 'x-class-token': 'k7-mq-2p' } });
    const { id, ...rest } = JSON.parse(posts[0]?.body ?? '') as { readonly id: string };
    expect(id).toMatch(/^[\w-]{24}$/);
    expect(rest).toEqual({ lesson: 3, verdict: 'failed', broken: ['3.4'] });
    expect(Object.keys(posts[0]?.headers ?? {}).toSorted()).toEqual([
      'connection',
      'content-length',
      'content-type',
      'host',
      'x-class-token',
    ]);
  });

  test('has the id of the day, and another one the next day', async () => {
    const { posts, address } = await board(200, '{"ok":true}');
    const scene = setScene();
    const file = join(scene.root, '.workbook/class.json');
    const ids = () => posts.map(({ body }) => (JSON.parse(body) as { readonly id: string }).id);
    await scene.run('check', '3', '--report', address, NO_TYPES);
    await scene.run('check', '1', '--report', address, NO_TYPES);
    const known = JSON.parse(readFileSync(file, 'utf8')) as { readonly day: string; readonly id: string };
    expect(ids()).toEqual([known.id, known.id]);
    writeFileSync(file, JSON.stringify({ ...known, day: '2026-01-05' }));
    await scene.run('check', '1', '--report', address, NO_TYPES);
    writeFileSync(file, '{"id":');
    await scene.run('check', '1', '--report', address, NO_TYPES);
    expect(new Set(ids()).size).toBe(3);
  });

  test('is not told where nobody asked for it', async () => {
    const { posts } = await board(200);
    await setScene().run('check', '3', NO_TYPES);
    expect(posts).toEqual([]);
  });
});

describe('whatever becomes of the report, the check', () => {
  test.each([
    [403, '{"ok":false,"why":"That is not the address that is shown in class now."}', 'not the address that is shown'],
    [403, '{"why":"red \\u001b[31m\\nline"}', 'not told: red  [31m line'],
    [404, '<html>', 'it answered 404.'],
    [200, '{"ok":true}', 'The class board was told: lesson 3, passed.'],
    [null, '', 'within 2 s.'],
  ] as const)('is the same: answer %s %s', async (status, answer, line) => {
    const { address } = await board(status, answer);
    const scene = setScene({ judge: async () => passed });
    const bare = await scene.run('check', '3', NO_TYPES, '--json');
    const told = await scene.run('check', '3', NO_TYPES, '--json', '--report', address);
    expect(told.code).toBe(0);
    expect(told.out).toBe(bare.out);
    expect(told.err.replace(bare.err, '').split('\n')).toHaveLength(2);
    expect(told.err).toContain(line);
  });

  test('is the same where nobody listens', async () => {
    const { address } = await board(200);
    for (const close of closers.splice(0)) close();
    const { code, err } = await setScene().run('check', '3', NO_TYPES, '--report', address);
    expect(code).toBe(1);
    expect(err).toMatch(/The class board was not told: .*ECONNREFUSED/);
  });

  test('that cannot be judged is not told of', async () => {
    const { posts, address } = await board(200);
    const judge = async () => ({ kind: 'cannot', what: 'a syntax error', why: 'line 12', next: 'repair it' }) as const;
    const { code } = await setScene({ judge }).run('check', '3', NO_TYPES, '--report', address);
    expect(code).toBe(2);
    expect(posts).toEqual([]);
  });
});

describe('an address', () => {
  test('is taken as the board shows it', () => {
    expect(parseBoard('http://192.168.1.5:4000/k7-mq-2p')).toEqual({
      url: new URL('http://192.168.1.5:4000/class/report'),
      token: 'k7-mq-2p',
    });
    expect(parseBoard('http://[::1]:4000/k7-mq-2p/')?.url.host).toBe('[::1]:4000');
  });

  test.each(['', 'k7-mq-2p', 'http://127.0.0.1:4000/', 'https://127.0.0.1:4000/k7-mq-2p', 'file:///k7-mq-2p'])(
    'such as “%s” is refused before anything is run',
    async (typed) => {
      const scene = setScene();
      const { code, err } = await scene.run('check', '3', '--report', typed);
      expect(code).toBe(64);
      expect(err).toContain('is not the address of a class board');
      expect(scene.asked).toEqual([]);
    },
  );

  test.each([['--solution'], ['--replay', 'latest']])('does not go with %s', async (...words) => {
    const { code, err } = await setScene().run('check', '3', '--report', 'http://127.0.0.1:4/k7-mq-2p', ...words);
    expect(code).toBe(64);
    expect(err).toContain('your own work only');
  });
});
