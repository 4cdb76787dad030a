// What a figure keeps of its recorded runs: of each history only the kinds of events that the figure shows, as they were.
// And what several figures read of such a history.
import { claimsOf, type Event, type EventOf, type History, livesOf, of } from '#history';

/** Times are rounded to tenths of a millisecond; nothing else is changed, and the order is that of the recording. */
export function excerpt(history: History, kinds: readonly Event['kind'][]): History {
  const rounded = (t: number) => Math.round(t * 10) / 10;
  const events = history.events
    .filter(({ kind }) => kinds.includes(kind))
    .map((event) => ({
      ...event,
      t: rounded(event.t),
      ...(event.kind === 'request' && { opened: rounded(event.opened), end: rounded(event.end) }),
    }));
  return { ...history, events };
}

/** `195 ms`: from the one time to the other, in whole milliseconds. */
export function since(from = 0, to = 0): string {
  return `${Math.round(to - from)} ms`;
}

/** `a, b and c`. */
export function list(words: readonly (string | number)[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** The number of the worker that answered it, or had taken its connection. */
export function workerOf(history: History, request: EventOf<'request'> | undefined): number | undefined {
  if (request === undefined) return undefined;
  const { conn, opened } = request;
  const taker = of(history, 'taken')
    .flatMap(claimsOf)
    .find(({ port, t }) => port === conn && t >= opened);
  const pid = request.pid ?? request.before ?? taker?.pid;
  return livesOf(history).find((life) => life.pid === pid)?.worker;
}

export function isLost({ outcome }: EventOf<'request'>): boolean {
  return outcome !== 'answered' && outcome !== 'unfinished';
}
