// A saved run as a show: what was witnessed then, played again in the time that it took, over and over until it is stopped.
import type { Beat } from '#workbook';
import type { Event, History, LossClass, RequestEvent } from '#history';
import { type Counted, createGatherer } from './gather.ts';
import type { Acted, Action, LoadWish, Setting, Show, Tick } from './show.ts';

export interface ReplayOptions {
  readonly lesson: { readonly number: number; readonly title: string };
  readonly knowsSlow: boolean;
  readonly beats: readonly Beat[];
  /** Whether the saved program is the lesson's solution. */
  readonly isSolution: (file: string) => boolean;
  /** One or more: the scenarios of one run. */
  readonly histories: readonly History[];
}

export interface Replay {
  /** It plays as soon as somebody listens, until it is closed. */
  readonly show: Show;
  readonly close: () => void;
}

const TICK_MS = 100;
const NOTHING_NEW = { processes: [], answered: [], lost: [], messages: [], faults: [], output: [] } as const;
/** The end is looked at for so long, before it begins again. */
const PAUSE_MS = 4000;

/** The first one in which something went wrong. */
export function firstToPlay(histories: readonly History[]): number {
  const wrong = histories.findIndex(({ events }) => events.some(isWrong));
  if (wrong !== -1) return wrong;
  return Math.max(
    0,
    histories.findIndex(({ events }) => events.some(({ kind }) => kind === 'fault')),
  );
}

function isWrong(event: Event): boolean {
  switch (event.kind) {
    case 'request':
      return !isAnswered(event) && event.outcome !== 'unfinished';
    case 'bounded':
    case 'trouble':
    case 'uncaught':
      return true;
    case 'received':
      return event.unheard > 0;
    default:
      return false;
  }
}

export function openReplay({ lesson, knowsSlow, beats, isSolution, histories }: ReplayOptions): Replay {
  let chosen = firstToPlay(histories);
  let ticks = ticksAt(chosen);
  const listeners = new Set<(tick: Tick) => void>();
  let timer: NodeJS.Timeout | null = null;
  let run = 0;
  /** The time of the tick that was told last. */
  let told = 0;

  function ticksAt(scenario: number): readonly Tick[] {
    const history = histories[scenario];
    return history === undefined ? [] : ticksOf(history);
  }

  function tell(tick: Tick): void {
    told = tick.t;
    for (const listener of listeners) listener(tick);
  }

  function play(): void {
    halt();
    run += 1;
    const own = run;
    const begin = performance.now();
    let next = 0;
    const step = () => {
      const elapsed = performance.now() - begin;
      for (; next < ticks.length && (ticks[next] as Tick).t <= elapsed; next += 1)
        tell({ ...(ticks[next] as Tick), run: own });
      const coming = ticks[next];
      timer = coming === undefined ? setTimeout(play, PAUSE_MS) : setTimeout(step, coming.t - elapsed);
    };
    step();
  }

  /** Stops where it is. */
  function stop(): void {
    halt();
    const last = ticks.findLast(({ t }) => t <= told) ?? ticks[0];
    if (last !== undefined) tell({ ...last, ...NOTHING_NEW, run, running: false });
  }

  function halt(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  }

  async function act(action: Action): Promise<Acted> {
    switch (action.act) {
      case 'play':
        if (histories[action.scenario] === undefined) return refused('This run has no such scenario.');
        if (action.scenario !== chosen) ticks = ticksAt(action.scenario);
        chosen = action.scenario;
        play();
        return { ok: true };
      case 'start':
        play();
        return { ok: true };
      case 'stop':
        stop();
        return { ok: true };
      default:
        return refused('This is a saved run that is played again: nothing can be done to it.');
    }
  }

  return {
    close: halt,
    show: {
      lesson,
      sides: 1,
      knowsSlow,
      solutionOnly: histories.every(({ file }) => isSolution(file)),
      shows: null,
      recorded: true,
      scenarios: histories.map(({ scenario }) => scenario),
      beats,
      act,
      listen(listener) {
        listeners.add(listener);
        if (run === 0) play();
        return () => void listeners.delete(listener);
      },
    },
  };
}

function refused(why: string): Acted {
  return { ok: false, why };
}

/** The whole scenario, one for each tenth of a second; the last one says that it is over. */
export function ticksOf(history: History): readonly Tick[] {
  const start = history.events.find((event) => event.kind === 'start');
  const events = knownInOrder(history.events);
  const stop = history.events.find(({ kind }) => kind === 'stop')?.t;
  const end = stop ?? events.at(-1)?.at ?? 0;
  const setting: Setting = {
    file: history.file,
    cores: start?.cores ?? 1,
    policy: policyOf(start?.env),
    scenario: history.scenario,
  };
  let t = 0;
  const gatherer = createGatherer({ side: 0, run: 1, setting, now: () => t });
  const clients = openClients();
  const requests = history.events.filter((event) => event.kind === 'request');
  const ticks: Tick[] = [];
  let next = 0;
  do {
    t = Math.min(t + TICK_MS, end);
    for (let known = events[next]; known !== undefined && known.at <= t; known = events[next]) {
      clients.event(known.event);
      gatherer.event(known.event);
      next += 1;
    }
    const account = clients.account(requests.filter((each) => each.t <= t && each.end > t).length);
    ticks.push(gatherer.tick({ running: t < end, load: clients.load(), account, trouble: null }));
  } while (t < end);
  return ticks;
}

interface Known {
  readonly event: Event;
  /** When it was known. */
  readonly at: number;
}

function knownInOrder(events: readonly Event[]): Known[] {
  return events
    .map((event) => ({ event, at: event.kind === 'request' ? event.end : event.t }))
    .toSorted((one, other) => one.at - other.at);
}

function policyOf(env: Readonly<Record<string, string>> | undefined): Setting['policy'] {
  const policy = env?.['NODE_CLUSTER_SCHED_POLICY'];
  return policy === 'rr' || policy === 'none' ? policy : null;
}

interface Clients {
  event(event: Event): void;
  load(): LoadWish;
  /** What is under way can be told only of requests that are listed one by one. */
  account(inFlight: number): Counted;
}

/** Latencies of so many answers are looked at for the percentiles. */
const MOST_LATENCIES = 500;

/** What the clients knew; of answers that were counted together nobody tells when they were asked for. */
function openClients(): Clients {
  const streams = new Map<string, { readonly connections: number; readonly mode: 'busy' | 'fresh' | 'slow' }>();
  const lost: Partial<Record<LossClass, number>> = {};
  let answered = 0;
  let latencies: number[] = [];
  let measured: { readonly p50: number; readonly p99: number } | null = null;

  function lose(of: LossClass, count: number): void {
    if (count > 0) lost[of] = (lost[of] ?? 0) + count;
  }

  return {
    event(event) {
      switch (event.kind) {
        case 'request':
          if (isAnswered(event)) {
            answered += 1;
            latencies = [...latencies, event.end - event.t].slice(-MOST_LATENCIES);
          } else lose(event.outcome === 'answered' ? 'answered with an error' : event.outcome, 1);
          break;
        case 'answers':
          answered += event.count;
          break;
        case 'pressure':
          answered += event.ok;
          lose('answered with an error', event.other);
          lose('reset', event.errors);
          measured = { p50: event.p50, p99: event.p99 };
          break;
        case 'load':
          if (event.state === 'begin') streams.set(event.stream, { connections: event.connections, mode: event.mode });
          else streams.delete(event.stream);
          break;
        default:
      }
    },
    load() {
      const all = [...streams.values()];
      const connections = all.reduce((sum, each) => sum + each.connections, 0);
      const slow = all.filter(({ mode }) => mode === 'slow').reduce((sum, each) => sum + each.connections, 0);
      return {
        connections,
        mode: all.some(({ mode }) => mode === 'fresh') ? 'fresh' : 'keep-alive',
        perSecond: null,
        slowShare: connections === 0 ? 0 : slow / connections,
      };
    },
    account(inFlight) {
      const gone = Object.values(lost).reduce((sum, each) => sum + each, 0);
      const sorted = latencies.toSorted((one, other) => one - other);
      const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? null;
      return {
        sent: answered + gone + inFlight,
        answered,
        lost: { ...lost },
        inFlight,
        p50: measured?.p50 ?? at(0.5),
        p99: measured?.p99 ?? at(0.99),
        slowest: null,
        patience: null,
      };
    },
  };
}

function isAnswered({ outcome, status }: RequestEvent): boolean {
  return outcome === 'answered' && status !== null && status >= 200 && status <= 299;
}
