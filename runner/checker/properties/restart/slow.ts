// Slow requests that block nobody: clause 4.1.
import type { History, RequestEvent } from '#history';
import { broken, holds, tooBusy, unknown, type Opinion } from '../../finding.ts';
import { stretchOf } from '../../moments.ts';
import { isAnswered, isLoss } from '../../requests.ts';
import { sceneOf } from '../../scene.ts';
import { outcomeOf, plural, time } from '../../words.ts';
import { isTheKilleds } from './loss.ts';
import { greets } from '../greeting.ts';

/** A timer may fire a little early by another process's clock. */
const EARLY_MS = 5;
/** A request must have come so long before a slow one is due that its answer may well be given first. */
const AHEAD_MS = 100;
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
  const late = slow.find((request) => request.end - request.t > dueAfter(request) + HANGING_MS * stretch);
  if (late !== undefined)
    return broken({
      judged: slow.length,
      expected: `GET ${late.path} is answered after ${dueAfter(late)} ms`,
      observed: `it was answered after ${time(late.end - late.t)}`,
      cause: 'something blocks the worker’s event loop, or requests wait for one another',
      evidence: [late],
    });
  const aside = scene.requests.filter((request) => request.stream === 'beside slow');
  const under = aside.filter((request) => request.path.startsWith('/slow') && !isLoss(request));
  const quick = aside.filter(
    (request) =>
      request.path === '/' &&
      !isLoss(request) &&
      under.some((slowOne) => slowOne.pid === request.pid && request.t + AHEAD_MS <= slowOne.end),
  );
  if (quick.length === 0 && long !== undefined) return holds(slow.length, `${plural(slow.length, 'slow answer')}`);
  if (quick.length === 0) return unknown('no request could be sent to a worker that had a slow one', slow.length);
  const blocked = quick.find((request) =>
    under.every((slowOne) => slowOne.pid !== request.pid || slowOne.end <= request.end),
  );
  if (blocked !== undefined) {
    if (stretch >= 6) return tooBusy('whether a slow request blocks its worker', slow.length);
    return broken({
      judged: slow.length,
      expected: 'a worker answers others while a slow request is under way',
      observed: `pid ${blocked.pid} answered GET / only after ${time(blocked.end - blocked.t)}, when its slow request was answered`,
      cause: 'the wait blocks the event loop: use a timer (setTimeout), no loop and no Atomics.wait',
      evidence: [blocked, ...under.filter(({ pid }) => pid === blocked.pid)],
    });
  }
  return holds(slow.length, `${plural(slow.length, 'slow answer')}, ${plural(quick.length, 'other')} given meanwhile`);
}

function dueAfter({ path }: RequestEvent): number {
  return Number(new URLSearchParams(path.split('?')[1]).get('ms'));
}
