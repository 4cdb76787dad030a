// The probe's line to the harness. A report is in the kernel when say() returns, so that nothing is lost when the
// process is killed, exits or blocks right afterwards.
import { fstatSync, writeSync } from 'node:fs';
import net from 'node:net';
import type { Order, Report } from './messages.ts';

type Unstamped<R> = R extends unknown ? Omit<R, 'at' | 'pid'> : never;
export type Say = (report: Unstamped<Report>) => void;

// As they are now: a program that replaces them later changes nothing in what is reported.
const [write, statOf, bytesOf, joined] = [writeSync, fstatSync, Buffer.from, Buffer.concat];
const { stringify, parse } = JSON;
const { hrtime, pid } = process;
/** Goes before each report: what the program itself writes to this line has no way to know it. */
const key = Math.random().toString(36).slice(2);

/** How it shows that nobody is at the other end, or is there no longer. */
const GONE = new Set<string | undefined>(['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE']);

/** `gone` is called when the harness has closed its end, or was not there at all. */
export function openChannel(path: string, obey: (order: Order) => void, gone: () => void): { readonly say: Say } {
  const socket = net.connect(path);
  socket.unref();
  socket.setEncoding('utf8');
  let open = true;
  let waiting: Buffer | null = null;
  let heard = '';
  socket.on('error', ({ code }: NodeJS.ErrnoException) => {
    open = false;
    if (GONE.has(code)) gone();
  });
  socket.on('end', gone);
  socket.on('close', () => (open = false));
  socket.on('data', (text: string) => {
    // what comes here since then is another one's
    if (inode(fd) !== file) return;
    heard += text;
    const lines = heard.split('\n');
    heard = lines.pop() ?? '';
    for (const line of lines) obey(parse(line) as Order);
  });
  // A Unix socket is connected as soon as connect() returns, before Node tells so: its descriptor can be written at once.
  const fd = (socket as unknown as { _handle: { fd: number } | null })._handle?.fd ?? -1;
  const file = inode(fd);

  function send(): void {
    // a program that closed it has this number for a file or a client of its own by now
    if (open && inode(fd) !== file) open = false;
    while (open && waiting !== null) {
      try {
        const written = write(fd, waiting);
        waiting = written === waiting.length ? null : waiting.subarray(written);
      } catch (error) {
        // the harness is busy: the rest goes with the next report, or when the loop comes round
        if ((error as NodeJS.ErrnoException).code === 'EAGAIN') setImmediate(send).unref();
        else open = false;
        return;
      }
    }
  }

  return {
    say(report) {
      if (!open) return;
      const line = bytesOf(`${key} ${stringify({ at: now(), pid, ...report })}\n`);
      waiting = waiting === null ? line : joined([waiting, line]);
      send();
    },
  };
}

/**
 * In bigints, which Node keeps apart: in the numbers of the last look, had it been at a socket, Node 20 would find
 * a reason to end the resolution of a symbolic link halfway (fs.realpathSync, "break if a pipe/socket").
 */
function inode(fd: number): bigint | null {
  try {
    return statOf(fd, { bigint: true }).ino;
  } catch {
    return null;
  }
}

/** The machine's monotonic clock in ms, the same in every process. */
export function now(): number {
  const [seconds, nanoseconds] = hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}
