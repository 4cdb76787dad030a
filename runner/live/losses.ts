// Lost requests, and whose they were as far as that can be told while the program runs: reports of who took a connection
// come a little later than its end, and those of a killed worker may not come at all.
import { claimsOf, type Event, type RequestEvent } from '#history';
import type { LossNews } from './show.ts';

export interface Losses {
  event(event: Event): void;
  /** Of a request that was not answered well. */
  add(request: RequestEvent): void;
  /** As it is known now; null where nobody knows. */
  ownerOf(request: RequestEvent): number | null;
  /** What is to be told now; a loss that is nobody's waits a little for its owner, while the program runs. */
  taken(t: number, running: boolean): readonly LossNews[];
}

interface Report {
  readonly t: number;
  readonly pid: number;
}

const REPORT_DELAY_MS = 300;
/** In one tick. More are in the account only. */
const MOST_TOLD = 200;
const MOST_WAITING = 1000;
const MOST_KILLED = 100;
const LONGEST_PATH = 80;

export function openLosses(): Losses {
  const taken = new Map<number, Report>();
  const handed = new Map<number, Report>();
  const killed = new Set<number>();
  let waiting: RequestEvent[] = [];

  function ownerOf(request: RequestEvent): number | null {
    return reported(taken, request) ?? reported(handed, request) ?? request.before;
  }

  // the port of a connection is used again soon, and the report of a killed worker is lost
  function reported(reports: ReadonlyMap<number, Report>, { conn, opened, end, before }: RequestEvent): number | null {
    const report = conn === null ? undefined : reports.get(conn);
    if (report === undefined || report.t < opened || report.t > end + REPORT_DELAY_MS) return null;
    return before !== null && report.pid !== before && killed.has(before) ? null : report.pid;
  }

  return {
    ownerOf,
    event(event) {
      if (event.kind === 'taken' || event.kind === 'handed') {
        const reports = event.kind === 'taken' ? taken : handed;
        for (const { port, t, pid } of claimsOf(event)) reports.set(port, { t, pid });
      }
      if (event.kind === 'fault' && event.fault === 'SIGKILL') {
        killed.add(event.pid);
        const [first] = killed;
        if (killed.size > MOST_KILLED && first !== undefined) killed.delete(first);
      }
    },
    add(request) {
      if (waiting.length < MOST_WAITING) waiting.push(request);
    },
    taken(t, running) {
      const told: LossNews[] = [];
      const later: RequestEvent[] = [];
      for (const request of waiting) {
        const pid = request.outcome === 'refused' ? null : ownerOf(request);
        const soon = pid === null && request.outcome !== 'refused' && request.end > t - REPORT_DELAY_MS;
        if (soon && running) later.push(request);
        else if (told.length < MOST_TOLD) told.push(newsOf(request, pid));
      }
      waiting = later;
      return told;
    },
  };
}

function newsOf({ t, n, outcome, end, path }: RequestEvent, pid: number | null): LossNews {
  return {
    // a hanging one went wrong long before it was given up
    t: outcome === 'hanging' ? t : end,
    n,
    class: outcome === 'answered' ? 'answered with an error' : outcome,
    pid,
    path: path.length > LONGEST_PATH ? `${path.slice(0, LONGEST_PATH - 1)}…` : path,
  };
}
