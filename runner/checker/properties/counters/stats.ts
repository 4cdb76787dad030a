// What GET /stats says, and what it would have to say: the numbers that clauses 3.1 to 3.5 compare.
import { of, type EventOf, type RequestEvent } from '#history';
import { answeredAt } from '../../requests.ts';
import type { Scene } from '../../scene.ts';

/** The names of the waits in which all workers are asked until they agree. */
export const AGREE = {
  counted: 'all totals are right',
  loaded: 'all totals agree under load',
  released: 'all totals are right after the hold',
  strangers: 'all totals are right after strange messages',
  crashed: 'all totals agree after the kills',
  heir: 'an idle replacement knows the total',
  inherited: 'all totals are right with a replacement',
} as const;

/** `total` may be so old (contract 3.1), and the answers of a killed worker's last so many ms may be missing (3.4). */
export const STALE_MS = 500;
/** Beyond it, for the way of an answer through this machine. */
export const SLACK_MS = 250;

export interface Stats {
  readonly pid: number;
  readonly local: number;
  readonly total: number;
}

/** What an answer to `GET /stats` says; undefined where it is none, or of another shape. */
export function statsOf(
  request: Pick<RequestEvent, 'outcome' | 'status' | 'body'> | null | undefined,
): Stats | undefined {
  if (request?.outcome !== 'answered' || request.status !== 200 || request.body === null) return undefined;
  try {
    const { pid, local, total } = JSON.parse(request.body) as Partial<Record<string, unknown>>;
    return isCount(pid) && isCount(local) && isCount(total) ? { pid, local, total } : undefined;
  } catch {
    return undefined;
  }
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0;
}

export interface Reading extends Stats {
  readonly request: RequestEvent;
}

export function readings({ requests }: Scene): Reading[] {
  return answeredAt(requests, '/stats').flatMap((request) => {
    const stats = statsOf(request);
    return stats === undefined ? [] : [{ ...stats, request }];
  });
}

/** What each worker said last in this wait. */
export function settledIn(scene: Scene, { from, t }: EventOf<'wait'>): Reading[] {
  const within = readings(scene).filter(({ request }) => request.t >= from && request.end <= t);
  return [...new Map(within.map((reading) => [reading.pid, reading])).values()];
}

/** Whole answers to `GET /` until then, of the ledger and of autocannon. */
export function answeredBy({ history, requests }: Scene, until: number): number {
  const single = answeredAt(requests, '/').filter(({ status, end }) => status === 200 && end <= until);
  const batches = of(history, 'answers').filter((event) => event.t <= until);
  const pressure = of(history, 'pressure').filter((event) => event.t <= until);
  return single.length + sum(batches) + pressure.reduce((total, { ok }) => total + ok, 0);
}

export function sum(events: readonly { readonly count: number }[]): number {
  return events.reduce((total, event) => total + event.count, 0);
}
