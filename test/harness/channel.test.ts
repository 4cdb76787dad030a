// The harness's end of the probes' lines, with processes at the other end that say what they like.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openChannel } from '../../runner/harness/channel.ts';
import type { Order, Report } from '../../runner/harness/probe/messages.ts';
import { until } from './until.ts';

async function open(below = '') {
  const root = mkdtempSync(join(tmpdir(), 'channel-'));
  const folder = join(root, below);
  mkdirSync(folder, { recursive: true });
  const heard: Report[] = [];
  const silent: number[] = [];
  const forged: { readonly pid: number | null; readonly what: string }[] = [];
  let floods = 0;
  const channel = await openChannel(folder, {
    // each probe greets first
    hear: (report) => report.say !== 'hello' && heard.push(report),
    silent: (pid) => silent.push(pid),
    forged: (pid, what) => forged.push({ pid, what }),
    flooded: () => (floods += 1),
  });
  onTestFinished(() => {
    channel.close();
    rmSync(root, { recursive: true, force: true });
  });
  return {
    channel,
    heard,
    silent,
    forged,
    floods: () => floods,
    counts: () => heard.map((each) => ('count' in each ? each.count : null)),
  };
}

async function speaker(socketPath: string): Promise<Socket> {
  const socket = connect(socketPath);
  socket.setEncoding('utf8').on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

const line = (report: object, key = 'k1') => `${key} ${JSON.stringify(report)}\n`;
/** A probe's first report. */
const hello = (pid = 11, key?: string) =>
  line({ say: 'hello', at: 5, pid, ppid: 1, role: 'worker', worker: 1, forked: true }, key);
/** A report that can be told from others by its count. */
const begun = (count: number, pid = 11, key?: string) =>
  line({ say: 'begun', at: 5, pid, count, finished: count }, key);

test('what is no report is told as forged and left out, and what comes after it is heard', async () => {
  const { channel, heard, counts, forged } = await open();
  const socket = await speaker(channel.socket);
  const garbage = [
    'not JSON',
    '',
    'null',
    '7',
    '"text"',
    '[]',
    '{}',
    '{"say":"begun"}',
    '{"say":"begun","at":5,"pid":11}',
    '{"say":"begun","at":5,"pid":"11","count":1}',
    '{"say":"begun","at":"now","pid":11,"count":1}',
    '{"say":"taken","at":5,"pid":11,"ports":7}',
    '{"say":"taken","at":5,"pid":11,"ports":[null]}',
    '{"say":"constructor","at":5,"pid":11}',
    '{"say":"__proto__","at":5,"pid":11}',
    '{"say":"exit","at":5,"pid":11}',
  ];
  const lines = garbage.map((each) => `k1 ${each}\n`).join('');
  socket.write(`${hello()}${begun(1)}${lines}${begun(2)}`);
  await until(() => heard.length >= 2);
  expect(counts()).toEqual([1, 2]);
  expect(forged).toEqual(garbage.map(() => ({ pid: 11, what: 'what is no report' })));
});

test('a line in pieces is heard whole', async () => {
  const { channel, heard, counts } = await open();
  const socket = await speaker(channel.socket);
  socket.write(hello());
  const text = begun(3);
  for (const part of [text.slice(0, 9), text.slice(9, 20), text.slice(20) + begun(4).slice(0, 5)]) {
    socket.write(part);
    await new Promise((resolve) => setImmediate(resolve));
  }
  socket.write(begun(4).slice(5));
  await until(() => heard.length >= 2);
  expect(counts()).toEqual([3, 4]);
});

test('a line without end is forgotten, not kept', async () => {
  const { channel, heard, counts } = await open();
  const socket = await speaker(channel.socket);
  socket.write(hello());
  const piece = `k1 {"say":"begun","x":"${'x'.repeat(256 * 1024)}`;
  for (let i = 0; i < 12; i += 1) socket.write(piece);
  socket.write(`"}\n${begun(5)}`);
  await until(() => heard.length >= 1);
  expect(counts()).toEqual([5]);
});

describe('nobody speaks for another process:', () => {
  test('the first who greets in its name is the one who is heard', async () => {
    const { channel, heard, silent, forged, counts } = await open();
    const [first, second] = [await speaker(channel.socket), await speaker(channel.socket)];
    first.write(hello() + begun(1));
    await until(() => heard.length === 1);
    second.write(hello(11, 'k2') + begun(2, 11, 'k2'));
    await until(() => forged.length === 2);
    second.write(hello(12, 'k2') + begun(3, 12, 'k2') + begun(4, 11, 'k2'));
    await until(() => forged.length === 3);
    expect(counts()).toEqual([1, 3]);
    expect(forged.map(({ pid }) => pid)).toEqual([11, 11, 12]);
    expect(channel.pids()).toEqual([11, 12]);
    second.destroy();
    await until(() => silent.length > 0);
    expect(silent).toEqual([12]);
    expect(channel.pids()).toEqual([11]);
  });

  test('who does not greet is not heard', async () => {
    const { channel, heard, forged } = await open();
    const socket = await speaker(channel.socket);
    socket.write(begun(1) + hello() + begun(2));
    await until(() => heard.length === 1);
    expect(forged).toEqual([{ pid: 11, what: 'reports without a greeting' }]);
  });

  test('what the program writes to its probe’s own line has not the word that goes before each report', async () => {
    const { channel, heard, forged, counts } = await open();
    const socket = await speaker(channel.socket);
    socket.write(hello(11, 'secret') + begun(1, 11, 'secret') + begun(2, 11, 'guess') + begun(3, 11, 'secret'));
    await until(() => heard.length === 2);
    expect(counts()).toEqual([1, 3]);
    expect(forged).toEqual([{ pid: 11, what: 'reports that its probe did not write' }]);
  });

  test('a process that became another program greets again, when its old line is closed', async () => {
    const { channel, heard, forged, counts } = await open();
    const [first, second] = [await speaker(channel.socket), await speaker(channel.socket)];
    first.write(hello() + begun(1));
    await until(() => heard.length === 1);
    // both in one turn: which of the two is read first is left to chance
    first.destroy();
    second.write(hello(11, 'k2') + begun(2, 11, 'k2'));
    await until(() => heard.length === 2);
    expect(counts()).toEqual([1, 2]);
    expect(forged).toEqual([]);
    expect(channel.pids()).toEqual([11]);
  });
});

test('more connections than a program may have processes are refused, and it is told', async () => {
  const { channel, heard, counts, floods } = await open();
  const socket = await speaker(channel.socket);
  socket.write(hello() + begun(1));
  await until(() => heard.length === 1);
  const crowd = Array.from({ length: 250 }, () => connect(channel.socket).on('error', () => undefined));
  onTestFinished(() => crowd.forEach((each) => each.destroy()));
  await until(() => floods() >= 51);
  socket.write(begun(2));
  await until(() => heard.length === 2);
  expect(counts()).toEqual([1, 2]);
});

test('an order is answered by the process that it was given to', async () => {
  const { channel, heard } = await open();
  const socket = await speaker(channel.socket);
  socket.write(hello() + begun(1));
  await until(() => heard.length === 1);
  const order = channel.order(11, { do: 'flush' });
  const asked = JSON.parse(String((await once(socket, 'data'))[0])) as Order;
  expect(asked.do).toBe('flush');
  const other = await speaker(channel.socket);
  const done = { say: 'done', at: 5, order: asked.order, ok: true };
  other.write(hello(12) + line({ ...done, pid: 12, detail: 'another’s' }) + begun(2, 12));
  await until(() => heard.length === 2);
  socket.write(line({ ...done, pid: 11, detail: 'mine' }));
  expect(await order).toMatchObject({ pid: 11, ok: true, detail: 'mine' });
});

test('an order to a process that is not there, or ends, comes to nothing', async () => {
  const { channel, heard, silent } = await open();
  expect(await channel.order(99, { do: 'flush' })).toBeNull();
  const socket = await speaker(channel.socket);
  socket.write(hello() + begun(1));
  await until(() => heard.length === 1);
  // never answered: only the end of the process settles it
  const orders = [channel.order(11, { do: 'flush' }, 2 ** 30), channel.order(11, { do: 'look' }, 2 ** 30)];
  await once(socket, 'data');
  socket.destroy();
  expect(await Promise.all(orders)).toEqual([null, null]);
  expect(silent).toEqual([11]);
  expect(await channel.order(11, { do: 'flush' })).toBeNull();
});

test('an order that is never answered is given up, and so are all when the channel is closed', async () => {
  const { channel, heard } = await open();
  const socket = await speaker(channel.socket);
  socket.write(hello() + begun(1));
  await until(() => heard.length === 1);
  expect(await channel.order(11, { do: 'flush' }, 1)).toBeNull();
  const order = channel.order(11, { do: 'flush' }, 2 ** 30);
  channel.close();
  expect(await order).toBeNull();
});

test('a folder too deep for a socket has it elsewhere', async () => {
  const { channel, heard } = await open('deep/'.repeat(30));
  const socket = await speaker(channel.socket);
  socket.write(hello() + begun(1));
  await until(() => heard.length === 1);
  expect(Buffer.byteLength(channel.socket)).toBeLessThanOrEqual(103);
});
