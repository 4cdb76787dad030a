// Where a finding's witnesses are in its history: indexes into the events, for reports to point at.
import type { Event, History } from '#history';
import type { Witness } from './finding.ts';

/** In order of time, each once. A worker's life is all that the cluster told of it. */
export function indexesOf(history: History, witnesses: readonly Witness[]): number[] {
  const events = new Set<unknown>();
  const workers = new Set<string>();
  for (const witness of witnesses) {
    if (witness === null || witness === undefined) continue;
    if ('kind' in witness) events.add(witness);
    else workers.add(keyOf(witness));
  }
  return history.events.flatMap((event, index) =>
    events.has(event) || (isOfALife(event) && workers.has(keyOf(event))) ? [index] : [],
  );
}

function isOfALife(event: Event): event is Extract<Event, { kind: (typeof OF_A_LIFE)[number] }> {
  return OF_A_LIFE.some((kind) => kind === event.kind);
}

const OF_A_LIFE = ['fork', 'online', 'listening', 'closed', 'disconnect', 'exit'] as const;

/** Pids are used again, numbers of workers are not. */
function keyOf({ worker, pid }: { readonly worker: number; readonly pid: number }): string {
  return `${worker} ${pid}`;
}
