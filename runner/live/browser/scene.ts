// One program at one moment, as data: what the picture, the numbers and the table show of it. Pure.
import type { LossClass } from '#history';
import { COLUMN_MS, type Columns, type Lane, type SideState } from '../state.ts';
import type { Account, FaultNews, LoadWish, MessageNews, SaidNews } from '../show.ts';
import { count, LOSSES, moment, nameOf, plain, plural } from './words.ts';

/** What is shown of a side: `span` ms up to `at`. */
export interface Cut {
  readonly side: SideState;
  readonly at: number;
  readonly span: number;
}

export const SPANS = [10_000, 30_000, 120_000] as const;

export type Phase = 'running' | 'seen' | 'forked' | 'online' | 'listening' | 'draining' | 'left' | 'dead';

export interface LaneAt {
  readonly lane: Lane;
  readonly phase: Phase;
  /** Since when it is in its phase, ms of the run. */
  readonly since: number;
  readonly frozen: boolean;
  /** Since it began, up to that moment. */
  readonly answered: number;
  /** Within what is shown. */
  readonly lately: number;
}

/** All that lived in the time that is shown, in order of their beginnings. */
export function lanesAt({ side, at, span }: Cut): LaneAt[] {
  return side.lanes.flatMap((lane): LaneAt[] => {
    if (lane.forked > at || (lane.ended !== null && lane.ended.t < at - span)) return [];
    const later = sumBetween(lane.columns, at, Infinity);
    const lately = sumBetween(lane.columns, at - span, at);
    const frozen = lane.frozen.some(({ from, to }) => from <= at && (to === null || to > at));
    return [{ lane, ...phaseAt(lane, at), frozen, answered: lane.answered - later, lately }];
  });
}

/** Workers that take connections at that moment, or are stopped while they should. */
export function listeningAt(cut: Cut): LaneAt[] {
  return lanesAt(cut).filter(({ phase }) => phase === 'listening');
}

function phaseAt(lane: Lane, at: number): { readonly phase: Phase; readonly since: number } {
  const { worker, label, forked, online, listening, draining, ended } = lane;
  if (ended !== null && ended.t <= at) return { phase: ended.planned ? 'left' : 'dead', since: ended.t };
  if (worker === null) return { phase: label === 'primary' ? 'running' : 'seen', since: forked };
  if (draining !== null && draining <= at) return { phase: 'draining', since: draining };
  if (listening !== null && listening <= at) return { phase: 'listening', since: listening };
  if (online !== null && online <= at) return { phase: 'online', since: online };
  return { phase: 'forked', since: forked };
}

/** As it stands beside the lane: `listening`, `dead: SIGKILL`. */
export function stateInWords({ lane, phase, frozen }: LaneAt): string {
  if (phase === 'dead') return `dead: ${plain(lane.ended?.how ?? '')}`;
  if (phase === 'left') return 'left as planned';
  if (phase === 'seen') return 'no worker of the cluster';
  return frozen ? `${phase}, frozen` : phase;
}

/** Where there is hardly room: `SIGKILL`, and nothing where all is as usual. */
export function stateInShort(each: LaneAt): string {
  if (each.frozen) return 'frozen';
  if (each.phase === 'listening' || each.phase === 'running') return '';
  return each.phase === 'dead' ? plain(each.lane.ended?.how ?? '').replace(/ with the program$/, '') : each.phase;
}

/** A life as far as it has come, in a sentence. */
export function lifeInWords(each: LaneAt, at: number): string {
  const { lane, answered } = each;
  const { worker, forked, online, listening, draining, ended } = lane;
  const told = [`${worker === null ? 'seen first' : 'forked'} at ${moment(forked)}`];
  const then = (t: number | null, words: string) => {
    if (worker !== null && t !== null && t <= at) told.push(`${words} ${moment(t)}`);
  };
  then(online, 'online at');
  then(listening, 'listening at');
  then(draining, 'draining from');
  if (ended !== null && ended.t <= at)
    told.push(`dead at ${moment(ended.t)} (${plain(ended.how)}${ended.planned ? '' : ', not planned'})`);
  if (each.frozen) told.push('stopped at this moment');
  return `${nameOf(lane)}: ${told.join(', ')}; ${plural(answered, 'request')} answered`;
}

/** Answers in columns of `every` ms: those that are over by `at`, in the time that is shown. */
export interface Bars {
  /** ms of the run at which the first one begins; all begin at a multiple of `every`. */
  readonly from: number;
  readonly every: number;
  readonly counts: readonly number[];
}

/** How long a bar is where so much time is shown: some 150 of them are as many as can be told apart. */
export function barOf(span: number): number {
  return Math.max(1, Math.round(span / 150 / COLUMN_MS)) * COLUMN_MS;
}

export function barsOf(columns: Columns, at: number, span: number): Bars {
  const every = barOf(span);
  const first = Math.floor(Math.max(0, at - span) / every);
  const after = Math.max(first, Math.floor(at / every));
  const per = every / COLUMN_MS;
  const counts = Array<number>(after - first).fill(0);
  for (const [index, each] of columns.counts.entries()) {
    const bar = Math.floor((columns.first + index) / per) - first;
    if (bar >= 0 && bar < counts.length) counts[bar] = (counts[bar] ?? 0) + each;
  }
  return { from: first * every, every, counts };
}

function sumBetween({ first, counts }: Columns, from: number, to: number): number {
  const start = Math.max(0, Math.ceil(from / COLUMN_MS) - first);
  const end = to === Infinity ? counts.length : Math.max(0, Math.ceil(to / COLUMN_MS) - first);
  let sum = 0;
  for (let index = start; index < Math.min(end, counts.length); index += 1) sum += counts[index] ?? 0;
  return sum;
}

/** The next round number: the scale of a picture changes seldom. */
export function roundUp(number: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, number)));
  return ([1, 1.5, 2, 3, 5, 7.5, 10].find((step) => step * power >= number) ?? 10) * power;
}

/** Things of one kind that stand in one place of the picture. */
export interface Mark {
  /** The same as long as it is shown. */
  readonly key: string;
  readonly t: number;
  /** Of its lane; null where that is not known. */
  readonly pid: number | null;
  readonly count: number;
  readonly words: string;
}

export interface LossMarkAt extends Mark {
  readonly class: LossClass;
  /** Of the kinds of losses that one process had at one time: they stand beside each other. */
  readonly nth: number;
}

export function lossesAt({ side, at, span }: Cut): LossMarkAt[] {
  const within = span / 60;
  const places = new Map<string, number>();
  return grouped(shown(side.losses, at, span), ({ t, pid, class: kind }) => `${pid} ${bucket(t, within)} ${kind}`).map(
    ([key, group]) => {
      const [first] = group;
      const place = `${first.pid} ${bucket(first.t, within)}`;
      const nth = places.get(place) ?? 0;
      places.set(place, nth + 1);
      const number = group.reduce((sum, each) => sum + each.count, 0);
      const whose = first.pid === null ? 'no process is known to have had it' : nameOn(side, first.pid);
      const words = `${moment(first.t)}: ${plural(number, 'request')} ${LOSSES[first.class]}: ${whose}; the first is request ${count(first.n)}, ${plain(first.path)}`;
      return { key, t: first.t, pid: first.pid, count: number, class: first.class, nth, words };
    },
  );
}

export interface ArrowAt extends Mark {
  readonly direction: MessageNews['direction'];
  readonly unheard: boolean;
  /** So many of them came at one moment, where that is most of them; 0 where they came one by one. */
  readonly atOnce: number;
}

/** Fewer at one moment are nothing to look at. */
const LEAST_AT_ONCE = 10;

/** What went over a channel in one of so many parts of the time that is shown is one arrow. */
export function arrowsAt({ side, at, span }: Cut, bundles: number): ArrowAt[] {
  const within = span / bundles;
  return grouped(
    shown(side.arrows.list, at, span),
    ({ t, pid, direction, unheard }) => `${direction} ${pid} ${unheard > 0} ${bucket(t, within)}`,
  ).map(([key, group]) => {
    const [first] = group;
    const number = group.reduce((sum, each) => sum + each.count, 0);
    const unheard = group.reduce((sum, each) => sum + each.unheard, 0);
    const way = first.direction === 'up' ? 'to the primary from' : 'from the primary to';
    const heard = unheard === 0 ? '' : `, ${number === unheard ? '' : `${count(unheard)} of them `}heard by nobody`;
    const sample = first.sample === '' ? '' : `; the first: ${plain(first.sample)}`;
    const words = `${moment(first.t)}: ${plural(number, 'message')} ${way} ${nameOn(side, first.pid)}${heard}${sample}`;
    const { pid, direction } = first;
    // those of one time stand in a row, whoever sent them first
    const inRow = (bucket(first.t, within) + 0.4) * within;
    const lined = Math.min(Math.max(first.t, inRow), (group.at(-1) ?? first).t);
    const most = group.reduce((one, other) => (other.count > one.count ? other : one));
    const atOnce = most.count >= LEAST_AT_ONCE && most.count * 2 > number ? most.count : 0;
    const t = atOnce > 0 ? most.t : lined;
    return { key, t, pid, count: number, direction, unheard: unheard > 0, atOnce, words };
  });
}

export interface FaultAt extends Mark {
  readonly label: string;
  /** A signal, not a message. */
  readonly hard: boolean;
  /** Of those that were done at one moment: they stand beside each other. */
  readonly nth: number;
}

export function faultsAt({ side, at, span }: Cut): FaultAt[] {
  const within = span * 0.012;
  const places = new Map<number, number>();
  return grouped(shown(side.faults, at, span), ({ t, what }) => `${what} ${bucket(t, within)}`).map(([key, group]) => {
    const [first] = group;
    const what = plain(first.what);
    const lane = first.pid === null ? undefined : laneOn(side, first.pid);
    const aim = lane === undefined ? '' : ` · ${lane.label}`;
    const label = group.length > 1 ? `${group.length} × ${what}` : `${what}${aim}`;
    const words = `${moment(first.t)}: ${group.map((each) => faultInWords(each, side)).join('; ')}`;
    const place = bucket(first.t, within / 2);
    const nth = places.get(place) ?? 0;
    places.set(place, nth + 1);
    return {
      key,
      t: first.t,
      pid: first.pid,
      count: group.length,
      label,
      hard: first.what.startsWith('SIG'),
      nth,
      words,
    };
  });
}

export function faultInWords({ what, pid, landed }: FaultNews, side: SideState): string {
  return `${plain(what)}${pid === null ? '' : ` for ${nameOn(side, pid)}`}${landed ? '' : ', which it did not reach'}`;
}

/** The numbers of that moment: those of now, or the last that were kept before it. */
export function numbersAt({ side, at }: Cut): {
  readonly t: number;
  readonly account: Account;
  readonly load: LoadWish | null;
  readonly said: readonly SaidNews[];
} {
  if (at >= side.t) return side;
  return side.past.findLast(({ t }) => t <= at) ?? side.past[0] ?? side;
}

export function laneOn(side: SideState, pid: number): Lane | undefined {
  return side.lanes.findLast((lane) => lane.pid === pid);
}

function nameOn(side: SideState, pid: number): string {
  const lane = laneOn(side, pid);
  return lane === undefined ? `pid ${pid}` : nameOf(lane);
}

function shown<T extends { readonly t: number }>(all: readonly T[], at: number, span: number): readonly T[] {
  return all.filter(({ t }) => t <= at && t > at - span);
}

function bucket(t: number, within: number): number {
  return Math.floor(t / within);
}

type Group<T> = [T, ...T[]];

function grouped<T>(all: readonly T[], keyOf: (each: T) => string): [key: string, group: Group<T>][] {
  const groups = new Map<string, Group<T>>();
  for (const each of all) {
    const key = keyOf(each);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [each]);
    else group.push(each);
  }
  return [...groups];
}
