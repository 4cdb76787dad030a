// Ports: which are free, which are handed out, and who holds the others.
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { DEFAULT_RANGE, freePort, parseLsof, portFree, releasePort, whoHolds } from '../../runner/harness/port.ts';
import { until } from './until.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listen(port: number, host: string): Promise<Server> {
  const server = createServer().listen(port, host);
  servers.push(server);
  await once(server, 'listening');
  return server;
}

async function anyPort(): Promise<number> {
  const port = await freePort();
  if (typeof port !== 'number') throw new Error(port.what);
  return port;
}

describe('a free port', () => {
  test('can be listened on, and lies outside of the ports of clients', async () => {
    const port = await anyPort();
    await listen(port, '0.0.0.0');
    expect(port).toBeGreaterThanOrEqual(DEFAULT_RANGE.from);
    expect(port).toBeLessThanOrEqual(DEFAULT_RANGE.to);
    expect(DEFAULT_RANGE.to).toBeLessThan(32_768);
  });

  test('is another one for each of many who ask at once', async () => {
    const ports = await Promise.all(Array.from({ length: 40 }, () => freePort()));
    expect(ports.every((port) => typeof port === 'number')).toBe(true);
    expect(new Set(ports).size).toBe(40);
  });

  test('goes to one of two who ask at once, where there is only one', async () => {
    const [taken, left] = await until(async () => {
      const port = await anyPort();
      return (await portFree(port + 1)) && ([port, port + 1] as const);
    });
    releasePort(taken);
    await listen(taken, '127.0.0.1');
    // Which of the two is tried first is left to chance: several rounds meet all orders.
    for (let round = 0; round < 20; round++) {
      const range = { from: taken, to: left };
      const answers = await Promise.all([freePort(range), freePort(range)]);
      expect(answers.filter((answer) => answer === left)).toHaveLength(1);
      expect(await freePort(range)).not.toBe(left);
      releasePort(left);
    }
  });

  test('is handed out again only after it was released', async () => {
    const port = await anyPort();
    const range = { from: port, to: port };
    expect(await freePort(range)).toMatchObject({ why: expect.stringContaining('by checks of this very process') });
    releasePort(port);
    expect(await freePort(range)).toBe(port);
  });

  test('is found beside one that is taken', async () => {
    const port = await anyPort();
    releasePort(port);
    await listen(port, '127.0.0.1');
    const found = await freePort({ from: port - 1, to: port + 1 });
    expect([port - 1, port + 1]).toContain(found);
  });

  test('that there is not is explained with who holds it', async () => {
    const port = await anyPort();
    releasePort(port);
    await listen(port, '127.0.0.1');
    const problem = await freePort({ from: port, to: port });
    expect(problem).toMatchObject({
      what: `no port from ${port} to ${port} can be listened on`,
      why: expect.stringContaining(`held by process ${process.pid}`),
      next: expect.stringContaining('range'),
    });
  });

  test.each([
    [0, 100],
    [9000, 8000],
    [60_000, 70_000],
    [8000.5, 9000],
    [Number.NaN, 9000],
    [-5, -1],
  ])('from %d to %d is refused with a reason', async (from, to) => {
    expect(await freePort({ from, to })).toEqual({
      what: `${from} to ${to} is not a range of ports`,
      why: expect.stringContaining('1 to 65535'),
      next: expect.stringContaining('20001 to 32767'),
    });
  });
});

describe('a port', () => {
  test.each(['127.0.0.1', '0.0.0.0', '::1', '::'])(
    'that is listened on at %s is not free until that is over',
    async (host) => {
      const port = await anyPort();
      expect(await portFree(port)).toBe(true);
      const server = await listen(port, host);
      expect(await portFree(port)).toBe(false);
      server.close();
      await once(server, 'close');
      expect(await portFree(port)).toBe(true);
    },
  );

  test.each(['127.0.0.1', '::'])('that is listened on at %s has a holder with a pid and a command', async (host) => {
    const port = await anyPort();
    expect(await whoHolds(port)).toBeNull();
    await listen(port, host);
    expect(await whoHolds(port)).toEqual({ pid: process.pid, command: expect.stringContaining('node') });
  });
});

describe('recorded text', () => {
  test('of lsof gives the processes', () => {
    expect(parseLsof('p4131\nf21\np4140\nf21\n')).toEqual([4131, 4140]);
    expect(parseLsof('')).toEqual([]);
  });
});
