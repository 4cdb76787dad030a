// Processes as lanes: all that live, and those that died lately, as far as there is room. What has none is counted.
import { type Columns, NO_COLUMNS, spread, trimmed, WINDOW_MS } from './columns.ts';
import type { ProcessNews, Tick } from './show.ts';

/** One process, from its fork to its end; times are ms of its run, null where it did not come to that. */
export interface Lane {
  readonly pid: number;
  /** Null for the primary and for a process that is no worker. */
  readonly worker: number | null;
  /** `primary`, `worker 3`, `other process`. */
  readonly label: string;
  /** Of the primary its start; of another process when it was seen first. */
  readonly forked: number;
  readonly online: number | null;
  readonly listening: number | null;
  /** Since when it takes no connections any more. */
  readonly draining: number | null;
  readonly ended: { readonly t: number; readonly how: string; readonly planned: boolean } | null;
  /** When it was stopped by a signal, and until when; the last may still be. At most 20. */
  readonly frozen: readonly { readonly from: number; readonly to: number | null }[];
  /** In all of its life. */
  readonly answered: number;
  readonly columns: Columns;
}

export interface Lanes {
  /** At most 24, in order of their beginnings; the primary is the first. */
  readonly lanes: readonly Lane[];
  /** Living processes for which there is no lane free, at most 40. */
  readonly waiting: readonly Lane[];
  /** Every process of this run is in `lanes`, in `waiting`, or counted here. */
  readonly leftOut: { readonly living: number; readonly dead: number };
}

/** How a process ended that was to end. */
export const AS_PLANNED = 'as planned';
export const MOST_LANES = 24;
const MOST_WAITING = 40;
const MOST_FROZEN = 20;
const SOON_MS = 50;

export const NO_LANES: Lanes = { lanes: [], waiting: [], leftOut: { living: 0, dead: 0 } };

/** `placed`: the pids that have a lane or wait for one. What they answered, they did since `before`. */
export function foldLanes(
  { lanes, waiting, leftOut }: Lanes,
  { processes, answered }: Tick,
  before: number,
  t: number,
): { readonly lanes: Lanes; readonly placed: ReadonlySet<number> } {
  const all = [...lanes, ...waiting];
  const left = { ...leftOut };
  for (const news of processes) tell(all, left, news);
  const placed = new Set<number>();
  for (const { pid, count } of answered) {
    const index = all.findLastIndex((lane) => lane.pid === pid);
    const lane = all[index];
    if (lane === undefined) continue;
    placed.add(pid);
    const from = Math.max(before, lane.listening ?? lane.forked);
    const to = Math.max(from, Math.min(t, lane.ended?.t ?? t));
    all[index] = { ...lane, answered: lane.answered + count, columns: spread(lane.columns, count, from, to) };
  }
  return { lanes: room(all, left, t), placed };
}

function tell(all: Lane[], left: { living: number; dead: number }, news: ProcessNews): void {
  const { t, pid, how } = news;
  if (news.is === 'started' || news.is === 'forked' || news.is === 'other') {
    all.push(newLane(news));
    return;
  }
  const index = all.findLastIndex((lane) => lane.pid === pid);
  const lane = all[index];
  if (lane === undefined) {
    // nothing else is known of those that are only counted
    if (news.is === 'dead' && left.living > 0) Object.assign(left, { living: left.living - 1, dead: left.dead + 1 });
    return;
  }
  switch (news.is) {
    case 'online':
      all[index] = { ...lane, online: lane.online ?? t };
      return;
    case 'listening':
      // it may close its port and open it again
      all[index] = { ...lane, listening: lane.listening ?? t, draining: null };
      return;
    case 'draining':
      all[index] = { ...lane, draining: lane.draining ?? t };
      return;
    case 'frozen':
      if (lane.frozen.at(-1)?.to !== null)
        all[index] = { ...lane, frozen: [...lane.frozen, { from: t, to: null }].slice(-MOST_FROZEN) };
      return;
    case 'thawed':
      all[index] = { ...lane, frozen: thawed(lane, t) };
      return;
    case 'dead': {
      if (lane.ended !== null) return;
      const planned = how === AS_PLANNED;
      // one that is killed loses its channel a moment before its end is told
      const draining = lane.draining !== null && (planned || lane.draining < t - SOON_MS) ? lane.draining : null;
      all[index] = { ...lane, draining, frozen: thawed(lane, t), ended: { t, how: how ?? '', planned } };
    }
  }
}

function newLane({ t, pid, worker, is }: ProcessNews): Lane {
  return {
    pid,
    worker,
    label: is === 'started' ? 'primary' : worker === null ? 'other process' : `worker ${worker}`,
    forked: t,
    online: is === 'started' ? t : null,
    listening: null,
    draining: null,
    ended: null,
    frozen: [],
    answered: 0,
    columns: NO_COLUMNS,
  };
}

function thawed({ frozen }: Lane, t: number): Lane['frozen'] {
  return frozen.map((span) => (span.to === null ? { ...span, to: t } : span));
}

/** Who has a lane, who waits and who is only counted at `t`. */
function room(all: readonly Lane[], left: { living: number; dead: number }, t: number): Lanes {
  const shown = all.filter((lane) => !isOld(lane, t));
  const inOrder = shown.toSorted((one, other) => rank(one) - rank(other) || inRank(one, other));
  const kept = new Set(inOrder.slice(0, MOST_LANES));
  const waiting = inOrder.slice(MOST_LANES).filter(({ ended }) => ended === null);
  const gone = inOrder.length - kept.size - waiting.length + (all.length - shown.length);
  return {
    lanes: shown
      .filter((lane) => kept.has(lane))
      .map((lane) => upTo(lane, t))
      .toSorted((one, other) => inOrderOf(one) - inOrderOf(other)),
    waiting: waiting.slice(0, MOST_WAITING).map((lane) => upTo(lane, t)),
    leftOut: { living: left.living + Math.max(0, waiting.length - MOST_WAITING), dead: left.dead + gone },
  };
}

function upTo(lane: Lane, t: number): Lane {
  const columns = trimmed(lane.columns, t);
  return columns === lane.columns ? lane : { ...lane, columns };
}

function inOrderOf({ label, forked }: Lane): number {
  return label === 'primary' ? -1 : forked;
}

/** Of a process that is no worker nobody tells the end. */
function isOld({ label, forked, ended, columns }: Lane, t: number): boolean {
  const last = ended?.t ?? (label === 'other process' && columns.counts.length === 0 ? forked : Infinity);
  return last <= t - WINDOW_MS;
}

function rank({ label, worker, ended }: Lane): number {
  if (label === 'primary') return 0;
  if (ended !== null) return 3;
  return worker === null ? 2 : 1;
}

/** Of the living the oldest, who have their lane already; of the dead those that died last. */
function inRank(one: Lane, other: Lane): number {
  if (one.ended === null || other.ended === null) return one.forked - other.forked;
  return other.ended.t - one.ended.t;
}
