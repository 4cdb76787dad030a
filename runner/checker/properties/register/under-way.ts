// Requests that are under way when their worker leaves: clause 5.6.
import type { History, RequestEvent } from '#history';
import { deathOf } from '../../death.ts';
import { broken, holds, unknown, type Opinion } from '../../finding.ts';
import { dueAfter, isLoss } from '../../requests.ts';
import { sceneOf } from '../../scene.ts';
import { named, outcomeOf, plural, time } from '../../words.ts';
import { departuresBy, readings } from './register.ts';

/** The stream of slow requests that are under way when their worker is asked to leave. */
export const UNDER_WAY = 'under way';
/** A timer may fire a little early by another process's clock. */
const EARLY_MS = 5;
/** So long before it is due it is certainly under way when its worker is asked to leave. */
const AHEAD_MS = 300;

/** 5.6: what is under way when its worker leaves is answered first; until then the worker is not `exited`. */
export function answersBeforeItLeaves(history: History): Opinion {
  const scene = sceneOf(history);
  const slows = scene.requests.filter(({ stream, outcome }) => stream === UNDER_WAY && outcome !== 'unfinished');
  const met = departuresBy(scene, '/leave').flatMap(({ request, life }) =>
    life === undefined || isLoss(request)
      ? []
      : slows
          .filter(
            (slow) => scene.ownerLife(slow) === life && slow.t < request.t && request.end < dueOf(slow) - AHEAD_MS,
          )
          .map((slow) => ({ slow, life, leave: request })),
  );
  for (const { slow, life, leave } of met) {
    if (isLoss(slow)) {
      const death = deathOf(scene);
      return broken({
        judged: met.length,
        expected: `GET ${slow.path}, under way at ${named(life)} when it was asked to leave, is answered first`,
        observed: `it ${outcomeOf(slow)}, ${time(slow.end - leave.end)} after the worker had answered GET /leave`,
        cause:
          death?.cause ??
          (life.exited === null
            ? 'the worker cuts its connections: disconnect() alone waits for those that have a request under way'
            : 'the worker ends while a request is under way: nothing but the end of the last connection is to end it'),
        evidence: [slow, leave, life, ...(death?.evidence ?? [])],
      });
    }
    const early = readings(scene).find(
      ({ answer, request }) =>
        'told' in answer &&
        request.t > leave.end &&
        request.end < dueOf(slow) - EARLY_MS &&
        answer.told.some(({ id, state }) => id === life.worker && state === 'exited'),
    );
    if (early !== undefined)
      return broken({
        judged: met.length,
        expected: `${named(life)} is not told as exited while it has a request under way`,
        observed: `${named(early.asker)} told it as exited ${time(dueOf(slow) - early.request.end)} before that request was due`,
        cause: 'that it was asked to leave is not that it has left: its exit event comes when it has',
        evidence: [slow, leave, early.request, life],
      });
  }
  if (met.length === 0) return unknown('no request was under way when a worker was asked to leave');
  return holds(met.length, `${plural(met.length, 'request')} under way, answered first`);
}

function dueOf(slow: RequestEvent): number {
  return slow.t + dueAfter(slow);
}
