// What a program prints, as lines of plain text: without the signs that steer a terminal or turn writing round.
import { stripVTControlCharacters } from 'node:util';
import type { EventOf } from '#history';
import type { OutputNews } from './show.ts';

export interface Lines {
  add(event: EventOf<'output'>): void;
  /** Lines that are whole, and the begin of one that has waited for its end. What was too much is told in one line. */
  taken(t: number, running: boolean): readonly OutputNews[];
}

interface Writer {
  readonly pid: number | null;
  readonly stream: 'stdout' | 'stderr';
  /** The begin of a line. */
  rest: string;
  since: number;
  told: number;
  more: number;
}

/** In one tick: of one writer, and of all together. */
const MOST_LINES = 20;
const MOST_OF_ALL = 60;
const MOST_WRITERS = 64;
const LONGEST = 500;
/** The begin of a line, such as a prompt, waits so long for the rest. */
const WAITS_MS = 150;

export function openLines(): Lines {
  const writers = new Map<string, Writer>();
  let lines: OutputNews[] = [];

  function writerOf(pid: number | null, stream: Writer['stream']): Writer {
    const key = `${pid} ${stream}`;
    const writer = writers.get(key) ?? { pid, stream, rest: '', since: 0, told: 0, more: 0 };
    writers.set(key, writer);
    return writer;
  }

  function tell(writer: Writer, t: number, text: string): void {
    if (writer.told >= MOST_LINES || lines.length >= MOST_OF_ALL) {
      writer.more += 1;
      return;
    }
    writer.told += 1;
    lines.push({ t, pid: writer.pid, stream: writer.stream, text: textLine(text, LONGEST) });
  }

  return {
    add(event) {
      const { t, stream, text } = event;
      const pid = 'pid' in event && typeof event.pid === 'number' ? event.pid : null;
      const writer = writerOf(pid, stream);
      let from = 0;
      for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', from)) {
        tell(writer, t, `${writer.rest}${text.slice(from, Math.min(end, from + 4 * LONGEST))}`);
        writer.rest = '';
        from = end + 1;
      }
      if (from === text.length) return;
      if (writer.rest === '') writer.since = t;
      // of a line without end no more is kept than is shown
      if (writer.rest.length < 4 * LONGEST) writer.rest += text.slice(from, from + 4 * LONGEST);
    },
    taken(t, running) {
      for (const [key, writer] of writers) {
        if (writer.rest !== '' && (!running || writer.since <= t - WAITS_MS)) {
          tell(writer, writer.since, writer.rest);
          writer.rest = '';
        }
        if (writer.more > 0) {
          const text = `… and ${writer.more.toLocaleString('en')} more ${writer.more === 1 ? 'line' : 'lines'}`;
          lines.push({ t, pid: writer.pid, stream: writer.stream, text });
        }
        Object.assign(writer, { told: 0, more: 0 });
        if (writers.size > MOST_WRITERS && writer.rest === '') writers.delete(key);
      }
      const told = lines;
      lines = [];
      return told;
    },
  };
}

/** Of terminals, and of the direction of writing; a joiner within a sign, as in many emoji, is none of them. */
const UNSEEN = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** At most so many characters, on one line. What was written over, as by a progress bar, is left out. */
export function textLine(text: string, most: number): string {
  const plain = stripVTControlCharacters(text.replace(/\r+$/, ''));
  const shown = plain.slice(plain.lastIndexOf('\r') + 1).replace(UNSEEN, '·');
  return shorten(shown, most);
}

/** A sign of two halves is never cut in its middle. */
function shorten(text: string, most: number): string {
  const whole = text.replace(/\p{Surrogate}/gu, '\ufffd');
  if (whole.length <= most) return whole;
  const half = /[\ud800-\udbff]/.test(whole.charAt(most - 2));
  return `${whole.slice(0, half ? most - 2 : most - 1)}…`;
}
