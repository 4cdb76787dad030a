// Lesson 9: what was asked of a program and of its twin, and when their store was away.
import { of, type EventOf, type History, type RequestEvent } from '#history';
import { broken, tooBusy, type Opinion } from '../../finding.ts';
import { faultsOf, stretchOf } from '../../moments.ts';
import { outcomeOf, time } from '../../words.ts';

/** Names of moments and waits. */
export const SHARED = { rightAgain: 'all is right again', stopped: 'the program has ended', outage: 'outage' } as const;

/** All is right again so long after the store's return (contract 9.4). */
export const RETURN_MS = 3000;

export interface Asked extends Omit<RequestEvent, 'kind'> {
  readonly event: RequestEvent | EventOf<'twin-request'>;
  readonly twins: boolean;
}

/** Of the program and of its twins, in order of time. */
export function asked(history: History): readonly Asked[] {
  return [
    ...of(history, 'request').map((event) => ({ ...event, event, twins: false })),
    ...of(history, 'twin-request').map((event) => ({ ...event, event, twins: true })),
  ].toSorted((one, other) => one.t - other.t);
}

export const isPost = ({ method, path }: Asked): boolean => method === 'POST' && path === '/visits';
export const isTold = ({ method, path }: Asked): boolean => method === 'GET' && path === '/visits';
export const isLimited = ({ method, path }: Asked): boolean => method === 'GET' && path.startsWith('/limited?');
export const isGood = ({ outcome, status }: Asked): boolean =>
  outcome === 'answered' && status !== null && status >= 200 && status < 300;

/** Whose requests these are, for people. */
export function asker({ n, method, path, twins }: Asked): string {
  return `${twins ? "the second program's" : ''} request ${n} (${method} ${path})`.trim();
}

/** When the store stopped answering, and when it answered again; undefined where that was not done, or did not land. */
export function outageOf(history: History): { readonly from: number; readonly to: number } | undefined {
  const [freeze] = faultsOf(history, 'store-freeze');
  const [thaw] = faultsOf(history, 'store-thaw');
  return freeze?.landed && thaw?.landed ? { from: freeze.t, to: thaw.t } : undefined;
}

/** How slow this machine was in that time: where it was not measured then, as it was before. */
export function stretchWithin(history: History, from: number, to: number): number {
  const paces = of(history, 'pace').filter(({ t }) => t <= to);
  const within = paces.filter(({ t }) => t > from);
  return Math.max(1, ...(within.length > 0 ? within : paces.slice(-1)).map(({ stretch }) => stretch));
}

/** An answer that takes longer than this may be 503 since this machine kept the store from answering: on one that is idle. */
const KEPT_WAITING_MS = 250;

/**
 * What was answered with none of these statuses, although the store was there; null where there is no such thing. Kills and
 * the end of a program explain what is lost, an outage explains 503.
 */
export function unexplained(
  history: History,
  requests: readonly Asked[],
  expected: string,
  isRight: (request: Asked) => boolean,
): Opinion | null {
  const outage = outageOf(history);
  // how soon it is over after the store's return is a question of its own (9.4)
  const explained = ({ end }: Asked): boolean => outage !== undefined && end >= outage.from;
  const odd = requests.filter((request) => request.outcome === 'answered' && !isRight(request));
  const [wrong] = odd.filter((request) => request.status !== 503);
  if (wrong !== undefined)
    return broken({
      judged: requests.length,
      expected,
      observed: `${asker(wrong)} was answered ${wrong.status} and ${quoted(wrong.body)}`,
      cause: wrong.status === 404 ? 'the path has no handler' : causeOfAnswer(wrong),
      evidence: [wrong.event],
    });
  const away = odd.filter((request) => !explained(request));
  const [quick] = away.filter(({ t, end }) => end - t < KEPT_WAITING_MS / stretchOf(history));
  if (quick !== undefined)
    return broken({
      judged: requests.length,
      expected,
      observed: `${asker(quick)} was answered 503 after ${time(quick.end - quick.t)}, although the store was there`,
      cause: 'something makes every use of the store fail, or its deadline is far too short',
      evidence: [quick.event],
    });
  return away.length > 0 ? tooBusy('whether the store is asked as it should', requests.length) : null;
}

/** Requests that got no answer although nothing was done to the program; null where there is none. */
export function unanswered(requests: readonly Asked[], expected: string, before: number): Opinion | null {
  const [lost] = requests.filter(
    ({ outcome, end }) => outcome !== 'answered' && outcome !== 'unfinished' && end < before,
  );
  if (lost === undefined) return null;
  return broken({
    judged: requests.length,
    expected,
    observed: `${asker(lost)} ${outcomeOf(lost.event as RequestEvent)}, although nothing was broken`,
    cause: 'its handler never ends the response, or its worker has died',
    evidence: [lost.event],
  });
}

function causeOfAnswer({ status }: Asked): string {
  return status !== null && status >= 500
    ? 'an exception in the handler, or a promise that nobody caught'
    : 'the answer is of another shape';
}

export function quoted(body: string | null): string {
  if (body === null || body === '') return 'an empty body';
  return JSON.stringify(body.length > 60 ? `${body.slice(0, 60)}…` : body);
}

/** In order of their first ones. */
export function grouped<K, T>(all: readonly T[], keyOf: (one: T) => K): ReadonlyMap<K, readonly T[]> {
  const found = new Map<K, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    const same = found.get(key);
    if (same === undefined) found.set(key, [one]);
    else same.push(one);
  }
  return found;
}
