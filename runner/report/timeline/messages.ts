// The program's IPC messages as small arrows: a sample where there are many, and counted in full.
import { type EventOf, type History, of } from '#history';
import type { Evidence, Mark, MarkKind } from './mark.ts';
import { count } from '../numbers.ts';
import { tell, type Namer } from './words.ts';

export interface Messages {
  readonly arrows: readonly Mark[];
  /** One of so many reports is drawn. */
  readonly oneOf: number;
  /** What there was of them, in words; null where the program sent none. */
  readonly told: string | null;
  /** Indexes of the events that are drawn. */
  readonly drawn: ReadonlySet<number>;
}

/** An arrow is what a process reported at once; of each kind of arrow in each lane the first is always drawn. */
export function messagesOf(history: History, evidence: Evidence, name: Namer, most: number): Messages {
  const pidOf = new Map(of(history, 'fork').map(({ worker, pid }) => [worker, pid]));
  const reports = history.events.flatMap((event, index) =>
    event.kind === 'received' ? [{ event, index, kind: kindOf(event), pid: pidOf.get(event.worker) ?? null }] : [],
  );
  const oneOf = Math.max(1, Math.ceil(reports.length / Math.max(1, most)));
  const seen = new Map<string, number>();
  const drawn = new Set<number>();
  const arrows = reports.flatMap(({ event, index, kind, pid }): Mark[] => {
    const nth = seen.get(`${kind} ${pid}`) ?? 0;
    seen.set(`${kind} ${pid}`, nth + 1);
    if (nth % oneOf !== 0) return [];
    drawn.add(index);
    return [{ kind, pid, t: event.t, count: 1, words: tell(event, name), findings: evidence.get(index) ?? [] }];
  });
  return { arrows, oneOf, told: toldOf(history, reports.length, arrows.length, oneOf), drawn };
}

function kindOf({ direction, unheard }: EventOf<'received'>): MarkKind {
  return unheard > 0 ? `unheard-${direction}` : direction;
}

function toldOf(history: History, reports: number, shown: number, oneOf: number): string | null {
  const sent = of(history, 'sent').reduce((sum, event) => sum + event.count, 0);
  const received = of(history, 'received').reduce((sum, event) => sum + event.count, 0);
  const unheard = of(history, 'received').reduce((sum, event) => sum + event.unheard, 0);
  if (sent + received === 0) return null;
  const drawn =
    oneOf === 1
      ? 'all shown'
      : `too many for an arrow each: 1 of ${oneOf} is drawn (${count(shown)} of ${count(reports)})`;
  return `${count(sent)} sent by the program, ${count(received)} arrived, ${unheard === 0 ? 'none' : count(unheard)} of them unheard; ${drawn}`;
}
