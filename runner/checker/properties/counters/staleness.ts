// How old a total may be while requests keep coming: the other side of clause 3.1.
import type { History } from '#history';
import { broken, holds, unknown, type Opinion } from '../../finding.ts';
import { markOf } from '../../moments.ts';
import { answeredAt } from '../../requests.ts';
import { sceneOf } from '../../scene.ts';
import { plural } from '../../words.ts';
import { readings, SLACK_MS, STALE_MS } from './stats.ts';

/** 3.1 while requests keep coming: a total is never older than 500 ms. */
export function toldWhileItCounts(history: History): Opinion {
  const scene = sceneOf(history);
  const from = markOf(history, 'trickle begins')?.t;
  const to = markOf(history, 'trickle ends')?.t;
  if (from === undefined || to === undefined) return unknown('the totals were not read while requests kept coming');
  const read = readings(scene).filter(({ request }) => request.t >= from && request.end <= to);
  if (read.length === 0) return unknown('the totals could not be read while requests kept coming');
  // a stall of this machine, in whatever process, holds up the request that is under way too
  const within = scene.requests.filter(({ t }) => t >= from && t <= to);
  const age = STALE_MS + SLACK_MS + 2 * Math.max(...within.map(({ t, end }) => end - t));
  const greetings = answeredAt(scene.requests, '/');
  for (const { pid, total, request } of read) {
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
  // the machine, or the program, was so slow that no answer grew old enough
  if (to - from < age) return unknown('the requests were answered too slowly to tell how old a total is', read.length);
  return holds(read.length, `${plural(read.length, 'reading')} while requests kept coming`);
}
