// The probe's line to the harness. A report is in the kernel when say() returns, so that nothing is lost when the
// process is killed, exits or blocks right afterwards.
import { writeSync } from 'node:fs';
import net from 'node:net';
import type { Order, Report } from './messages.ts';

type Unstamped<R> = R extends unknown ? Omit<R, 'at' | 'pid'> : never;
export type Say = (report: Unstamped<Report>) => void;

export function openChannel(path: string, obey: (order: Order) => void): { readonly say: Say } {
  const socket = net.connect(path);
  socket.unref();
  socket.setEncoding('utf8');
  let open = true;
  let waiting = '';
  let heard = '';
  socket.on('error', () => (open = false));
  socket.on('close', () => (open = false));
  socket.on('data', (text: string) => {
    heard += text;
    const lines = heard.split('\n');
    heard = lines.pop() ?? '';
    for (const line of lines) obey(JSON.parse(line) as Order);
  });
  // A Unix socket is connected as soon as connect() returns, before Node tells so: its descriptor can be written at once.
  const fd = (): number => (socket as unknown as { _handle: { fd: number } | null })._handle?.fd ?? -1;

  function write(): void {
    while (open && waiting !== '') {
      try {
        const bytes = Buffer.from(waiting);
        const written = writeSync(fd(), bytes);
        waiting = written === bytes.length ? '' : bytes.subarray(written).toString();
      } catch (error) {
        // the harness is busy: the rest goes with the next report, or when the loop comes round
        if ((error as NodeJS.ErrnoException).code === 'EAGAIN') setImmediate(write).unref();
        else open = false;
        return;
      }
    }
  }

  return {
    say(report) {
      if (!open) return;
      waiting += `${JSON.stringify({ at: now(), pid: process.pid, ...report })}\n`;
      write();
    },
  };
}

function now(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}
