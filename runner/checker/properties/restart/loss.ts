// Requests that a restart loses: clause 4.4.
import { of, type EventOf, type History, type Life, type RequestEvent } from '#history';
import { deathOf } from '../../death.ts';
import { broken, holds, tooBusy, unknown, type Opinion } from '../../finding.ts';
import { faultsOf, OVERLOADED, stretchOf } from '../../moments.ts';
import { dueAfter } from '../../requests.ts';
import type { Scene } from '../../scene.ts';
import { grouped, listed, named, outcomeOf, plural } from '../../words.ts';
import { lossesIn, UNTOLD_MS } from '../losses.ts';
import { notTried, restartOf } from './restart.ts';

/** A restart that is wrong loses more than this share of the requests, but on a machine that can tell. */
const FEW = 0.01;

/** 4.4: not one request is lost while it happens. */
export function losesNothing(history: History): Opinion {
  const restart = restartOf(history);
  if (restart === null) return notTried(history);
  const { scene, first, forks, end } = restart;
  const { loads, sent, lost: all } = lossesIn(scene);
  const streams = [...new Set(loads.map((load) => load.stream))];
  const lost = all.filter((request) => request.end >= first.t && request.t <= end && !isTheKilleds(scene, request));
  const worst = lost[0];
  // a connection that was idle for as long as this machine stalled may rightly be closed as an idle one, each of them once
  const excused = Math.max(FEW * sent, keptIn(loads) + 1);
  if (worst !== undefined && stretchOf(history) >= OVERLOADED && lost.length < excused)
    return tooBusy(`whether ${plural(lost.length, 'lost request')} of ${grouped(sent)} is the program’s doing`, sent);
  if (worst !== undefined) {
    const death = deathOf(scene);
    const byStream = streams
      .map((stream) => [stream, lost.filter((request) => request.stream === stream).length] as const)
      .filter(([, count]) => count > 0);
    const life = scene.ownerLife(worst);
    return broken({
      judged: sent,
      expected: 'not one request is lost, refused, reset or left hanging during the restart',
      observed: `${plural(lost.length, 'request')} of ${grouped(sent)} lost (${listed(byStream.map(([stream, count]) => `${count} ${stream}`))}); the first, GET ${worst.path}, ${outcomeOf(worst)}${life === undefined ? '' : ` at ${named(life)}`}`,
      cause: death?.cause ?? causeOfLoss(worst, life),
      evidence: [...lost, life, ...(death?.evidence ?? [])],
    });
  }
  if (forks.length === 0) return unknown('no restart took place', sent);
  const during = (mode: string): number =>
    of(history, 'answers')
      .filter((event) => event.stream === mode && event.t >= first.t && event.t <= end + 100)
      .reduce((sum, event) => sum + event.count, 0) +
    scene.requests.filter((request) => request.stream === mode && request.end >= first.t && request.t <= end).length;
  const missing = streams.filter((stream) => during(stream) === 0);
  if (missing.length > 0) return unknown(`during the restart there was no ${listed(missing)} request`, sent);
  if (streams.includes(SLOW) && !forks.some((life) => hasSlowUnderWay(scene, life.listening ?? Infinity)))
    return unknown('no slow request was under way when a worker was to go', sent);
  return holds(sent, `${plural(sent, 'request')} sent, none lost`);
}

/** How many connections the clients of these loads keep. */
function keptIn(loads: readonly EventOf<'load'>[]): number {
  return loads.reduce((sum, { mode, connections }) => sum + (mode === 'fresh' ? 0 : connections), 0);
}

/** The stream of requests that are to be in the hands of a worker that goes. */
const SLOW = 'slow';
const NEARLY_ALL = 0.85;

/** One that has nearly all of its time before it: a worker that goes then has to wait for it. */
function hasSlowUnderWay({ requests }: Scene, t: number): boolean {
  return requests.some(
    (request) => request.stream === SLOW && request.t < t && t < request.end - NEARLY_ALL * dueAfter(request),
  );
}

/** Lost with a worker that the checker killed. The last reports of who took which connection die with it. */
export function isTheKilleds(scene: Scene, request: RequestEvent): boolean {
  const owner = scene.owner(request);
  return faultsOf(scene.history, 'SIGKILL').some(
    ({ pid, t }) => request.end >= t && (owner === null ? request.t >= t - UNTOLD_MS : owner === pid),
  );
}

function causeOfLoss({ outcome, path }: RequestEvent, life: Life | undefined): string {
  const leaving = life !== undefined && (life.closed !== null || life.disconnected !== null || life.exited !== null);
  if (outcome === 'refused') return 'for a moment nobody listened';
  if (outcome === 'hanging')
    return 'a connection was handed to a worker that had stopped taking any up: server.close() does not tell the primary in time; cluster.worker.disconnect() does';
  if (path.startsWith('/slow') && leaving)
    return 'the worker ended while a request was under way: wait for what is in hand, with a deadline';
  if (leaving)
    return 'the worker closed connections whose clients still use them: answer with Connection: close first, and give them a moment to leave by themselves, since disconnect() and close() cut idle connections at once';
  return 'a connection was dropped';
}
