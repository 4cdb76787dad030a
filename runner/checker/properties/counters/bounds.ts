// How many messages the counting costs: clause 3.6.
import { of, type EventOf, type History, type Life } from '#history';
import { broken, holds, unknown, type Opinion } from '../../finding.ts';
import { killedIn, markOf, stopOf } from '../../moments.ts';
import { sceneOf, type Scene } from '../../scene.ts';
import { named, plural, time } from '../../words.ts';
import { STALE_MS, sum } from './stats.ts';

/** Beyond one a request: so many a second (contract 3.6). */
const FREE_PER_SECOND = 10;
/** A second at least is judged, and what was under way at its edges is let pass. */
const EDGE = 12;
/** Reports of requests come in batches, so late. */
const REPORT_MS = 200;
/** Of what a killed worker had begun, the share that may not have been reported. */
const UNREPORTED = 0.2;

/** 3.6: workers send at most one message per request, the primary at most one per request to each worker, and ten a second. */
export function boundsItsMessages(history: History): Opinion {
  const scene = sceneOf(history);
  const end = Math.min(stopOf(history), history.events.at(-1)?.t ?? 0);
  const sent = of(history, 'sent').filter((event) => event.t <= end);
  let judged = 0;
  for (const life of scene.lives) {
    const seconds = (Math.min(life.exited ?? Infinity, end) - life.forked) / 1000;
    if (seconds < 1) continue;
    for (const direction of ['up', 'down'] as const) {
      const messages = sent.filter((event) => event.worker === life.worker && event.direction === direction);
      const excess = tooMany(scene, life, direction, messages, seconds) ?? idleTalk(scene, messages);
      judged += 1;
      if (excess === null) continue;
      const who = direction === 'up' ? named(life) : `the primary to ${named(life)}`;
      return broken({
        judged,
        expected:
          'at most one message per HTTP request and ten a second: from each worker, and from the primary to each worker',
        observed: `${who} sent ${excess.observed} (such as ${messages[0]?.sample})`,
        cause: excess.cause,
        evidence: [life, ...messages],
      });
    }
  }
  return judged === 0
    ? unknown('no worker lived for a second')
    : holds(judged, `${plural(sum(sent), 'message')} for ${plural(requestsOf(scene), 'request')}`);
}

interface Excess {
  readonly observed: string;
  readonly cause: string;
}

function tooMany(
  scene: Scene,
  life: Life,
  direction: 'up' | 'down',
  messages: readonly EventOf<'sent'>[],
  seconds: number,
): Excess | null {
  const requests = requestsFor(scene, life, direction);
  // what a killed worker had counted last died with it, and what it had sent last did not
  const unreported = direction === 'up' && killedIn(scene.history).has(life.pid) ? requests * UNREPORTED + EDGE : 0;
  const count = sum(messages);
  if (count <= requests + unreported + FREE_PER_SECOND * seconds + EDGE) return null;
  return {
    observed: `${plural(count, 'message')} in ${seconds.toFixed(1)} s, for ${plural(requests, 'request')}`,
    cause: 'each request makes more than one message',
  };
}

/** Requests that a worker may tell of, or be told of: its own, or all that came in its life. */
function requestsFor({ history, ...scene }: Scene, life: Life, direction: 'up' | 'down'): number {
  const begun = of(history, 'begun');
  const all = requestsOf({ history, ...scene });
  // bare node:net tells no requests: then all of them are granted
  if (begun.length === 0) return all;
  const own = sum(begun.filter((event) => event.pid === life.pid));
  if (direction === 'up' && own > 0) return own;
  const end = life.exited ?? stopOf(history);
  return sum(begun.filter((event) => event.t >= life.forked && event.t <= end + REPORT_MS));
}

/** All requests of the run, by the workers' account or the clients', whichever is more. */
function requestsOf({ history, requests }: Scene): number {
  const loads = of(history, 'load').filter((load) => load.state === 'end');
  const streams = new Set(loads.map((load) => load.stream));
  const sent = [...loads, ...of(history, 'pressure')].reduce((total, load) => total + load.sent, 0);
  const single = requests.filter((request) => !streams.has(request.stream)).length;
  return Math.max(sum(of(history, 'begun')), sent + single);
}

/** Messages while nothing is asked. */
function idleTalk({ history, requests }: Scene, messages: readonly EventOf<'sent'>[]): Excess | null {
  const from = markOf(history, 'rest begins')?.t;
  const to = markOf(history, 'rest ends')?.t;
  if (from === undefined || to === undefined || to - from < 1000) return null;
  const idle = sum(messages.filter((event) => event.t > from && event.t <= to));
  // of what was asked just before, it may tell within the next 500 ms
  const late = requests.filter((request) => request.end > from - STALE_MS && request.end <= to).length;
  if (idle <= (FREE_PER_SECOND * (to - from)) / 1000 + late + EDGE / 4) return null;
  return {
    observed: `${plural(idle, 'message')} in ${time(to - from)} without any request`,
    cause: 'a timer sends more than ten a second, whether there is news or not',
  };
}
