// Programs that break the contract and deceive the probe about it: no clause need catch them, and yet none of them passes.
// Those that are always caught by the same clause are specimens.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plantWorkbook, runCommand } from './workbook.ts';

let workbook: ReturnType<typeof plantWorkbook>;

beforeAll(() => {
  workbook = plantWorkbook();
  mkdirSync(join(workbook.root, 'programs'));
});

afterAll(() => workbook.remove());

const CLUSTER = `
const cluster = require('node:cluster');
const fs = require('node:fs');
const http = require('node:http');
const net = require('node:net');
const { channel } = require('node:diagnostics_channel');
const forkAll = () => { for (let n = 0; n < require('node:os').availableParallelism(); n++) cluster.fork(); };
const serve = () => http.createServer((request, response) => response.end('Hello from worker ' + process.pid + '\\n')).listen(process.env.PORT);
/** Descriptors of sockets, without the cluster's own channel. */
const sockets = () => fs.readdirSync('/proc/self/fd').map(Number).filter((fd) => {
  try { return fd > 3 && fs.readlinkSync('/proc/self/fd/' + fd).startsWith('socket:'); } catch { return false; }
});
`;

const CHEATS: readonly (readonly [does: string, source: string, told: RegExp | null])[] = [
  [
    'lets its workers take connections, hands them on past what Node offers for that, and answers them in its primary',
    `if (cluster.isPrimary) {
       const server = http.createServer((request, response) => response.end('Hello from worker ' + request.socket.from + '\\n'));
       cluster.on('message', (worker, message, handle) => {
         if (handle) server.emit('connection', Object.assign(new net.Socket({ handle }), { from: worker.process.pid }));
       });
       forkAll();
     } else {
       const { WriteWrap } = process.binding('stream_wrap');
       const own = Object.getOwnPropertySymbols(process).find(({ description }) => description === 'kChannelHandle');
       const line = JSON.stringify({ cmd: 'NODE_HANDLE', type: 'net.Native', msg: 'take it' }) + '\\n';
       net.createServer({ pauseOnConnect: true }, (socket) => {
         setImmediate(() => {
           process._handleQueue = [];
           process[own].writeUtf8String(Object.assign(new WriteWrap(), { oncomplete() {} }), line, socket._handle);
           setImmediate(() => socket.destroy());
         });
       }).listen(process.env.PORT);
     }`,
    /^the primary alone had every connection that was looked up \(\d+\)$/,
  ],
  [
    'starts its workers without the probe, underneath child_process',
    `const { Process } = process.binding('process_wrap');
     const { spawn } = Process.prototype;
     Process.prototype.spawn = function (options) {
       options.envPairs = options.envPairs.filter((pair) => !/^(NODE_OPTIONS|WORKBOOK)/.test(pair));
       return spawn.call(this, options);
     };
     if (cluster.isPrimary) forkAll(); else serve();`,
    /^\d+ answers came from a process that does not report to the workbook$/,
  ],
  [
    'silences what tells the probe of connections',
    `channel('net.server.socket').publish = () => {};
     if (cluster.isPrimary) forkAll(); else serve();`,
    /^\d+ answers came from a process that does not report to the workbook$/,
  ],
  [
    'reports connections that others took as its own, to every socket that it finds',
    `if (cluster.isPrimary) forkAll();
     else {
       const line = JSON.stringify({ say: 'taken', pid: process.pid, at: 1, ports: [1, 2, 3] }) + '\\n';
       for (const fd of sockets()) fs.writeSync(fd, line);
       serve();
     }`,
    /^pid \d+ writes to the workbook’s own channel \(.+\), so that nothing it reports can be trusted$/,
  ],
  [
    'closes every socket that it did not open',
    `if (cluster.isPrimary) forkAll();
     else {
       const before = sockets();
       serve().on('listening', () => { for (const fd of before) fs.closeSync(fd); });
     }`,
    // Node may end of it, or take another's connection for the probe's
    null,
  ],
];

// whose a connection is, the system tells on Linux alone
test.runIf(process.platform === 'linux').each(CHEATS)('a program that %s is not passed', async (does, source, told) => {
  const file = join(workbook.root, 'programs', `${does.replaceAll(/\W+/g, '-')}.cjs`);
  writeFileSync(file, CLUSTER + source);
  const { stdout, stderr } = await runCommand(workbook.root, ['check', '1', '--file', file, '--json']);
  const { verdict, findings } = JSON.parse(stdout) as {
    readonly verdict: string;
    readonly findings: readonly { readonly id: string; readonly status: string; readonly summary: string }[];
  };
  const lines = findings.map(({ id, status, summary }) => `${id} ${status}: ${summary}`);
  if (told === null) return expect(['failed', 'inconclusive'], [...lines, stderr].join('\n')).toContain(verdict);
  expect(verdict, [...lines, stderr].join('\n')).toBe('inconclusive');
  return expect(findings.find(({ id }) => id === '0.4')?.summary).toMatch(told);
});
