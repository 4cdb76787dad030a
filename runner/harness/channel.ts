// The harness's end of the probes' lines: one Unix socket for all processes of a program.
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { asReport } from './heard.ts';
import type { Order, Report } from './probe/messages.ts';

type Unnumbered<O> = O extends unknown ? Omit<O, 'order'> : never;
export type Answer = Report & { say: 'done' };

export interface Channel {
  readonly socket: string;
  /** Sends an order to the probe in `pid`; null where no probe is there or it ends before it answers. */
  order(pid: number, order: Unnumbered<Order>, patience?: number): Promise<Answer | null>;
  /** Pids whose probe is connected. */
  readonly pids: () => readonly number[];
  /** Hangs up: each probe ends its process. What they have said before is still heard. */
  cut(): void;
  /** Hears what is left, as long as that takes processes that are dead by now, and ends. */
  close(): Promise<void>;
}

/** What the harness is told. */
export interface Ear {
  /** Every report but the answers to orders, in the order of their arrival. */
  readonly hear: (report: Report, bytes: number) => void;
  /** The probe in this process is no longer connected. */
  readonly silent: (pid: number) => void;
  /** Something was written to the socket that no probe wrote; in the name of this process, or (null) of none. */
  readonly forged: (pid: number | null, what: string, bytes: number) => void;
  /** More connections than a program may have processes. */
  readonly flooded: () => void;
}

/** More processes than a program may have. */
const MOST_CONNECTIONS = 200;
/** Longer than any report; the rest of such a line is forgotten as it comes. */
const LONGEST_LINE = 1024 * 1024;
/** Longest path that a Unix socket may have on macOS; Linux allows four more. */
const LONGEST_SOCKET_PATH = 103;

export async function openChannel(folder: string, { hear, silent, forged, flooded }: Ear): Promise<Channel> {
  const { socket: socketPath, remove } = socketFile(folder);
  const sockets = new Map<number, net.Socket>();
  const all = new Set<net.Socket>();
  const pending = new Map<number, { readonly pid: number; readonly settle: (answer: Answer | null) => void }>();
  let orders = 0;
  let isCut = false;

  // a probe's end is what has been said before it, also where the harness has hung up
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    /** The process at the other end and the word before its reports, by the first of them: nobody speaks for another one. */
    let pid: number | null = null;
    let key = '';
    /** What comes in the name of a process whose former line is not seen to be closed yet: one that became another program. */
    let early: string[] | null = null;
    let waited = false;
    const hearLine = (line: string): void => {
      if (early !== null) return void early.push(line);
      const word = line.slice(0, line.indexOf(' '));
      const report = asReport(line.slice(word.length + 1));
      if (report === null) return forged(pid, 'what is no report', line.length);
      if (pid === null) {
        if (report.say !== 'hello') return forged(report.pid, 'reports without a greeting', line.length);
        if (sockets.has(report.pid) && !waited) {
          early = [line];
          return void setImmediate(setImmediate, hearEarly);
        }
        if (sockets.has(report.pid))
          return forged(report.pid, 'reports in the name of a process that reports itself', line.length);
        pid = report.pid;
        key = word;
        sockets.set(pid, socket);
      }
      if (report.pid !== pid || word !== key) return forged(pid, 'reports that its probe did not write', line.length);
      if (report.say !== 'done') return hear(report, line.length);
      const order = pending.get(report.order);
      if (order?.pid === pid) order.settle(report);
    };
    const hearEarly = (): void => {
      const lines = early ?? [];
      early = null;
      waited = true;
      for (const each of lines) hearLine(each);
    };
    all.add(socket);
    if (isCut) socket.end();
    socket.setEncoding('utf8');
    socket.on('error', () => socket.destroy());
    socket.on('end', () => socket.destroy());
    socket.on('data', inLines(hearLine));
    socket.on('close', () => {
      all.delete(socket);
      if (pid === null) return;
      sockets.delete(pid);
      for (const order of pending.values()) if (order.pid === pid) order.settle(null);
      silent(pid);
    });
  });
  server.maxConnections = MOST_CONNECTIONS;
  server.on('drop', flooded);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, resolve);
  });
  // a connection that could not be accepted (no more files) is the program's loss
  server.on('error', () => undefined);

  return {
    socket: socketPath,
    pids: () => [...sockets.keys()],
    order(pid, order, patience = 5000) {
      const socket = sockets.get(pid);
      if (socket === undefined) return Promise.resolve(null);
      const number = ++orders;
      return new Promise((resolve) => {
        const late = setTimeout(() => settle(null), patience);
        const settle = (answer: Answer | null): void => {
          clearTimeout(late);
          pending.delete(number);
          resolve(answer);
        };
        pending.set(number, { pid, settle });
        socket.write(`${JSON.stringify({ ...order, order: number })}\n`);
      });
    },
    cut() {
      isCut = true;
      for (const socket of all) socket.end();
    },
    async close() {
      isCut = true;
      for (const order of pending.values()) order.settle(null);
      const begin = performance.now();
      // who was not accepted yet comes in a turn of the loop, and is read in another
      for (let quiet = 0; quiet < 3 && performance.now() - begin < DRAIN_MS;) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        quiet = all.size === 0 ? quiet + 1 : 0;
      }
      for (const socket of all) socket.destroy();
      server.close();
      remove();
    },
  };
}

/** For what a process said that cannot be ended; all others hang up themselves. */
const DRAIN_MS = 500;

/** Cuts what arrives into lines; one that is too long is left out. */
function inLines(tell: (line: string) => void): (text: string) => void {
  let rest = '';
  let tooLong = false;
  return (text) => {
    const lines = text.split('\n');
    for (const [i, part] of lines.entries()) {
      rest += part;
      if (rest.length > LONGEST_LINE) {
        rest = '';
        tooLong = true;
      }
      if (i === lines.length - 1) return;
      if (!tooLong) tell(rest);
      rest = '';
      tooLong = false;
    }
  };
}

function socketFile(folder: string): { readonly socket: string; readonly remove: () => void } {
  const near = path.join(folder, 'probe');
  if (Buffer.byteLength(near) <= LONGEST_SOCKET_PATH)
    return { socket: near, remove: () => rmSync(near, { force: true }) };
  const short = mkdtempSync(path.join(os.tmpdir(), 'wb-'));
  return { socket: path.join(short, 'probe'), remove: () => rmSync(short, { recursive: true, force: true }) };
}
