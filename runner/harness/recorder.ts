// Where everything that is witnessed during one scenario comes together: the history in the making, and who waits for it.
import { openLives, type Event, type Life } from './history.ts';

export interface Recorder {
  /** ms since the scenario began. */
  now(): number;
  /** Converts the machine's monotonic clock (ms), as the probe tells it, to `now`'s. */
  since(at: number): number;
  record(event: Event): void;
  readonly events: readonly Event[];
  readonly lives: readonly Life[];
  /** Calls `listener` after each event until the returned function is called. */
  listen(listener: (event: Event) => void): () => void;
  /** The events in one order of time. */
  inOrder(): Event[];
}

export interface RecorderOptions {
  /**
   * For a program that runs for hours: events are only told to who listens, and of the dead workers the latest so many are
   * kept. Without it everything is kept.
   */
  readonly mostDead?: number;
}

export function openRecorder({ mostDead }: RecorderOptions = {}): Recorder {
  const begin = monotonic();
  const events: Event[] = [];
  const listeners = new Set<(event: Event) => void>();
  const { lives, follow } = openLives(mostDead);
  return {
    now: () => monotonic() - begin,
    since: (at) => at - begin,
    events,
    lives,
    record(event) {
      if (mostDead === undefined) events.push(event);
      follow(event);
      for (const listener of listeners) listener(event);
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    // a report of a process can arrive after a later event of another one; sort() is stable
    inOrder: () => events.toSorted((one, other) => one.t - other.t),
  };
}

function monotonic(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}
