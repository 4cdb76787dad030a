// The lines that a program printed, put together from the pieces in which they were read.
import { of, type History } from '#history';

export interface Line {
  /** Without its end, and without colours. */
  readonly text: string;
  /** When its end was read; the end of the output where it has none. */
  readonly t: number;
}

export function linesOf(history: History, stream: 'stdout' | 'stderr'): Line[] {
  const lines: Line[] = [];
  let open: string[] = [];
  let last = 0;
  for (const { text, t, stream: its } of of(history, 'output')) {
    if (its !== stream) continue;
    const [first = '', ...others] = text.split('\n');
    open.push(first);
    for (const other of others) {
      lines.push({ text: plain(open.join('')), t });
      open = [other];
    }
    last = t;
  }
  const rest = open.join('');
  if (rest !== '') lines.push({ text: plain(rest), t: last });
  return lines;
}

function plain(text: string): string {
  // oxlint-disable-next-line no-control-regex -- a colour begins with the escape character
  return text.replace(/\u001B\[[\d;]*m/g, '').replace(/\r$/, '');
}
