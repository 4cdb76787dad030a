// The limit: ten of a key's requests in a window, and when to come again: clause 9.2.
import { of, type History } from '#history';
import { broken, holds, unknown, type Opinion } from '../../finding.ts';
import { firstFault } from '../../moments.ts';
import { plural, time } from '../../words.ts';
import { asked, asker, grouped, isGood, isLimited, unanswered, unexplained, type Asked } from './shared.ts';

/** So many of a key's requests pass in a window. */
const LIMIT = 10;
const USUAL_WINDOW_MS = 60_000;
/** Clocks of the program and of its clients count in ms, and round. */
const ROUNDING_MS = 20;

const EXPECTED =
  'GET /limited?key=K answers 200 ten times in a window, over all workers together, and 429 beyond; a window begins with a key’s first request and lasts WINDOW_MS';

/** 9.2: ten pass, and no more; refused requests prolong nothing, and are told when to come again. */
export function limitsEachKey(history: History): Opinion {
  const twin = history.events.find(({ kind }) => kind === 'twin')?.t ?? Infinity;
  return judgeLimit(
    history,
    asked(history).filter(({ end }) => end < twin),
  );
}

export function windowOf(history: History): number {
  return Number(of(history, 'start')[0]?.env['WINDOW_MS'] ?? USUAL_WINDOW_MS);
}

/** All these requests together. */
export function judgeLimit(history: History, all: readonly Asked[]): Opinion {
  const requests = all.filter(isLimited);
  const windowMs = windowOf(history);
  const odd =
    unexplained(history, requests, EXPECTED, ({ status }) => status === 200 || status === 429) ??
    unanswered(requests, EXPECTED, firstFault(history));
  if (odd !== null) return odd;
  const keys = grouped(requests, keyOf);
  for (const own of keys.values()) {
    const opinion = tooMany(own, windowMs) ?? tooFew(own, windowMs);
    if (opinion !== null) return opinion;
  }
  const refused = requests.filter(({ outcome, status }) => outcome === 'answered' && status === 429);
  const advice = refused.find((request) => !isAdvice(request, windowMs));
  if (advice !== undefined)
    return broken({
      judged: refused.length,
      expected: `429 carries Retry-After in whole seconds, from 1 to the window’s length (${Math.max(1, Math.ceil(windowMs / 1000))} s)`,
      observed: `${asker(advice)} was answered 429 ${advice.retryAfter === undefined ? 'without Retry-After' : `with Retry-After: ${advice.retryAfter}`}`,
      cause: 'seconds, not ms, rounded up: the rest of the window is what add gives as ttlMs',
      evidence: [advice.event],
    });
  const passed = requests.filter(isGood).length;
  if (refused.length === 0 || passed === 0) return unknown('nothing was refused, or nothing passed', requests.length);
  return holds(requests.length, `${plural(keys.size, 'key')}: ${passed} passed, ${refused.length} refused`);
}

function keyOf({ path }: Asked): string {
  return new URLSearchParams(path.slice(path.indexOf('?'))).get('key') ?? '';
}

/** It may have been counted: it passed, or nobody knows. */
function mayCount({ outcome, status }: Asked): boolean {
  return outcome !== 'answered' || status !== 429;
}

/** More than ten in a window of which it is known when it began: with a key's first request, or the first after a quiet. */
function tooMany(own: readonly Asked[], windowMs: number): Opinion | null {
  for (const [index, first] of own.entries()) {
    if (own.slice(0, index).some(({ end }) => end > first.t - windowMs - ROUNDING_MS)) continue;
    const within = own.filter(({ t, end }) => t >= first.t && end < first.t + windowMs - ROUNDING_MS);
    const passed = within.filter(isGood);
    if (passed.length <= LIMIT) continue;
    const eleventh = passed[LIMIT] as Asked;
    const late = passed
      .slice(LIMIT)
      .every(({ t }) => t - first.t > ROUNDING_MS && within.some((one) => one.status === 429 && one.end < t));
    return broken({
      judged: within.length,
      expected: EXPECTED,
      observed: `${passed.length} of ${within.length} requests with the same key passed within ${time(eleventh.end - first.t)}, in one window of ${windowMs} ms`,
      cause: late
        ? 'a new window began before the first one was over: it is to begin with a key’s first request, not when the clock says so'
        : 'each process counts for itself, or others come between reading the count and writing it: let the store add',
      evidence: passed.slice(0, LIMIT + 1).map(({ event }) => event),
    });
  }
  return null;
}

/** Refused, although fewer than ten can have passed in the window that it belongs to. */
function tooFew(own: readonly Asked[], windowMs: number): Opinion | null {
  for (const request of own) {
    if (request.outcome !== 'answered' || request.status !== 429) continue;
    const counted = own.filter(
      (other) =>
        other !== request &&
        mayCount(other) &&
        other.t <= request.end &&
        other.end >= request.t - windowMs - ROUNDING_MS,
    );
    if (counted.length >= LIMIT) continue;
    const [first] = own;
    return broken({
      judged: own.length,
      expected: EXPECTED,
      observed: `${asker(request)} was refused ${time(request.t - (first?.t ?? 0))} after the key’s first one, when ${counted.length} had passed in the ${windowMs} ms before`,
      cause: causeOfTooFew(counted.length, own, request, windowMs),
      evidence: [first?.event, request.event],
    });
  }
  return null;
}

function causeOfTooFew(passed: number, own: readonly Asked[], refused: Asked, windowMs: number): string {
  const [first] = own;
  if (first !== undefined && refused.t - first.t > windowMs)
    return passed === 0
      ? 'the window never ends, or refused requests prolong it: its end is set once, when it begins'
      : 'refused requests are counted into the next window';
  return 'the limit is below ten, or other keys (another key’s requests, the visits) are counted with this one';
}

function isAdvice({ retryAfter = '' }: Asked, windowMs: number): boolean {
  const seconds = Number(retryAfter);
  return /^\d+$/.test(retryAfter) && seconds >= 1 && seconds <= Math.max(1, Math.ceil(windowMs / 1000));
}
