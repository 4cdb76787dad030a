// Handlers that fail, and workers that go on: clause 8.2.
import type { History } from '#history';
import { deathOf, errorOf } from '../../death.ts';
import { broken, holds, unknown, type Opinion } from '../../finding.ts';
import { markOf, stopOf } from '../../moments.ts';
import { sceneOf } from '../../scene.ts';
import { endOf, named, outcomeOf, plural, time } from '../../words.ts';

/** Paths whose handlers fail: one throws, one rejects. They are asked in a stream of this name. */
export const FAILING = { stream: 'failing', paths: ['/boom', '/reject'] } as const;
/** The mark of the moment until which their workers must have lived. */
export const FAILED = 'handlers have failed';

const EXPECTED = 'GET /boom and GET /reject are answered 500, and their worker lives';

/** 8.2: a handler that throws or rejects is answered 500, and its worker lives. */
export function survivesItsHandlers(history: History): Opinion {
  const scene = sceneOf(history);
  const requests = scene.requests.filter(
    ({ stream, outcome }) => stream === FAILING.stream && outcome !== 'unfinished',
  );
  const judged = requests.length;
  const until = markOf(history, FAILED)?.t ?? stopOf(history);
  for (const request of requests) {
    const life = scene.ownerLife(request);
    const what = `GET ${request.path} ${outcomeOf(request)}${life === undefined ? '' : ` by ${named(life)}`}`;
    if (life !== undefined && life.exited !== null && life.exited >= request.t && life.exited <= until)
      return broken({
        judged,
        expected: EXPECTED,
        observed: `${what}, which ended with ${endOf(life)} ${time(life.exited - request.t)} after it was asked`,
        cause:
          errorOf(scene, life.pid) ??
          'the program ends a worker for an error of one request: Express has caught it, and it is answered',
        evidence: [request, life],
      });
    if (request.outcome !== 'answered' || request.status !== 500) {
      const death = deathOf(scene);
      if (death !== null) return broken({ judged, expected: EXPECTED, ...death });
      return broken({
        judged,
        expected: EXPECTED,
        observed: what,
        cause:
          request.outcome === 'answered'
            ? 'something between the application and its client answers in the place of its error handler'
            : 'the error of the handler reaches nobody who would answer',
        evidence: [request, life],
      });
    }
  }
  if (FAILING.paths.some((path) => !requests.some((request) => request.path === path)))
    return unknown('not every path that fails could be asked for', judged);
  if (markOf(history, FAILED) === undefined) return unknown('what became of the workers was not waited for', judged);
  return holds(judged, `${plural(judged, 'answer')} 500, no worker ended`);
}
