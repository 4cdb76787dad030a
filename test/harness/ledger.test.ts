// The ledger against real servers: each way in which a request can end, and that none is forgotten or counted twice.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { EventOf, LoadMode, Outcome } from '../../runner/harness/history.ts';
import { openLedger, type Entry, type Ledger, type LedgerOptions, type Load } from '../../runner/harness/ledger.ts';

const HELLO = `Hello from worker ${process.pid}\n`;
const ANSWER = answerOf(HELLO);
const BYE = answerOf(HELLO, 'Connection: close\r\n');

type Recorded = Entry | EventOf<'answers'> | EventOf<'load'>;
type Handler = (socket: Socket, nth: number, request: string) => void;

// Only against waiting for ever: nothing here depends on how fast the machine is.
vi.setConfig({ testTimeout: 60_000 });

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function answerOf(body: string, headers = '', status = '200 OK'): string {
  return `HTTP/1.1 ${status}\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUps.push(async () => {
    server.close();
    for (const socket of sockets) socket.destroy();
    if (server.listening) await once(server, 'close');
  });
  return (server.address() as AddressInfo).port;
}

/** A server on bare sockets: `handler` is called for each request, with its number from 1. */
function serve(handler: Handler): Promise<number> {
  let nth = 0;
  const server = createServer({ noDelay: true }, (socket) => {
    let heard = '';
    socket.on('data', (data) => {
      heard += data.toString();
      for (let end = heard.indexOf('\r\n\r\n'); end !== -1; end = heard.indexOf('\r\n\r\n')) {
        const request = heard.slice(0, end);
        heard = heard.slice(end + 4);
        handler(socket, ++nth, request);
      }
    });
  });
  return listen(server);
}

function serveHttp(listener: RequestListener): Promise<number> {
  return listen(createHttpServer(listener));
}

/** A port on which nobody listens. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function open(
  port: number,
  options: Partial<LedgerOptions> = {},
): { ledger: Ledger; recorded: Recorded[]; entries: () => Entry[] } {
  const recorded: Recorded[] = [];
  const ledger = openLedger({
    port,
    now: () => performance.now(),
    record: (event) => recorded.push(event),
    ...options,
  });
  cleanUps.push(() => ledger.close());
  return { ledger, recorded, entries: () => recorded.filter((event) => event.kind === 'request') };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await nextTurn();
}

/** That the account is whole: every request of the load is listed exactly once, and the sums agree. */
function expectConserved(recorded: readonly Recorded[], load: Load, stream: string): Map<Outcome, number> {
  expect(load.sent).toBe(load.answered + load.lost);
  const own = recorded.filter((event) => event.stream === stream);
  expect(own.at(-1)).toMatchObject({
    kind: 'load',
    state: 'end',
    sent: load.sent,
    answered: load.answered,
    lost: load.lost,
  });
  const entries = own.filter((event) => event.kind === 'request');
  const counted = own.filter((event) => event.kind === 'answers').reduce((sum, { count }) => sum + count, 0);
  expect(entries.length + counted).toBe(load.sent);
  expect(new Set(entries.map(({ n }) => n)).size).toBe(entries.length);
  const good = entries.filter(({ status }) => status !== null && status >= 200 && status < 300);
  expect(good.length + counted).toBe(load.answered);
  const outcomes = new Map<Outcome, number>();
  for (const { outcome } of entries) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  return outcomes;
}

describe('what becomes of one request', () => {
  it('is answered, and told with all that is known of it', async () => {
    const port = await serveHttp((_, response) => response.end(HELLO));
    const { ledger, recorded } = open(port);
    const first = await ledger.ask('/', { stream: 'one' });
    const second = await ledger.ask('/work');
    expect(first).toMatchObject({
      kind: 'request',
      stream: 'one',
      n: 1,
      method: 'GET',
      path: '/',
      outcome: 'answered',
      status: 200,
      body: HELLO,
    });
    expect(first).toMatchObject({ pid: process.pid, before: null, reason: null });
    expect(second).toMatchObject({ stream: 'ask', n: 2, path: '/work', outcome: 'answered' });
    expect(first.end).toBeGreaterThanOrEqual(first.t);
    expect(second.conn).not.toBe(first.conn);
    expect(recorded).toEqual([first, second]);
  });

  it('carries method, headers and body as they were given', async () => {
    const port = await serveHttp((request, response) => {
      let body = '';
      request.on('data', (data: Buffer) => (body += data.toString()));
      request.on('end', () =>
        response
          .writeHead(201)
          .end(JSON.stringify([request.method, request.url, request.headers['x-a'], request.headers.connection, body])),
      );
    });
    const { ledger } = open(port);
    const entry = await ledger.ask('/items?a=1', { method: 'POST', headers: { 'X-A': 'b' }, body: '{"é":1}' });
    expect(entry).toMatchObject({ method: 'POST', outcome: 'answered', status: 201, pid: null });
    expect(JSON.parse(entry.body ?? '')).toEqual(['POST', '/items?a=1', 'b', 'close', '{"é":1}']);
  });

  it('is answered where the body lasts until the connection closes', async () => {
    const { ledger } = open(await serve((socket) => socket.end(`HTTP/1.1 200 OK\r\n\r\n${HELLO}`)));
    expect(await ledger.ask('/')).toMatchObject({ outcome: 'answered', status: 200, pid: process.pid });
  });

  it('is refused where nobody listens', async () => {
    const { ledger } = open(await freePort());
    expect(await ledger.ask('/')).toMatchObject({
      outcome: 'refused',
      conn: null,
      status: null,
      body: null,
      pid: null,
    });
  });

  const losses: [outcome: Outcome, how: string, handler: Handler][] = [
    ['reset', 'the connection is reset before the answer', (socket) => socket.resetAndDestroy()],
    ['closed', 'the connection is closed before the answer', (socket) => socket.end()],
    ['cut', 'the connection is closed within the head', (socket) => socket.end(ANSWER.slice(0, 12))],
    ['cut', 'the connection is closed within the body', (socket) => socket.end(ANSWER.slice(0, -5))],
    [
      'cut',
      'the connection is closed within the chunks',
      (socket) => socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nHello\r\n'),
    ],
    ['cut', 'the answer is not HTTP', (socket) => socket.write('Hello from worker 1\n')],
    ['cut', 'the head has no end', (socket) => flood(socket, 'HTTP/1.1 200 OK\r\n', 'A: b\r\n')],
    ['cut', 'the body has no end', (socket) => flood(socket, 'HTTP/1.1 200 OK\r\n\r\n', 'Hello\n')],
    ['hanging', 'no answer comes', () => {}],
    ['hanging', 'the answer never becomes whole', (socket) => socket.write(ANSWER.slice(0, -5))],
  ];
  it.each(losses)('is %s where %s', async (outcome, _, handler) => {
    const { ledger, recorded } = open(await serve(handler), {
      hangingAfter: () => (outcome === 'hanging' ? 30 : 60_000),
    });
    const entry = await ledger.ask('/');
    expect(entry).toMatchObject({
      outcome,
      status: null,
      body: null,
      pid: null,
      reason: expect.stringMatching(/./) as string,
    });
    expect(entry.conn).toBeGreaterThan(0);
    expect(recorded).toEqual([entry]);
  });

  function flood(socket: Socket, begin: string, again: string): void {
    const piece = again.repeat(2000);
    const more = (): void => {
      while (!socket.destroyed && socket.write(piece));
    };
    socket.on('drain', more);
    socket.write(begin);
    more();
  }

  // Node tells a reset as an end where it comes with the last bytes in one look at the socket.
  it('is reset or cut where the connection is reset within the answer', async () => {
    const { ledger } = open(await serve((socket) => socket.write(ANSWER.slice(0, -5), () => socket.resetAndDestroy())));
    expect(['reset', 'cut']).toContain((await ledger.ask('/')).outcome);
  });

  it('is hanging only when it was due, and then some', async () => {
    let limit = 60_000;
    const { ledger } = open(await serve(() => {}), { hangingAfter: () => limit });
    const patient = ledger.ask('/', { dueIn: 60_000 });
    const impatient = ledger.ask('/', { dueIn: 40 });
    await until(() => ledger.inHand().length === 2);
    limit = 10;
    const entry = await impatient;
    expect(entry.outcome).toBe('hanging');
    expect(entry.end - entry.t).toBeGreaterThan(50);
    expect(ledger.inHand()).toHaveLength(1);
    ledger.close();
    expect((await patient).outcome).toBe('unfinished');
  });

  it('is answered where the answer had come, though this process was held up too long to read it', async () => {
    const server = `const { parentPort, workerData } = require('node:worker_threads');
      const flag = new Int32Array(workerData);
      require('node:http').createServer((_, response) => {
        parentPort.postMessage('asked');
        Atomics.wait(flag, 0, 0);
        response.end('Hello', () => { Atomics.store(flag, 1, 1); Atomics.notify(flag, 1); });
      }).listen(0, '127.0.0.1', function () { parentPort.postMessage(this.address().port); });`;
    const shared = new SharedArrayBuffer(8);
    const worker = new Worker(server, { eval: true, workerData: shared });
    cleanUps.push(() => worker.terminate());
    const [port] = (await once(worker, 'message')) as [number];
    let limit = 60_000;
    const { ledger } = open(port, { hangingAfter: () => limit });
    const asked = once(worker, 'message');
    const answer = ledger.ask('/');
    await asked;

    const flag = new Int32Array(shared);
    Atomics.store(flag, 0, 1);
    Atomics.notify(flag, 0);
    Atomics.wait(flag, 1, 0);
    limit = 10;
    const from = performance.now();
    while (performance.now() - from < 100);
    expect((await answer).outcome).toBe('answered');
  });

  it('is unfinished where its signal is aborted, before or meanwhile', async () => {
    const { ledger, recorded } = open(await serve(() => {}));
    expect((await ledger.ask('/', { signal: AbortSignal.abort() })).outcome).toBe('unfinished');
    const stop = new AbortController();
    const asked = ledger.ask('/', { signal: stop.signal });
    await until(() => ledger.inHand().length === 1);
    stop.abort();
    expect((await asked).outcome).toBe('unfinished');
    expect(recorded).toHaveLength(2);
  });
});

describe('a keep-alive connection', () => {
  it('asks the same worker again, and knows who answered before', async () => {
    const { ledger } = open(await serveHttp((_, response) => response.end(HELLO)));
    const connection = await ledger.connect({ stream: 'kept' });
    expect(connection).toMatchObject({ pid: null, open: true });
    const first = await connection?.ask('/');
    const second = await connection?.ask('/');
    expect(first).toMatchObject({ stream: 'kept', conn: connection?.port, before: null, outcome: 'answered' });
    expect(second).toMatchObject({ stream: 'kept', conn: connection?.port, before: process.pid, outcome: 'answered' });
    expect(connection).toMatchObject({ pid: process.pid, open: true });
  });

  it('is null where it is refused, and that is recorded', async () => {
    const { ledger, entries } = open(await freePort());
    expect(await ledger.connect()).toBeNull();
    expect(entries()).toMatchObject([{ n: 1, outcome: 'refused', conn: null, path: '/' }]);
  });

  it('is not open any more when the server has announced its end, and a further request is not sent', async () => {
    let requests = 0;
    const port = await serve((socket) => {
      requests += 1;
      socket.write(BYE);
    });
    const { ledger } = open(port);
    const connection = await ledger.connect();
    expect(await connection?.ask('/')).toMatchObject({ outcome: 'answered' });
    expect(connection?.open).toBe(false);
    expect(await connection?.ask('/')).toMatchObject({ n: 2, outcome: 'closed', before: process.pid });
    expect(requests).toBe(1);
  });

  it.each<[string, (socket: Socket) => void]>([
    ['closed', (socket) => socket.end()],
    ['reset', (socket) => socket.resetAndDestroy()],
    ['given bytes that nobody asked for', (socket) => socket.write(ANSWER)],
  ])('loses nothing where it is %s while idle', async (_, misbehave) => {
    let served: Socket | undefined;
    const { ledger, entries } = open(
      await serve((socket) => {
        served = socket;
        socket.write(ANSWER);
      }),
    );
    const connection = await ledger.connect();
    await connection?.ask('/');
    expect(connection?.open).toBe(true);
    misbehave(served as Socket);
    await until(() => connection?.open === false);
    expect(entries()).toMatchObject([{ outcome: 'answered' }]);
  });

  it('is broken by an answer that is longer than announced, and that answer counts', async () => {
    const { ledger } = open(await serve((socket) => socket.write(`${ANSWER}!`)));
    const connection = await ledger.connect();
    expect(await connection?.ask('/')).toMatchObject({ outcome: 'answered', body: HELLO });
    expect(connection?.open).toBe(false);
  });

  it('refuses a second request while one is under way', async () => {
    const { ledger } = open(await serve(() => {}));
    const connection = await ledger.connect();
    const first = connection?.ask('/');
    await expect(connection?.ask('/')).rejects.toThrow('one request at a time');
    connection?.close();
    expect(await first).toMatchObject({ outcome: 'unfinished' });
  });
});

describe('a load', () => {
  it.each<LoadMode>(['busy', 'fresh'])('counts exactly what the server counts (%s)', async (mode) => {
    const enough = mode === 'busy' ? 20_000 : 2_000;
    let served = 0;
    const { ledger, recorded } = open(
      await serveHttp((_, response) => {
        served += 1;
        response.end(HELLO);
      }),
    );
    const load = ledger.load({ stream: mode, mode, connections: 8, path: '/' });
    await until(() => served >= enough);
    await load.stop();
    expect(load).toMatchObject({ sent: served, answered: served, lost: 0 });
    expect(expectConserved(recorded, load, mode).size).toBe(0);
    expect(recorded[0]).toMatchObject({ kind: 'load', state: 'begin', mode, connections: 8, sent: 0 });

    // The spans of one stream follow each other without a gap.
    const spans = recorded.filter((event) => event.kind === 'answers');
    expect(spans.length).toBeGreaterThan(1);
    expect(
      spans.every(
        ({ pid, since, t }, index) => pid === process.pid && (index === 0 ? since < t : since === spans[index - 1]?.t),
      ),
    ).toBe(true);
  });

  it('lets each client pause as long as it is told', async () => {
    const port = await serve((socket) => socket.write(ANSWER));
    const { ledger } = open(port);
    const given = { mode: 'busy', connections: 3, path: '/' } as const;
    const patient = ledger.load({ ...given, stream: 'patient', pause: 60_000 });
    const eager = ledger.load({ ...given, stream: 'eager' });
    await vi.waitUntil(() => eager.answered > 100 && patient.answered === 3, 30_000);
    await Promise.all([patient.stop(), eager.stop()]);
    expect(patient.sent).toBe(3);
  });

  it('lists slow requests one by one', async () => {
    const { ledger, recorded, entries } = open(
      await serveHttp((_, response) => void setTimeout(() => response.end(HELLO), 5)),
    );
    const load = ledger.load({ stream: 'slow', mode: 'slow', connections: 3, path: '/slow?ms=5', dueIn: 5 });
    await until(() => load.answered >= 9);
    await load.stop();
    expect(expectConserved(recorded, load, 'slow')).toEqual(new Map([['answered', load.sent]]));
    expect(entries().filter(({ before }) => before === process.pid)).toHaveLength(load.sent - 3);
  });

  it('lists one by one what names no pid, and counts it as answered', async () => {
    const { ledger, recorded } = open(await serveHttp((_, response) => response.end(HELLO.trimEnd())));
    const load = ledger.load({ stream: 'odd', mode: 'busy', connections: 2, path: '/' });
    await until(() => load.answered >= 50);
    await load.stop();
    expect(expectConserved(recorded, load, 'odd')).toEqual(new Map([['answered', load.sent]]));
    expect(load.lost).toBe(0);
  });

  it.each<LoadMode>(['busy', 'fresh', 'slow'])(
    'forgets nothing of a server that does every harm (%s)',
    async (mode) => {
      const done = new Map<string, number>();
      const held = new Set<number>();
      const harm: Record<string, (socket: Socket) => void> = {
        bye: (socket) => socket.end(BYE),
        closed: (socket) => socket.end(),
        cut: (socket) => socket.end(ANSWER.slice(0, -3)),
        garbage: (socket) => socket.write('220 smtp.example.org\r\n'),
        reset: (socket) => socket.resetAndDestroy(),
        error: (socket) => socket.write(answerOf('no', '', '503 Service Unavailable')),
        surplus: (socket) => socket.write(`${ANSWER}!`),
        hanging: (socket) => {
          const conn = socket.remotePort as number;
          held.add(conn);
          socket.on('close', () => held.delete(conn));
        },
        pieces: (socket) => {
          socket.write(ANSWER.slice(0, 40));
          setImmediate(() => socket.write(ANSWER.slice(40)));
        },
      };
      const script = Object.keys(harm).flatMap((name) => ['fine', name, 'fine']);
      const port = await serve((socket, nth) => {
        const name = script[nth % script.length] as string;
        done.set(name, (done.get(name) ?? 0) + 1);
        if (name === 'fine') socket.write(ANSWER);
        else harm[name]?.(socket);
      });
      let clock = 0;
      const { ledger, recorded } = open(port, { now: () => clock });
      const load = ledger.load({ stream: mode, mode, connections: 6, path: '/' });
      // The clock goes on only while nothing but hanging requests is under way: however slow the machine, no other can be late.
      const tick = (): void => {
        const inHand = ledger.inHand();
        const underWay = load.sent - load.answered - load.lost;
        if (inHand.length === underWay && inHand.every(({ conn }) => held.has(conn))) clock += 5000;
      };
      await until(() => {
        tick();
        return Object.keys(harm).every((name) => (done.get(name) ?? 0) >= 5);
      });
      let over = false;
      void load.stop().then(() => (over = true));
      await until(() => {
        tick();
        return over;
      });

      const outcomes = expectConserved(recorded, load, mode);
      const count = (name: string): number => done.get(name) ?? 0;
      expect(load.answered).toBe(count('fine') + count('bye') + count('surplus') + count('pieces'));
      expect(outcomes.get('closed')).toBe(count('closed'));
      expect(outcomes.get('cut')).toBe(count('cut') + count('garbage'));
      expect(outcomes.get('reset')).toBe(count('reset'));
      expect(outcomes.get('hanging')).toBe(count('hanging'));
      expect(recorded.filter((event) => event.kind === 'request' && event.status === 503)).toHaveLength(count('error'));
    },
  );

  it('tells a close that was not announced as a loss of what was already sent', async () => {
    const { ledger, recorded } = open(await serve((socket) => socket.end(ANSWER)));
    const load = ledger.load({ stream: 'busy', mode: 'busy', connections: 4, path: '/' });
    await until(() => load.lost >= 20);
    await load.stop();
    const outcomes = expectConserved(recorded, load, 'busy');
    expect((outcomes.get('closed') ?? 0) + (outcomes.get('reset') ?? 0)).toBe(load.lost);
  });

  it('sends nothing more on a connection whose end was announced, and loses nothing by it', async () => {
    const ofConnection = new Map<Socket, number>();
    const port = await serve((socket) => {
      const nth = (ofConnection.get(socket) ?? 0) + 1;
      ofConnection.set(socket, nth);
      // Announced, but left to the client to act on: the connection stays open.
      socket.write(nth < 3 ? ANSWER : BYE);
    });
    const { ledger, recorded } = open(port);
    const load = ledger.load({ stream: 'busy', mode: 'busy', connections: 4, path: '/' });
    await until(() => load.answered >= 300);
    await load.stop();
    expectConserved(recorded, load, 'busy');
    expect(load.lost).toBe(0);
    expect(ofConnection.size).toBeGreaterThanOrEqual(100);
    expect(Math.max(...ofConnection.values())).toBe(3);
    await until(() => [...ofConnection.keys()].every((socket) => socket.destroyed));
  });

  it('pauses after a refusal, and goes on when somebody listens again', async () => {
    const port = await freePort();
    const { ledger, recorded, entries } = open(port);
    const load = ledger.load({ stream: 'busy', mode: 'busy', connections: 1, path: '/' });
    await until(() => load.lost >= 3);
    const server = createHttpServer((_, response) => response.end(HELLO));
    server.listen(port, '127.0.0.1');
    cleanUps.push(() => server.close());
    await until(() => load.answered >= 10);
    await load.stop();
    expect(expectConserved(recorded, load, 'busy')).toEqual(new Map([['refused', load.lost]]));
    const refused = entries();
    const pauses = refused.slice(1).map(({ t }, index) => t - (refused[index]?.end ?? Number.NaN));
    expect(Math.min(...pauses)).toBeGreaterThan(15);
  });

  it('waits for what is under way when it is stopped, and sends nothing more', async () => {
    const held: Socket[] = [];
    const { ledger, recorded } = open(await serve((socket) => void held.push(socket)));
    const load = ledger.load({ stream: 'slow', mode: 'slow', connections: 5, path: '/slow' });
    await until(() => held.length === 5);
    expect(ledger.inHand()).toMatchObject(Array.from({ length: 5 }, () => ({ before: null, stream: 'slow' })));
    expect(new Set(ledger.inHand().map(({ conn }) => conn))).toEqual(new Set(held.map(({ remotePort }) => remotePort)));
    const stopped = load.stop();
    expect(load).toMatchObject({ sent: 5, answered: 0, lost: 0 });
    for (const socket of held) socket.write(ANSWER);
    await stopped;
    expect(load).toMatchObject({ sent: 5, answered: 5, lost: 0 });
    expectConserved(recorded, load, 'slow');
    expect(ledger.inHand()).toEqual([]);
  });

  it('gives up what can never be answered, and waits for the rest', async () => {
    const held: Socket[] = [];
    const { ledger, recorded, entries } = open(await serve((socket) => void held.push(socket)), {
      hangingAfter: () => 60_000,
    });
    const load = ledger.load({ stream: 'fresh', mode: 'fresh', connections: 4, path: '/' });
    await until(() => held.length === 4);
    const dead = held.slice(0, 3).map(({ remotePort }) => remotePort as number);
    const stopped = load.stop((conn) => dead.includes(conn));
    await until(() => load.lost === 3);
    expect(ledger.inHand()).toMatchObject([{ conn: held[3]?.remotePort }]);
    held[3]?.write(ANSWER);
    await stopped;
    expect(load).toMatchObject({ sent: 4, answered: 1, lost: 3 });
    expectConserved(recorded, load, 'fresh');
    expect(entries().map(({ conn, outcome }) => [conn, outcome])).toEqual(
      expect.arrayContaining(dead.map((conn) => [conn, 'hanging'])),
    );
  });

  it('hears of a death that comes to be known only while it is being stopped', async () => {
    const { ledger } = open(await serve(() => {}), { hangingAfter: () => 60_000 });
    const load = ledger.load({ stream: 'busy', mode: 'busy', connections: 2, path: '/' });
    await until(() => ledger.inHand().length === 2);
    let looks = 0;
    await load.stop(() => ++looks > 4);
    expect(load).toMatchObject({ sent: 2, lost: 2 });
  });
});

describe('several at once', () => {
  it('number their requests together', async () => {
    const { ledger, recorded, entries } = open(
      await serve((socket, nth) => socket.write(nth % 5 === 0 ? answerOf('odd') : ANSWER)),
    );
    const one = ledger.load({ stream: 'one', mode: 'busy', connections: 2, path: '/' });
    const two = ledger.load({ stream: 'two', mode: 'fresh', connections: 2, path: '/' });
    for (let nth = 0; nth < 10; nth += 1) await ledger.ask('/');
    await until(() => one.answered >= 50 && two.answered >= 50);
    await Promise.all([one.stop(), two.stop()]);
    expectConserved(recorded, one, 'one');
    expectConserved(recorded, two, 'two');
    const numbers = entries().map(({ n }) => n);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect((await ledger.ask('/')).n).toBe(one.sent + two.sent + 11);
  });
});

describe('the end', () => {
  it('tells everything under way as unfinished, and every load as ended', async () => {
    const held: Socket[] = [];
    const { ledger, recorded, entries } = open(await serve((socket) => void held.push(socket)));
    const load = ledger.load({ stream: 'busy', mode: 'busy', connections: 3, path: '/' });
    const asked = ledger.ask('/');
    const connection = await ledger.connect();
    const again = connection?.ask('/');
    await until(() => held.length === 5);
    ledger.close();
    expect((await asked).outcome).toBe('unfinished');
    expect((await again)?.outcome).toBe('unfinished');
    expect(expectConserved(recorded, load, 'busy')).toEqual(new Map([['unfinished', 3]]));
    await load.stop();
    expect(entries()).toHaveLength(5);
    await until(() => held.every((socket) => socket.destroyed));
    await expect(ledger.ask('/')).rejects.toThrow('closed');
  });

  it('leaves nothing that keeps the process alive', async () => {
    const port = await serve((socket, nth) => {
      if (nth % 3 !== 0) socket.write(nth % 2 === 0 ? BYE : ANSWER);
    });
    const ledgerFile = new URL('../../runner/harness/ledger.ts', import.meta.url).href;
    const program = `const { openLedger } = await import(${JSON.stringify(ledgerFile)});
      const ledger = openLedger({ port: ${port}, now: () => performance.now(), record: () => {} });
      await ledger.connect();
      const load = ledger.load({ stream: 'busy', mode: 'busy', connections: 4, path: '/' });
      ledger.ask('/');
      while (load.answered < 2) await new Promise(setImmediate);
      ledger.close();
      console.log('closed');`;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    cleanUps.push(() => child.kill('SIGKILL'));
    let output = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    expect({ code, output }).toEqual({ code: 0, output: 'closed\n' });
  });
});
