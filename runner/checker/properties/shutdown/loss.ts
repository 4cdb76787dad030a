// Requests that a shutdown loses although they had to be answered: clause 7.1.
import { claimsOf, of, type EventOf, type History, type Life, type RequestEvent } from '#history';
import { broken, holds, tooBusy, unknown, type Opinion } from '../../finding.ts';
import { OVERLOADED, stopOf, stretchOf } from '../../moments.ts';
import { dueAfter, isAnswered } from '../../requests.ts';
import type { Scene } from '../../scene.ts';
import { endOf, grouped, listed, named, outcomeOf, plural, time } from '../../words.ts';
import { lossesIn } from '../losses.ts';
import { endedBySignal, notTold, shutdownOf, type Shutdown } from './shutdown.ts';

/** A program that is wrong loses more than this share of the requests, but on a machine that can tell. */
const FEW = 0.01;

/** 7.1: what was sent before the signal is answered, and what a worker has begun, and what comes on a connection that was not taken leave of. */
export function answersWhatItHas(history: History): Opinion {
  const shutdown = shutdownOf(history);
  if (shutdown === null) return notTold(history);
  const { scene, first, second } = shutdown;
  const { loads, sent, lost } = lossesIn(scene);
  // a second signal ends everything, and so does the harness; what was under way until then was not lost before
  const until = Math.min(second?.t ?? Infinity, stopOf(history));
  const owed = lost
    .filter(({ end }) => end >= first.t && end <= until)
    .map((request) => ({ request, why: whyOwed(first, request, (each) => isBegun(scene, each)) }))
    .filter(({ why }) => why !== null);
  const [worst] = owed;
  if (worst !== undefined) {
    if (stretchOf(history) >= OVERLOADED && owed.length < FEW * sent)
      return tooBusy(`whether ${plural(owed.length, 'lost request')} of ${grouped(sent)} is the program’s doing`, sent);
    const { request, why } = worst;
    const life = scene.ownerLife(request);
    const byStream = [...new Set(loads.map(({ stream }) => stream))]
      .map((stream) => [stream, owed.filter((each) => each.request.stream === stream).length] as const)
      .filter(([, count]) => count > 0);
    return broken({
      judged: sent,
      expected:
        'answered as ever: each request that was sent before the signal, that a worker has begun, or that comes on an open connection which no answer has said Connection: close on',
      observed: `${plural(owed.length, 'request')} of ${grouped(sent)} lost (${listed(byStream.map(([stream, count]) => `${count} ${stream}`))}); the first, GET ${request.path}, ${why}, ${outcomeOf(request)}${life === undefined ? '' : ` at ${named(life)}`}`,
      cause: causeOfLoss(shutdown, request, life),
      evidence: [first, ...owed.map((each) => each.request), life, shutdown.ended],
    });
  }
  const underWay = scene.requests.filter(
    (request) => request.t < first.t && request.end > first.t && (isAnswered(request) || request.end > until),
  );
  if (underWay.length === 0) return unknown('no request was under way when the signal came', sent);
  if (!underWay.some((request) => isLongUnderWay(request, first.t)))
    return unknown('no slow request was under way when the signal came', sent);
  const fate = second === undefined ? 'all answered' : 'none lost until the second signal';
  return holds(sent, `${plural(underWay.length, 'request')} under way at ${first.fault}, ${fate}`);
}

/** It has most of its time before it when the signal comes: a program that does not wait for it loses it. */
function isLongUnderWay(request: RequestEvent, t: number): boolean {
  return request.t < t && dueAfter(request) >= 1000 && t < request.t + dueAfter(request) / 2;
}

/**
 * Why a request had to be answered, in words; null where it need not be. `isTakenUp` says whether a worker has taken one up
 * that came on a new connection, for which there is no sign outside of the program.
 */
export function whyOwed(
  signal: Pick<EventOf<'fault'>, 'fault' | 't'>,
  request: RequestEvent,
  isTakenUp: (request: RequestEvent) => boolean,
): string | null {
  if (request.t < signal.t) return `sent ${time(signal.t - request.t)} before ${signal.fault}`;
  const since = `sent ${time(request.t - signal.t)} after ${signal.fault}`;
  if (request.opened < signal.t) return `${since} on a connection from before it`;
  if (request.outcome === 'answered' || request.outcome === 'cut') return `${since} and begun by a worker`;
  return isTakenUp(request) ? `${since} and taken up by a worker` : null;
}

/** A worker reads a request as soon as it has its connection, unless this machine keeps it waiting. */
const READ_WITHIN_MS = 250;

/** Its worker had its connection for so long that it must have begun it. */
function isBegun({ history }: Scene, { conn, opened, t, end, outcome }: RequestEvent): boolean {
  if (conn === null || outcome === 'refused') return false;
  const taken = of(history, 'taken')
    .filter(({ ports }) => ports.includes(conn))
    .flatMap(claimsOf)
    .find((each) => each.port === conn && each.t >= opened && each.t <= end);
  return taken !== undefined && end - Math.max(t, taken.t) > READ_WITHIN_MS * stretchOf(history);
}

function causeOfLoss(shutdown: Shutdown, request: RequestEvent, life: Life | undefined): string {
  const { first, ended } = shutdown;
  const unheard = endedBySignal(shutdown);
  if (unheard !== null && ended !== undefined && request.end >= ended.t - SAME_MOMENT_MS) return unheard;
  if (life?.signal === first.fault && life.exited !== null)
    return `${named(life)} ended by ${first.fault} itself: the signal went to every process of the program, and nothing in the worker listens for it`;
  const { outcome, status, path, opened } = request;
  if (outcome === 'answered')
    return `while a worker leaves it answers as ever: ${status} tells the client that its request came to nothing`;
  if (ended !== undefined && Math.abs(request.end - ended.t) < SAME_MOMENT_MS)
    return 'the primary ended while its workers had requests in hand: it is to wait for the exit of the last one';
  const gone = life !== undefined && life.exited !== null && Math.abs(request.end - life.exited) < SAME_MOMENT_MS;
  if (gone && (path.startsWith('/slow') || outcome === 'cut'))
    return `${named(life)} ended with ${endOf(life)} while a request was under way: it is to wait for what it has in hand`;
  if (outcome === 'hanging' || life === undefined)
    return 'nobody took the connection up any more: it was waiting when the workers stopped to listen; go on taking connections for a grace after the signal';
  if (path.startsWith('/slow'))
    return 'the worker cut the connection while a request was under way on it: only connections on which nothing is in hand may be cut (closeAllConnections() asks nothing)';
  if (opened < first.t)
    return 'the worker closed a connection whose client still uses it: answer with Connection: close first, and leave idle connections alone for a grace, since close() and disconnect() cut them at once';
  return 'the worker dropped a request that it had begun';
}

/** An end and what follows from it at once are witnessed by different processes. */
const SAME_MOMENT_MS = 60;
