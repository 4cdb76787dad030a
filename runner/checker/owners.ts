// Whose connection a request was on. Ports are used again, reports come late, and those of a killed worker may not come.
import { claimsOf, of, type Claim, type EventOf, type History, type RequestEvent } from '#history';
import { killedIn } from './moments.ts';

export interface Owners {
  /** Process that took the connection of this request, by the reports from inside; null where none tells. */
  taker(request: RequestEvent): number | null;
  /** Worker that had the request: who took its connection, or was dealt it, or had answered on it before. */
  owner(request: RequestEvent): number | null;
}

export function ownersIn(history: History): Owners {
  const taken = byPort(of(history, 'taken'));
  const handed = byPort(of(history, 'handed'));
  const killed = killedIn(history);
  const taker = (request: RequestEvent): number | null => ownerOfPort(taken, request, killed);
  return {
    taker,
    owner: (request) => taker(request) ?? ownerOfPort(handed, request, killed) ?? request.before,
  };
}

/** In order of time: the reports of one process come before those of another, whatever came first. */
function byPort(events: readonly EventOf<'taken' | 'handed'>[]): Map<number, Claim[]> {
  const found = new Map<number, Claim[]>();
  for (const claim of events.flatMap(claimsOf).toSorted((one, other) => one.t - other.t)) {
    const same = found.get(claim.port);
    if (same === undefined) found.set(claim.port, [claim]);
    else same.push(claim);
  }
  return found;
}

/** In histories without ages a connection counts as of its report, which is sent up to 50 ms later under load. */
const REPORT_DELAY_MS = 300;
/**
 * The first report since the connection was begun. None where that was lost with a killed process: the port may be used
 * again soon, and then the first report is about another connection.
 */
function ownerOfPort(
  reports: ReadonlyMap<number, readonly Claim[]>,
  { conn, opened, end, before }: RequestEvent,
  killed: ReadonlySet<number>,
): number | null {
  const all = (conn === null ? undefined : reports.get(conn)) ?? [];
  const own = all.find(({ t }) => t >= opened && t <= end + REPORT_DELAY_MS)?.pid ?? null;
  return before !== null && own !== before && killed.has(before) ? null : own;
}
