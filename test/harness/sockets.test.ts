// Who has a socket, by the kernel's tables: of Linux alone.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { establishedInode, holders, listeners, listeningInodes } from '../../runner/harness/sockets.ts';
import { until } from './until.ts';

const TABLE = [
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
  '   0: 0100007F:5208 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 21456 1 0000000000000000 100 0 0 10 0',
  '   1: 0100007F:5208 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 21460 1 0000000000000000 20 4 30 10 -1',
  '   2: 0100007F:C350 0100007F:5208 01 00000000:00000000 00:00000000 00000000     0        0 21459 1 0000000000000000 20 4 30 10 -1',
  '   3: 00000000:5209 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 21461 1 0000000000000000 100 0 0 10 0',
  '   4: 0100007F:5208 0100007F:C351 01 00000000:00000000 00:00000000 00000000     0        0 0 1 0000000000000000 20 4 30 10 -1',
  '   5: 0100007F:5208 0100007F:C352 06 00000000:00000000 00:00000000 00000000     0        0 21470 1 0000000000000000 20 4 30 10 -1',
  '   6: 0000000000000000FFFF00000100007F:5208 0000000000000000FFFF00000100007F:C353 01 00000000:00000000 00:00000000 00000000     0        0 21471 1 0',
].join('\n');

describe('the table of TCP sockets', () => {
  test('gives the sockets that listen on a port, and no connection from or to it', () => {
    expect(listeningInodes(TABLE, 0x5208)).toEqual(['socket:[21456]']);
    expect(listeningInodes(TABLE, 80)).toEqual([]);
  });

  test('gives the end of a connection that is at the first port', () => {
    expect(establishedInode(TABLE, 0x5208, 0xc350)).toBe('socket:[21460]');
    expect(establishedInode(TABLE, 0xc350, 0x5208)).toBe('socket:[21459]');
    expect(establishedInode(TABLE, 0x5208, 0xc353)).toBe('socket:[21471]');
  });

  test('gives nothing for one that nobody has accepted, that is closing, or that is not there', () => {
    expect(establishedInode(TABLE, 0x5208, 0xc351)).toBeNull();
    expect(establishedInode(TABLE, 0x5208, 0xc352)).toBeNull();
    expect(establishedInode(TABLE, 0x5208, 0xc354)).toBeNull();
  });
});

describe.runIf(process.platform === 'linux')('on this machine', () => {
  test('a connection is with the process that it was sent to, not with the one that accepted it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sockets-'));
    const file = join(folder, 'keeper.cjs');
    writeFileSync(file, "process.on('message', (_message, socket) => { socket.resume(); process.send('kept'); });");
    const keeper = fork(file, { execArgv: [], env: {} });
    onTestFinished(() => {
      keeper.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    });
    const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const client = connect(port, '127.0.0.1');
    onTestFinished(() => void client.destroy());
    const [[accepted]] = (await Promise.all([once(server, 'connection'), once(client, 'connect')])) as [
      [Socket],
      unknown,
    ];
    const among = [process.pid, keeper.pid as number];
    const clientsPort = client.localPort as number;

    expect(listeners(port)).toEqual([process.pid]);
    expect(holders(port, clientsPort, among)).toEqual([process.pid]);
    expect(holders(port, clientsPort, [])).toEqual([]);
    keeper.send('keep', accepted);
    await once(keeper, 'message');
    await until(() => holders(port, clientsPort, among)?.join() === String(keeper.pid));
    client.destroy();
    await until(() => holders(port, clientsPort, among) === null);
  });
});
