// Slow requests that block nobody: clause 4.1.
import type { History, RequestEvent } from '#history';
import { broken, holds, tooBusy, unknown, type Opinion } from '../../finding.ts';
import { stretchOf } from '../../moments.ts';
import { dueAfter, isAnswered, isLoss } from '../../requests.ts';
import { sceneOf, type Scene } from '../../scene.ts';
import { outcomeOf, plural, time } from '../../words.ts';
import { isTheKilleds } from './loss.ts';
import { greets } from '../greeting.ts';

/** A timer may fire a little early by another process's clock. */
const EARLY_MS = 5;
/** A request must have come so long before a slow one is due that its answer may well be given first. */
const AHEAD_MS = 100;
/** On an idle machine no process is kept waiting so long; a slower one is granted as much longer. */
const LONG_FOR_A_STALL_MS = 100;
/** Contract 4.4: unanswered so long after it was due. */
const HANGING_MS = 3000;

/** 4.1: `GET /slow?ms=N` answers like `GET /` after N ms, and its worker answers others meanwhile. */
export function waitsWithoutBlocking(history: History): Opinion {
  const scene = sceneOf(history);
  const longs = scene.requests.filter(
    (request) => request.stream === 'long' && !(isLoss(request) && isTheKilleds(scene, request)),
  );
  const long = longs.find((request) => isLoss(request)) ?? longs[0];
  if (long !== undefined && isLoss(long) && long.outcome !== 'unfinished') {
    return broken({
      judged: 1,
      expected: `GET ${long.path} is answered after ${dueAfter(long)} ms`,
      observed: `it ${outcomeOf(long)} after ${time(long.end - long.t)}`,
      cause: 'something in the worker ends a request that takes long (a time-out of the server or of its sockets)',
      evidence: [long, scene.ownerLife(long)],
    });
  }
  const form = greets(history, (path) => path.startsWith('/slow'), 'GET /slow?ms=N');
  if (form.status !== 'holds') return form;
  const slow = scene.requests.filter((request) => request.path.startsWith('/slow') && isAnswered(request));
  const soon = slow.find((request) => request.end - request.t < dueAfter(request) - EARLY_MS);
  if (soon !== undefined)
    return broken({
      judged: slow.length,
      expected: `GET ${soon.path} is answered after ${dueAfter(soon)} ms`,
      observed: `it was answered after ${time(soon.end - soon.t)}`,
      cause: 'the time in the query is not waited for',
      evidence: [soon],
    });
  const stretch = stretchOf(history);
  const tardiness = (request: RequestEvent): number => request.end - request.t - dueAfter(request);
  const [late] = slow.toSorted((one, other) => tardiness(other) - tardiness(one));
  if (late !== undefined && tardiness(late) > HANGING_MS * stretch)
    return broken({
      judged: slow.length,
      expected: `GET ${late.path} is answered after ${dueAfter(late)} ms`,
      observed: `it was answered after ${time(late.end - late.t)}`,
      cause: 'something blocks the worker’s event loop, or requests wait for one another',
      evidence: [late],
    });
  const beside = besideSlow(scene);
  const [blocked] = beside;
  if (blocked !== undefined && beside.every(({ meanwhile }) => !meanwhile)) {
    const longest = Math.max(...beside.map((each) => dueAfter(each.slow)));
    if (longest < LONG_FOR_A_STALL_MS * stretch)
      return tooBusy('whether a slow request blocks its worker', slow.length);
    return broken({
      judged: slow.length,
      expected: 'a worker answers others while a slow request is under way',
      observed: `pid ${blocked.quick.pid} answered GET / only after ${time(blocked.quick.end - blocked.quick.t)}, when its slow request was answered`,
      cause: 'the wait blocks the event loop: use a timer (setTimeout), no loop and no Atomics.wait',
      evidence: beside.flatMap((each) => [each.quick, each.slow]),
    });
  }
  if (late !== undefined && tardiness(late) > HANGING_MS) return tooBusy('how long a slow answer takes', slow.length);
  if (blocked !== undefined)
    return holds(
      slow.length,
      `${plural(slow.length, 'slow answer')}, ${plural(beside.length, 'other')} given meanwhile`,
    );
  if (long !== undefined) return holds(slow.length, plural(slow.length, 'slow answer'));
  return unknown('no request could be sent to a worker that had a slow one', slow.length);
}

/** Answers of workers that had a slow request when they were asked, and whether they came before that one's. */
function besideSlow({ requests }: Scene) {
  const aside = requests.filter((request) => request.stream === 'beside slow' && !isLoss(request));
  const slows = aside.filter(({ path }) => path.startsWith('/slow'));
  return aside.flatMap((quick) => {
    if (quick.path !== '/') return [];
    const under = slows.filter(({ pid, t, end }) => pid === quick.pid && t <= quick.t && quick.t + AHEAD_MS <= end);
    const slow = under.toSorted((one, other) => other.end - one.end)[0];
    return slow === undefined ? [] : [{ quick, slow, meanwhile: quick.end < slow.end }];
  });
}
