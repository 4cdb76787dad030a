// The live server: it answers to whoever opened its page and to nobody else, tells what happens, and stays small.
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Tick } from '#live';
import { fold, type State } from '../../runner/live/state.ts';
import { addressOf, isOpen, namesOf } from '../../runner/live/names.ts';
import { randomTicks } from './random-ticks.ts';
import { ask, listen, type Live, newShow, openLive, KEY } from './server.ts';

const opened: Live[] = [];

async function open(...options: Parameters<typeof openLive>): Promise<Live> {
  const live = await openLive(...options);
  opened.push(live);
  return live;
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map(({ serving }) => serving.close()));
});

describe('the page', () => {
  test('is empty, and the same for everybody: its key stands in its address where it is not sent', async () => {
    const { serving, port } = await open();
    expect(serving.address).toBe(`http://127.0.0.1:${port}/#key=${KEY}`);
    const page = await ask(port, '/', {});
    expect(page.status).toBe(200);
    for (const secret of [KEY, 'IPC', 'counters']) expect(page.body).not.toContain(secret);
    expect((await ask(port, '/', { headers: { 'x-live-key': KEY } })).body).toBe(page.body);
    expect(page.headers['set-cookie']).toBeUndefined();
    expect(page.headers).toMatchObject({
      'cache-control': 'no-store',
      'content-type': 'text/html; charset=utf-8',
      'x-frame-options': 'DENY',
    });
    expect(page.headers['content-security-policy']).toMatch(/default-src 'none'; script-src 'self';/);
  });

  test('loads a script and a style from this server, and the policy allows no other', async () => {
    const { ask: get } = await open();
    const { body } = await get('/');
    const loaded = [...body.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path ?? '');
    expect(loaded.toSorted()).toEqual(['/assets/live.css', '/assets/live.js']);
    expect(body).not.toMatch(/<script>|<style|\son\w+=/);
    for (const path of loaded) {
      const { status, body: text, headers } = await get(path);
      expect(status).toBe(200);
      expect(text.length).toBeGreaterThan(100);
      expect(headers['content-type']).toMatch(path.endsWith('.js') ? /^text\/javascript/ : /^text\/css/);
    }
  });

  test.each([{}, { 'x-live-key': 'guessed' }, { cookie: `live=${KEY}` }, { 'x-live-token': KEY }])(
    'tells nothing to who has no key, but where to find it: %j',
    async (headers) => {
      const { port } = await open();
      for (const path of ['/stream', `/stream?key=${KEY}`]) {
        const { status, body } = await ask(port, path, { headers });
        expect([path, status]).toEqual([path, 403]);
        expect(body).toContain('open the address that the command printed');
        expect(body).not.toContain(KEY);
      }
    },
  );

  test('answers to its own names alone', async () => {
    const { ask: get, act, port } = await open();
    for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1', `127.0.0.1:${port + 1}`]) {
      const { status, body } = await get('/', { headers: { host, 'x-live-key': KEY } });
      expect([host, status]).toEqual([host, 403]);
      expect(body).toContain(`127.0.0.1:${port}`);
      expect((await act({ act: 'stop' }, { host, origin: `http://${host}` })).status).toBe(403);
    }
    expect((await get('/', { headers: { host: `localhost:${port}`, 'x-live-key': KEY } })).status).toBe(200);
  });

  test.each([
    [{ origin: 'http://evil.example' }, 403],
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    // another port of this machine
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ 'sec-fetch-site': 'same-origin' }, 200],
    [{ 'sec-fetch-site': 'none' }, 200],
  ])('is told what happens where a browser says %j: %i', async (headers, status) => {
    const { port } = await open();
    const asked = request({
      port,
      host: '127.0.0.1',
      path: '/stream',
      headers: { 'x-live-key': KEY, ...headers },
    }).end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(status);
    response.destroy();
  });

  test('what is not there is refused with a sentence', async () => {
    const { ask: get, port } = await open();
    const headers = { 'x-live-key': KEY };
    for (const [path, method, status] of [
      ['/nothing', 'GET', 404],
      ['/../../etc/passwd', 'GET', 404],
      ['/%2e%2e/etc/passwd', 'GET', 404],
      ['/class', 'GET', 404],
      ['/class/stream', 'GET', 404],
      ['/class/report', 'POST', 404],
      ['/', 'POST', 404],
      ['/', 'DELETE', 405],
      ['//evil.example/', 'GET', 200],
    ] as const) {
      const answer = await get(path, { method, headers });
      expect([path, method, answer.status]).toEqual([path, method, status]);
      expect(answer.body).not.toContain('root:');
    }
    expect((await ask(port, '/', { method: 'HEAD', headers })).body).toBe('');
  });

  test('a request that is none ends its connection and nothing else', async () => {
    const { ask: get, port } = await open();
    const socket = connect(port, '127.0.0.1');
    socket.write(`GET http://[ HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\nrubbish\r\n\r\n`);
    let answered = '';
    for await (const part of socket) answered += String(part);
    expect(answered).toMatch(/^HTTP\/1\.1 400 [^]*That is no address/);
    expect((await get('/')).status).toBe(200);
  });
});

describe('an action', () => {
  test('is done for the page, and its answer is told', async () => {
    const { act, show } = await open();
    expect(await act({ act: 'kill', worker: 2, signal: 'SIGKILL' })).toMatchObject({
      status: 200,
      body: '{"ok":true}',
    });
    show.answer = async () => ({ ok: false, why: 'There is no worker 9.' });
    const refused = await act({ act: 'freeze', worker: 9, side: 0 });
    expect(refused.status).toBe(409);
    expect(JSON.parse(refused.body)).toEqual({ ok: false, why: 'There is no worker 9.' });
    expect(show.acted).toEqual([
      { act: 'kill', worker: 2, signal: 'SIGKILL' },
      { act: 'freeze', worker: 9, side: 0 },
    ]);
  });

  test('needs the page’s key and its origin', async () => {
    const { act, show, port } = await open();
    const action = { act: 'stop' };
    for (const headers of [
      { 'x-live-key': '' },
      { 'x-live-key': `${KEY}x` },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'http://evil.example' },
      { origin: 'null' },
      { origin: `https://127.0.0.1:${port}` },
      { origin: `http://localhost:${port}` },
    ])
      expect((await act(action, headers)).status).toBe(403);
    const body = JSON.stringify(action);
    const cookie = { cookie: `live=${KEY}`, origin: `http://127.0.0.1:${port}` };
    expect((await ask(port, '/act', { method: 'POST', headers: cookie, body })).status).toBe(403);
    expect((await ask(port, '/act', { method: 'POST', headers: { 'x-live-key': KEY }, body })).status).toBe(403);
    expect(show.acted).toEqual([]);
  });

  test.each([
    ['{', 400],
    ['', 400],
    ['"start"', 400],
    [Buffer.from([0x22, 0xff, 0x22]).toString('latin1'), 400],
    [{ act: 'explode' }, 400],
    [{ act: 'stop', side: 1 }, 400],
    [{ act: 'stop', much: 'x'.repeat(3000) }, 413],
  ])('that is none is refused: %j', async (value, status) => {
    const { act, show } = await open();
    const answer = await act(value);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({ ok: false, why: expect.stringMatching(/\.$/) });
    expect(show.acted).toEqual([]);
  });

  test('that is longer than it says, or says nothing, is refused without being read', async () => {
    const { port, show } = await open();
    const socket = connect(port, '127.0.0.1');
    const head = `POST /act HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\norigin: http://127.0.0.1:${port}\r\nx-live-key: ${KEY}\r\n`;
    socket.write(`${head}transfer-encoding: chunked\r\n\r\n`);
    const chunk = `1000\r\n${'x'.repeat(4096)}\r\n`;
    socket.write(chunk);
    let answered = '';
    for await (const part of socket) answered += String(part);
    expect(answered).toMatch(/^HTTP\/1\.1 413 [^]*connection: close/i);
    expect(show.acted).toEqual([]);
  });

  test('is not one of hundreds at once', async () => {
    const { act, show } = await open();
    const waiting: (() => void)[] = [];
    show.answer = () => new Promise((resolve) => waiting.push(() => resolve({ ok: true })));
    const statuses: number[] = [];
    let refused = () => undefined as void;
    const allRefused = new Promise<void>((resolve) => {
      refused = resolve;
    });
    const acts = Array.from({ length: 40 }, async () => {
      statuses.push((await act({ act: 'restart' })).status);
      if (statuses.length === 24) refused();
    });
    await allRefused;
    expect(waiting).toHaveLength(16);
    for (const go of waiting) go();
    await Promise.all(acts);
    expect(statuses).toEqual([...Array<number>(24).fill(429), ...Array<number>(16).fill(200)]);
  });

  test('that fails unexpectedly is told, and the server goes on', async () => {
    const { act, show, ask: get } = await open();
    show.answer = async () => {
      throw new Error('the disk is full');
    };
    const answer = await act({ act: 'start' });
    expect([answer.status, answer.body]).toEqual([500, 'That could not be answered: the disk is full\n']);
    expect((await get('/')).status).toBe(200);
  });
});

describe('the stream', () => {
  test('begins with how things stand, and goes on with what happens', async () => {
    const { port, show } = await open({}, newShow(2));
    const ticks = randomTicks(1, 40);
    for (const tick of ticks.slice(0, 20)) show.tell(tick);
    const page = await listen(port, '/stream');
    const [first] = await page.next(1);
    for (const tick of ticks.slice(20)) show.tell(tick);
    const rest = await page.next(20);
    expect(first?.event).toBe('state');
    expect(rest.map(({ event }) => event)).toEqual(Array<string>(20).fill('tick'));
    const seen = rest.reduce((state, { data }) => fold(state, data as Tick), first?.data as State);
    const late = await listen(port, '/stream');
    const [again] = await late.next(1);
    expect(again?.data).toEqual(seen);
    expect(seen.show).toEqual({
      lesson: { number: 3, title: 'IPC <counters>' },
      sides: 2,
      knowsSlow: true,
      solutionOnly: true,
      shows: null,
      recorded: false,
      scenarios: [],
      beats: [],
    });
    expect(seen.sides[0]?.lanes.length).toBeGreaterThan(0);
  });

  test('does not grow for a page that does not read, which is told later how things stand', async () => {
    const { port, show } = await open({}, newShow(2));
    const page = await listen(port, '/stream');
    const other = await listen(port, '/stream');
    await page.next(1);
    await other.next(1);
    page.pause(true);
    const ticks = randomTicks(2, 9000, 6).map((tick) => ({ ...tick, run: 1 }));
    let bytes = 0;
    for (let i = 0; i < ticks.length; i += 50) {
      for (const tick of ticks.slice(i, i + 50)) {
        bytes += JSON.stringify(tick).length;
        show.tell(tick);
      }
      await other.next(50);
    }
    expect(bytes).toBeGreaterThan(10_000_000);
    page.pause(false);
    const told = [];
    for (;;) {
      const [next] = await page.next(1);
      told.push(next);
      if (next?.event === 'state') break;
    }
    expect(told.length).toBeLessThan(ticks.length);
    const late = await listen(port, '/stream');
    const [standing] = await late.next(1);
    expect(told.at(-1)?.data).toEqual(standing?.data);
    show.tell(ticks.at(-1) as Tick);
    expect((await page.next(1))[0]?.event).toBe('tick');
  });

  test('has room for so many pages, and for another one when one of them is closed', async () => {
    const { port, ask: get } = await open();
    const pages = await Promise.all(Array.from({ length: 32 }, () => listen(port, '/stream')));
    const { status, body } = await get('/stream');
    expect([status, body]).toEqual([503, expect.stringContaining('32 pages')]);
    pages[0]?.close();
    await pages[0]?.ended;
    let again = await get('/stream', { method: 'HEAD' });
    expect(again.status).toBe(404);
    for (;;) {
      const page = await listen(port, '/stream').catch(() => null);
      if (page === null) continue;
      expect((await page.next(1))[0]?.event).toBe('state');
      break;
    }
    again = await get('/stream');
    expect(again.status).toBe(503);
  });

  test('ends with the server, which then listens to the show no more', async () => {
    const { port, show, serving } = await openLive();
    const page = await listen(port, '/stream');
    expect(show.listeners()).toBe(1);
    await serving.close();
    await page.ended;
    expect(show.listeners()).toBe(0);
    await expect(ask(port, '/', {})).rejects.toThrow(/ECONNREFUSED/);
  });
});

describe('a server for other machines', () => {
  const own = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4')?.address;

  test('answers to the names of its machine, and says so to whoever uses another one', async () => {
    const { port, ask: get, serving } = await open({ host: '0.0.0.0' });
    const headers = (host: string) => ({ headers: { host: `${host}:${port}`, 'x-live-key': KEY } });
    expect((await get('/', headers('localhost'))).status).toBe(200);
    const refused = await get('/', headers('evil.example'));
    expect(refused.status).toBe(403);
    for (const name of namesOf('0.0.0.0')) expect(refused.body).toContain(`${name}:${port}`);
    if (own !== undefined) {
      expect((await get('/', headers(own))).status).toBe(200);
      expect(new URL(serving.address).hostname).toBe(own);
    }
  });

  test('is not what it is by default', async () => {
    const { port } = await open();
    if (own === undefined) return;
    const socket = connect(port, own);
    const outcome = await new Promise((resolve) => {
      socket.once('connect', () => resolve('reached'));
      socket.once('error', () => resolve('refused'));
    });
    socket.destroy();
    expect(outcome).toBe('refused');
  });

  test('has names as they are written in an address', () => {
    expect(namesOf('127.0.0.1')).toEqual(['127.0.0.1', 'localhost']);
    expect(namesOf('fe80::1')).toEqual(['[fe80::1]']);
    expect(namesOf('Room-12.local')).toEqual(['room-12.local']);
    expect(namesOf('::')).toContain('localhost');
  });

  test('called localhost listens where its address says', async () => {
    const { port, serving } = await open({ host: 'localhost' });
    expect(serving.address).toContain(`http://127.0.0.1:${port}/`);
    expect((await ask(port, '/', { headers: { host: `localhost:${port}` } })).status).toBe(200);
    expect(addressOf('localhost')).toBe('127.0.0.1');
  });

  test('is open to others wherever it is not this machine alone', () => {
    expect(['127.0.0.1', 'localhost', '::1', '127.0.0.2'].filter(isOpen)).toEqual([]);
    expect(['0.0.0.0', '::', '192.168.1.5', 'room-12.local'].filter((host) => !isOpen(host))).toEqual([]);
  });
});

describe('of one address', () => {
  /** Connections that say nothing, in the order in which the server took them. */
  async function silent(port: number, count: number): Promise<Socket[]> {
    const sockets: Socket[] = [];
    for (let i = 0; i < count; i += 1) {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined).resume();
      onTestFinished(() => void socket.destroy());
      sockets.push(socket);
      await once(socket, 'connect');
    }
    return sockets;
  }

  test('connections that say nothing make room for those that do, and a page that looks on stays', async () => {
    const { port, ask: get, show } = await open();
    const page = await listen(port, '/stream');
    await page.next(1);
    const sockets = await silent(port, 420);
    const firsts = sockets.slice(0, 20);
    await Promise.all(firsts.map((socket) => socket.destroyed || once(socket, 'close')));
    expect((await get('/')).status).toBe(200);
    expect(sockets.slice(21).filter(({ destroyed }) => destroyed)).toEqual([]);
    show.tell(randomTicks(1, 1)[0] as Tick);
    expect((await page.next(1))[0]?.event).toBe('tick');
  });
});

test('a port that is taken is an error', async () => {
  const { port } = await open();
  await expect(openLive({ port })).rejects.toThrow(/EADDRINUSE/);
});
