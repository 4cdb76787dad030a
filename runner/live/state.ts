// All that a live page shows, put together tick by tick: by the server for a page that comes late, and by the page itself.
// What is in it suffices to draw any moment of the last two minutes, and it does not grow however long a program runs.
import type { Beat } from '#workbook';
import { COLUMN_MS, type Columns, NO_COLUMNS, spread, trimmed, WINDOW_MS } from './columns.ts';
import { foldLanes, type Lane, type Lanes, MOST_LANES, NO_LANES } from './lanes.ts';
import { addArrows, type Arrows, NO_ARROWS } from './arrows.ts';
import type {
  Account,
  FaultNews,
  LoadWish,
  LossNews,
  OutputNews,
  Policy,
  SaidNews,
  Setting,
  Show,
  Tick,
} from './show.ts';

export { COLUMN_MS, type Columns, type Lane, type Lanes, WINDOW_MS };

/** What is known of a show before anything runs. */
export interface ShowFacts {
  readonly lesson: { readonly number: number; readonly title: string };
  readonly sides: 1 | 2;
  readonly knowsSlow: boolean;
  readonly solutionOnly: boolean;
  readonly shows: string | null;
  readonly recorded: boolean;
  readonly scenarios: readonly string[];
  readonly beats: readonly Beat[];
}

export interface State {
  readonly show: ShowFacts;
  /** As many as `show.sides`. */
  readonly sides: readonly SideState[];
}

export interface SideState extends Lanes {
  /** 0 before the first start. */
  readonly run: number;
  /** ms since this run's start; stands still while nothing runs. */
  readonly t: number;
  readonly running: boolean;
  /** Null before the first tick. */
  readonly setting: Setting | null;
  readonly load: LoadWish | null;
  readonly account: Account;
  /** Answers of processes that have no lane, or of which nobody knows whose they are. */
  readonly elsewhere: { readonly answered: number; readonly columns: Columns };
  /** Of the last two minutes, at most 400. */
  readonly losses: readonly LossMark[];
  /** Lost requests of this run that never had a mark: there were too many at once. */
  readonly unmarked: number;
  /** How many lost requests were marked in this run, whether or not their marks are still there. */
  readonly marked: number;
  readonly arrows: Arrows;
  /** Of the last two minutes, at most 400. */
  readonly faults: readonly FaultNews[];
  /** The last lines, at most 500, however old. */
  readonly output: readonly OutputNews[];
  /** The numbers as they were, one for each half second of the last two minutes. */
  readonly past: readonly PastNumbers[];
  readonly boots: Tick['boots'];
  readonly dealt: Policy | null;
  /** The latest answer of each worker that has said something; at most 24. */
  readonly said: readonly SaidNews[];
  readonly ended: string | null;
  readonly trouble: string | null;
}

/** Lost requests that are alike and were told together. `n` and `path` are those of the first. */
export interface LossMark extends LossNews {
  readonly count: number;
}

export interface PastNumbers {
  readonly t: number;
  readonly running: boolean;
  readonly load: LoadWish;
  readonly account: Account;
  readonly said: readonly SaidNews[];
}

export const MOST_MARKS = 400;
export const MOST_LINES = 500;
const PAST_EVERY_MS = 500;
/** A loss may be marked so much later than it is counted: whose it was is told a little later. */
const MARKED_WITHIN_MS = 1000;

const NO_ACCOUNT: Account = {
  sent: 0,
  answered: 0,
  lost: {},
  inFlight: 0,
  perSecond: 0,
  p50: null,
  p99: null,
  slowest: null,
  patience: null,
  forks: 0,
  messages: { up: 0, down: 0, unheard: 0 },
};

const NEW_SIDE: SideState = {
  ...NO_LANES,
  run: 0,
  t: 0,
  running: false,
  setting: null,
  load: null,
  account: NO_ACCOUNT,
  elsewhere: { answered: 0, columns: NO_COLUMNS },
  losses: [],
  unmarked: 0,
  marked: 0,
  arrows: NO_ARROWS,
  faults: [],
  output: [],
  past: [],
  boots: 'fine',
  dealt: null,
  said: [],
  ended: null,
  trouble: null,
};

export function factsOf({ lesson: { number, title }, ...show }: Show): ShowFacts {
  const { sides, knowsSlow, solutionOnly, shows, recorded, scenarios, beats } = show;
  return { lesson: { number, title }, sides, knowsSlow, solutionOnly, shows, recorded, scenarios, beats };
}

export function emptyState(show: ShowFacts): State {
  return { show, sides: Array.from({ length: show.sides }, () => NEW_SIDE) };
}

/** Pure. A tick of an earlier run, or of a side that is not shown, changes nothing. */
export function fold(state: State, tick: Tick): State {
  const side = state.sides[tick.side];
  if (side === undefined || tick.run < side.run) return state;
  const folded = foldSide(tick.run > side.run ? { ...NEW_SIDE, run: tick.run } : side, tick);
  return { ...state, sides: state.sides.map((each, index) => (index === tick.side ? folded : each)) };
}

/** Lost requests of all classes. */
export function lostOf({ lost }: Account): number {
  return Object.values(lost).reduce((sum, each) => sum + each, 0);
}

function foldSide(side: SideState, tick: Tick): SideState {
  const { running, setting, load, account, boots, dealt, ended, trouble } = tick;
  // time goes on while there is something to see of it
  const t = running || side.running ? Math.max(side.t, tick.t) : side.t;
  const { lanes, placed } = foldLanes(side, tick, side.t, t);
  const strangers = tick.answered.reduce((sum, { pid, count }) => (placed.has(pid) ? sum : sum + count), 0);
  const marked = side.marked + tick.lost.length;
  const said = saidWith(side.said, tick.said);
  const past = pastWith(side, { t, running, load, account, said });
  return {
    ...lanes,
    run: side.run,
    t,
    running,
    setting,
    load,
    account,
    elsewhere: {
      answered: side.elsewhere.answered + strangers,
      columns: trimmed(spread(side.elsewhere.columns, strangers, side.t, t), t),
    },
    losses: lately([...side.losses, ...marksOf(tick.lost)], t),
    marked,
    unmarked: Math.max(side.unmarked, lostBefore(past, t - MARKED_WITHIN_MS) - marked),
    arrows: addArrows(side.arrows, tick.messages, t),
    faults: lately([...side.faults, ...tick.faults], t),
    output: [...side.output, ...tick.output].slice(-MOST_LINES),
    past,
    boots,
    dealt,
    said,
    ended,
    trouble,
  };
}

function saidWith(before: readonly SaidNews[], news: readonly SaidNews[]): readonly SaidNews[] {
  if (news.length === 0) return before;
  const latest = new Map([...before, ...news].map((each) => [each.pid, each]));
  return [...latest.values()].slice(-MOST_LANES);
}

function marksOf(lost: readonly LossNews[]): LossMark[] {
  const marks = new Map<string, LossMark>();
  for (const loss of lost) {
    const key = `${loss.class} ${loss.pid}`;
    const mark = marks.get(key);
    marks.set(key, mark ? { ...mark, count: mark.count + 1 } : { ...loss, count: 1 });
  }
  return [...marks.values()];
}

function lately<T extends { readonly t: number }>(all: readonly T[], t: number): readonly T[] {
  return all.filter((each) => each.t > t - WINDOW_MS).slice(-MOST_MARKS);
}

function pastWith({ past }: SideState, now: PastNumbers): readonly PastNumbers[] {
  const last = past.at(-1);
  if (last !== undefined && now.running === last.running && now.t - last.t < PAST_EVERY_MS) return past;
  return [...past.filter((each) => each.t > now.t - WINDOW_MS), now].slice(-(WINDOW_MS / PAST_EVERY_MS));
}

function lostBefore(past: readonly PastNumbers[], t: number): number {
  const before = past.findLast((each) => each.t <= t);
  return before === undefined ? 0 : lostOf(before.account);
}
