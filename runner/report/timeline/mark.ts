// What a picture points at: each mark is a place in a lane and a sentence, and knows which findings it shows.
import type { Finding } from '#checker';
import type { History } from '#history';
import { columnOf, type Span } from './span.ts';

/** excused: lost with a worker that the checker killed. */
export type MarkKind = 'lost' | 'excused' | 'up' | 'down' | 'unheard-up' | 'unheard-down' | 'error' | 'witness';

export interface Mark {
  readonly kind: MarkKind;
  /** Pid of its lane; null for what no process of the picture had. */
  readonly pid: number | null;
  readonly t: number;
  /** How many it stands for. */
  readonly count: number;
  readonly words: string;
  /** Ids of the broken findings that it is evidence of. */
  readonly findings: readonly string[];
}

/** Which broken findings of this history an event is evidence of, by its index. */
export type Evidence = ReadonlyMap<number, readonly string[]>;

export function evidenceOf(history: History, findings: readonly Finding[]): Evidence {
  const found = new Map<number, string[]>();
  for (const { status, scenario, id, evidence } of findings) {
    if (status !== 'broken' || scenario !== history.scenario) continue;
    for (const index of evidence) found.set(index, [...(found.get(index) ?? []), id]);
  }
  return found;
}

/** One thing that may be marked, before those that are alike and close are put together. */
export interface Item {
  readonly kind: MarkKind;
  readonly pid: number | null;
  readonly t: number;
  readonly words: string;
  readonly findings: readonly string[];
  /** Only those with the same text here are alike. */
  readonly alike: string;
}

export interface Gathered {
  readonly marks: readonly Mark[];
  /** How many items have no mark: there were too many of too many kinds. */
  readonly out: number;
}

/** At most `most` marks: the more there is, the wider the time that one mark stands for; evidence is kept longest. */
export function gather(items: readonly Item[], span: Span, most: number): Gathered {
  const groups = [160, 80, 40, 20, 10].reduce<Item[][] | null>((found, columns) => {
    if (found !== null && found.length <= most) return found;
    return grouped(items, span, columns);
  }, null);
  const kept = (groups ?? [])
    .toSorted((a, b) => Number((b[0]?.findings.length ?? 0) > 0) - Number((a[0]?.findings.length ?? 0) > 0))
    .slice(0, most);
  const marks = kept.map(markOf).toSorted((a, b) => a.t - b.t);
  return { marks, out: items.length - marks.reduce((sum, mark) => sum + mark.count, 0) };
}

function grouped(items: readonly Item[], span: Span, columns: number): Item[][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = [item.kind, item.pid, columnOf(span, item.t, columns), item.alike, item.findings.join()].join('|');
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups.values()];
}

function markOf(group: readonly Item[]): Mark {
  const first = group[0] as Item;
  const more = group.length - 1;
  const words = more === 0 ? first.words : `${first.words} · and ${more} more alike`;
  const { kind, pid, t, findings } = first;
  return { kind, pid, t, count: group.length, words, findings };
}
