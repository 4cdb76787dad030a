// One running program's events, gathered into what a page is told ten times a second. It keeps what is still going on, and
// forgets the rest: programs run for hours.
import type { Event, EventOf } from '#history';
import { recent } from './recent.ts';
import { openLines } from './lines.ts';
import { openLosses } from './losses.ts';
import { openMessages } from './messages.ts';
import { openProcesses } from './processes.ts';
import type { Account, FaultNews, LoadWish, Policy, SaidNews, Setting, Side, Tick } from './show.ts';

export interface GathererOptions {
  readonly side: Side;
  /** Which start of the program this is, from 1: each start has a gatherer of its own. */
  readonly run: number;
  readonly setting: Setting;
  /** ms since the program was started, on the clock of its events. */
  readonly now: () => number;
}

export interface Gatherer {
  /** To be called with each event of the program, as it comes. */
  event(event: Event): void;
  /** What happened since the last one; empties what was gathered. Where nothing runs any more, whoever was left is dead. */
  tick(moment: Moment): Tick;
}

/** What is so at the moment of a tick. All of its numbers are read at one moment. */
export interface Moment {
  readonly running: boolean;
  readonly load: LoadWish;
  readonly account: Counted;
  /** What workers said of themselves since the last tick. */
  readonly said?: readonly SaidNews[];
  /** What stopped the program, for people; null where nothing did, or where an event tells it. */
  readonly trouble: string | null;
}

/** Of an `Account`, what the clients know: since the program was started, sent = answered + all lost + inFlight. */
export type Counted = Pick<Account, 'sent' | 'answered' | 'lost' | 'inFlight' | 'p50' | 'p99' | 'slowest' | 'patience'>;

/** Under this pid is told what was answered by nobody knows whom. */
export const NOBODY = 0;

const MOST_FAULTS = 100;
/** Where so much was answered and the primary dealt nothing for so long, the system deals. */
const DEALS_WITHIN = { answers: 20, ms: 1000 };

export function createGatherer({ side, run, setting, now }: GathererOptions): Gatherer {
  const processes = openProcesses();
  const messages = openMessages(processes);
  const losses = openLosses();
  const lines = openLines();
  const answered = new Map<number, number>();
  const answersAt = recent<{ readonly t: number; readonly answered: number }>(40);
  let faults: FaultNews[] = [];
  let forks = 0;
  let trouble: string | null = null;
  let boots: Tick['boots'] = 'fine';
  let dealt: Policy | null = null;
  let firstAnswered: number | null = null;
  let isStopped = false;
  let ended: string | null = null;

  function note(news: FaultNews): void {
    if (faults.length < MOST_FAULTS) faults.push(news);
  }

  function answer(pid: number | null, count: number): void {
    const known = pid !== null && processes.knows(pid) ? pid : NOBODY;
    answered.set(known, (answered.get(known) ?? 0) + count);
  }

  function request(event: EventOf<'request'>): void {
    const { outcome, status, pid } = event;
    if (outcome === 'answered' && status !== null && status >= 200 && status <= 299)
      answer(losses.ownerOf(event) ?? pid, 1);
    else losses.add(event);
  }

  function perSecond(t: number, total: number, running: boolean): number {
    answersAt.add({ t, answered: total });
    const before = answersAt.list().findLast((each) => each.t <= t - 1000) ?? answersAt.list()[0];
    const elapsed = before === undefined ? 0 : t - before.t;
    return running && before !== undefined && elapsed > 0 ? ((total - before.answered) * 1000) / elapsed : 0;
  }

  return {
    event(event) {
      processes.event(event);
      messages.event(event);
      losses.event(event);
      switch (event.kind) {
        case 'fork':
          forks += 1;
          break;
        case 'answers':
          answer(event.pid, event.count);
          break;
        case 'pressure':
          answer(null, event.ok);
          break;
        case 'request':
          request(event);
          break;
        case 'output':
          lines.add(event);
          break;
        case 'fault':
          note(faultNews(event));
          break;
        case 'boots':
          boots = event.each.how;
          note({ t: event.t, what: BOOTS[boots], pid: null, landed: true });
          break;
        case 'boot':
          note({ t: event.t, what: BOOT[event.how], pid: event.pid, landed: true });
          break;
        case 'handed':
          dealt = 'rr';
          break;
        case 'stop':
          isStopped = true;
          break;
        case 'ended':
          if (!isStopped) ended = event.signal ?? `code ${event.code}`;
          break;
        case 'bounded':
          trouble ??= `The program was stopped, it went beyond what is allowed here: ${event.detail}`;
          break;
        case 'trouble':
          trouble ??= `Trouble of the workbook's own: ${event.what}`;
          break;
        default:
      }
    },
    tick(moment) {
      const t = now();
      const { running, load, said = [] } = moment;
      if (moment.account.answered > 0) firstAnswered ??= t;
      if (
        firstAnswered !== null &&
        t - firstAnswered >= DEALS_WITHIN.ms &&
        moment.account.answered >= DEALS_WITHIN.answers
      )
        dealt ??= 'none';
      const tick: Tick = {
        side,
        run,
        t,
        running,
        setting,
        load,
        processes: processes.taken(t, running),
        answered: [...answered].map(([pid, count]) => ({ pid, count })),
        lost: losses.taken(t, running),
        messages: messages.taken(t),
        faults,
        output: lines.taken(t, running),
        account: {
          ...moment.account,
          perSecond: Math.round(perSecond(t, moment.account.answered, running)),
          forks,
          messages: messages.counts(),
        },
        boots,
        dealt,
        said,
        ended,
        trouble: moment.trouble ?? trouble,
      };
      answered.clear();
      faults = [];
      return tick;
    },
  };
}

const BOOTS: Readonly<Record<Tick['boots'], string>> = {
  fine: 'new workers boot well',
  slow: 'new workers boot slowly',
  dies: 'new workers die at boot',
  hangs: 'new workers hang at boot',
};

const BOOT: Readonly<Record<Exclude<Tick['boots'], 'fine'>, string>> = {
  slow: 'boots slowly',
  dies: 'dies at boot',
  hangs: 'hangs at boot',
};

function faultNews({ t, fault, pid, landed, detail }: EventOf<'fault'>): FaultNews {
  return { t, what: called(fault, detail), pid, landed };
}

function called(fault: string, detail: string): string {
  switch (fault) {
    case 'junk-up':
      return 'junk to the primary';
    case 'junk-down':
      return 'junk to a worker';
    case 'hold-up':
      return 'reports held back';
    case 'hold-down':
      return 'totals held back';
    case 'release':
      return 'released';
    case 'block': {
      const ms = /\d+/.exec(detail)?.[0];
      return ms === undefined ? 'blocked' : `blocked for ${Number(ms) / 1000} s`;
    }
    case 'freeze':
      return 'frozen';
    case 'thaw':
      return 'thawed';
    case 'store-freeze':
      return 'store frozen';
    case 'store-thaw':
      return 'store thawed';
    default:
      return fault;
  }
}
