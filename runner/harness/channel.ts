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
  close(): void;
}

/** Longer than any report; the rest of such a line is forgotten as it comes. */
const LONGEST_LINE = 1024 * 1024;
/** Longest path that a Unix socket may have on macOS; Linux allows four more. */
const LONGEST_SOCKET_PATH = 103;

/** `hear` gets every report but the answers to orders, in the order of their arrival. */
export async function openChannel(
  folder: string,
  hear: (report: Report) => void,
  silent: (pid: number) => void,
): Promise<Channel> {
  const { socket: socketPath, remove } = socketFile(folder);
  const sockets = new Map<number, net.Socket>();
  const all = new Set<net.Socket>();
  const pending = new Map<number, { readonly pid: number; readonly settle: (answer: Answer | null) => void }>();
  let orders = 0;

  const server = net.createServer((socket) => {
    /** The process at the other end, by its first report: nobody speaks for another one. */
    let pid: number | null = null;
    const take = inLines((line) => {
      const report = asReport(line);
      if (report === null) return;
      if (pid === null && !sockets.has(report.pid)) {
        pid = report.pid;
        sockets.set(pid, socket);
      }
      if (report.pid !== pid) return;
      if (report.say !== 'done') return hear(report);
      const order = pending.get(report.order);
      if (order?.pid === pid) order.settle(report);
    });
    all.add(socket);
    socket.setEncoding('utf8');
    socket.on('error', () => socket.destroy());
    socket.on('data', take);
    socket.on('close', () => {
      all.delete(socket);
      if (pid === null) return;
      sockets.delete(pid);
      for (const order of pending.values()) if (order.pid === pid) order.settle(null);
      silent(pid);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, resolve);
  });

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
    close() {
      for (const socket of all) socket.destroy();
      server.close();
      remove();
    },
  };
}

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
