// The program's messages as they arrived, by the channel that they came over.
import type { Event } from '#history';
import { textLine } from './lines.ts';
import type { Processes } from './processes.ts';
import type { Account, MessageNews } from './show.ts';

export interface Messages {
  event(event: Event): void;
  /** All that arrived since the program was started. */
  counts(): Account['messages'];
  /** What arrived since the last time. */
  taken(t: number): readonly MessageNews[];
}

/** In one tick. More are in the account only. */
const MOST_CHANNELS = 100;
const LONGEST_SAMPLE = 80;
/** What was sent earlier and has not arrived is no sample of what arrives now. */
const ARRIVES_WITHIN_MS = 1000;

export function openMessages({ pidOf, endOf }: Pick<Processes, 'pidOf' | 'endOf'>): Messages {
  const counts = { up: 0, down: 0, unheard: 0 };
  const samples = new Map<string, { readonly t: number; readonly text: string }>();
  let arrived = new Map<string, MessageNews>();
  return {
    counts: () => ({ ...counts }),
    event(event) {
      if (event.kind !== 'sent' && event.kind !== 'received') return;
      const channel = `${event.worker} ${event.direction}`;
      if (event.kind === 'sent') {
        if (samples.size < MOST_CHANNELS && !samples.has(channel))
          samples.set(channel, { t: event.t, text: textLine(event.sample, LONGEST_SAMPLE) });
        return;
      }
      const { t, worker, direction, count, unheard } = event;
      counts[direction] += count;
      counts.unheard += unheard;
      const pid = pidOf(worker);
      const before = arrived.get(channel);
      if (pid === null || (before === undefined && arrived.size >= MOST_CHANNELS)) return;
      arrived.set(channel, {
        // what a worker had sent or been sent may be taken up after its end: it is told within its life
        t: before?.t ?? Math.min(t, endOf(pid) ?? t),
        worker,
        pid,
        direction,
        count: (before?.count ?? 0) + count,
        unheard: (before?.unheard ?? 0) + unheard,
        sample: '',
      });
    },
    taken(t) {
      const told = [...arrived].map(([channel, news]) => ({ ...news, sample: samples.get(channel)?.text ?? '' }));
      for (const [channel, sample] of samples)
        if (arrived.has(channel) || sample.t < t - ARRIVES_WITHIN_MS) samples.delete(channel);
      arrived = new Map();
      return told;
    },
  };
}
