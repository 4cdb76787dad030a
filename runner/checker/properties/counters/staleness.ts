// How old a total may be while requests keep coming: the other side of clause 3.1.
import type { History, RequestEvent } from '#history';
import { broken, holds, tooBusy, unknown, type Opinion } from '../../finding.ts';
import { markOf } from '../../moments.ts';
import { answeredAt } from '../../requests.ts';
import { sceneOf } from '../../scene.ts';
import { plural } from '../../words.ts';
import { readings, SLACK_MS, STALE_MS } from './stats.ts';

/** What held messages up for longer than this ago holds them up no more; it shows in some request of that time. */
const LOOK_BACK_MS = 1000;
/** What reports when the requests pause would find no pause: a worker handles one so soon after the other. */
const STEADY_MS = 95;
/** So much longer than a total may be old, the requests have to come: there is to be something that it has to know. */
const OLDER_MS = 100;

/** 3.1 while requests keep coming: a total is never older than 500 ms. */
export function toldWhileItCounts(history: History): Opinion {
  const scene = sceneOf(history);
  const from = markOf(history, 'trickle begins')?.t;
  const to = markOf(history, 'trickle ends')?.t;
  if (from === undefined || to === undefined) return unknown('the totals were not read while requests kept coming');
  const read = readings(scene).filter(({ request }) => request.t >= from && request.end <= to);
  if (read.length === 0) return unknown('the totals could not be read while requests kept coming');
  const within = scene.requests.filter(({ t }) => t >= from && t <= to);
  const greetings = answeredAt(scene.requests, '/');
  for (const { pid, total, request } of read) {
    const age = ageOf(within, request);
    const old = greetings.filter((greeting) => greeting.end < request.t - age);
    if (total >= old.length) continue;
    return broken({
      judged: read.length,
      expected: `a total that is at most ${STALE_MS} ms old, also while requests keep coming`,
      observed: `pid ${pid} said "total": ${total}, and ${old.length} had been answered more than ${Math.round(age)} ms before`,
      cause:
        'the numbers are sent when the requests pause (a debounce), or too rarely: a steady load is to be reported too',
      evidence: [request],
    });
  }
  if (!read.some(({ request }) => followsSteadyRequests(within, request)))
    return tooBusy('how old a total is while requests keep coming', read.length);
  return holds(read.length, `${plural(read.length, 'reading')} while requests kept coming`);
}

/**
 * Whether the requests before this reading of a total came so steadily, and for so long, that a program which does not
 * tell its totals meanwhile would have shown it in the reading: it would miss more old answers, of workers that had no
 * pause, than there are new ones that it may know from the others. `requests`: all since the steady ones began.
 */
export function followsSteadyRequests(requests: readonly RequestEvent[], reading: RequestEvent): boolean {
  const old = reading.t - ageOf(requests, reading);
  const from = old - OLDER_MS;
  const greetings = answeredAt(requests, '/').filter(({ t, end }) => end >= from && t <= reading.end);
  let missed = 0;
  let known = 0;
  for (const pid of new Set(greetings.map((greeting) => greeting.pid))) {
    const own = greetings.filter((greeting) => greeting.pid === pid);
    if (hadNoPause(own, from, reading.t)) missed += own.filter(({ t, end }) => t >= from && end < old).length;
    else known += own.filter(({ end }) => end >= old).length;
  }
  return missed > known;
}

/** At whatever moment between a request and its answer each of them was handled. */
function hadNoPause(own: readonly RequestEvent[], from: number, to: number): boolean {
  const spans = [{ t: from, end: from }, ...own.toSorted((one, other) => one.t - other.t), { t: to, end: to }];
  return spans.every(({ end }, i) => end - (spans[i - 1]?.t ?? from) <= STEADY_MS);
}

/** How old a total may be in this reading, in ms: a stall, in whatever process, holds up the request that is under way too. */
function ageOf(requests: readonly RequestEvent[], reading: RequestEvent): number {
  const near = requests.filter(({ t, end }) => end >= reading.t - LOOK_BACK_MS && t <= reading.end);
  return STALE_MS + SLACK_MS + 2 * Math.max(0, ...near.map(({ t, end }) => end - t));
}
