// Workers that end by themselves, with a code: clause 5.4.
import type { History, Life } from '#history';
import { deathOf } from '../../death.ts';
import { broken, holds, tooBusy, unknown, type Opinion, type Witness } from '../../finding.ts';
import { conclusive, metLate, stopOf, waitOf } from '../../moments.ts';
import { isLoss } from '../../requests.ts';
import { sceneOf, type Scene } from '../../scene.ts';
import { endOf, listed, named, outcomeOf, plural, time, waited } from '../../words.ts';
import { afterwards } from './ending.ts';
import { departuresBy, type Departure } from './register.ts';

/** The names of the waits after the k-th request to exit (from 1). */
export const EXIT = {
  gone: (k: number) => `worker ${k} that was asked to exit is gone`,
  replaced: (k: number) => `worker ${k} that was asked to exit is replaced`,
} as const;

/** 5.4: `GET /exit?code=N` answers; its worker exits with that code, is told so, and is replaced. */
export function exitsWithItsCode(history: History): Opinion {
  const scene = sceneOf(history);
  const exits = departuresBy(scene, '/exit');
  let judged = 0;
  for (const [i, each] of exits.entries()) {
    const opinion = unlikeAsked(scene, each, i + 1, judged);
    if (opinion !== null) return opinion;
    judged += 1;
    const next = exits[i + 1]?.request.t ?? stopOf(history);
    const many = forkedTooMany(scene, each, next, judged);
    if (many !== null) return many;
  }
  if (judged === 0) return unknown('no worker was asked to exit');
  return holds(
    judged,
    `exits with ${listed(
      exits.map(({ request }) => `code ${codeOf(request)}`),
      9,
    )}, each replaced`,
  );
}

const EXPECTED =
  'GET /exit?code=N is answered; then its worker exits with code N, is told so, and is replaced within 5 s';

function codeOf({ path }: Departure['request']): number {
  return Number(new URLSearchParams(path.split('?')[1]).get('code'));
}

function unlikeAsked(scene: Scene, { request, life }: Departure, k: number, before: number): Opinion | null {
  const code = codeOf(request);
  const otherwise = (observed: string, cause: string, ...evidence: readonly Witness[]): Opinion =>
    broken({ judged: before + 1, expected: EXPECTED, observed, cause, evidence: [request, life, ...evidence] });
  const death = deathOf(scene);

  if (isLoss(request)) {
    if (request.outcome === 'unfinished') return unknown('the program did not live to answer GET /exit', before);
    if (death !== null) return otherwise(death.observed, death.cause, ...death.evidence);
    return otherwise(
      `GET ${request.path} ${outcomeOf(request)}${life === undefined ? '' : ` at ${named(life)}`}`,
      request.status === 404
        ? 'the path has no handler'
        : request.outcome === 'answered' || request.outcome === 'hanging'
          ? 'the handler does not come to answer this code: every whole number from 0 to 255 is one'
          : 'the process ends before its answer is out: exit when the response has finished (its finish event)',
    );
  }
  if (life === undefined) return unknown(`who answered GET ${request.path} could not be told`, before);

  const gone = waitOf(scene.history, EXIT.gone(k));
  if (life.exited === null) {
    if (death !== null) return otherwise(death.observed, death.cause, ...death.evidence);
    if (gone === undefined) return unknown(`what came after GET ${request.path} was not waited for`, before);
    if (!conclusive(gone)) return tooBusy('whether a worker exits', before);
    return otherwise(
      `${named(life)} answered GET ${request.path}, and was alive ${time(gone.t - request.end)} later`,
      'nothing in the worker calls process.exit: to set process.exitCode, or to close the server, leaves it alive',
      gone,
    );
  }
  if (life.code !== code || life.signal !== null || life.planned !== false)
    return otherwise(
      `${named(life)} was asked for code ${code}, and ended with ${endOf(life)}${life.planned ? ', of its own accord (exitedAfterDisconnect)' : ''}`,
      life.planned
        ? 'the worker disconnects before it exits, and that makes it a planned exit'
        : life.signal !== null
          ? 'the process is ended by a signal, and such a one has no code'
          : 'the code in the query is not the one that process.exit is called with',
    );

  const after = afterwards(scene, life, { code, signal: null, planned: false });
  if (after.kind === 'wrong')
    return otherwise(
      after.observed,
      after.state === 'exited'
        ? 'code and signal are the two arguments of the exit event; planned is worker.exitedAfterDisconnect, and not whether the code is 0'
        : 'its exit event is not written down, or not told',
      ...after.evidence,
    );

  const replaced = waitOf(scene.history, EXIT.replaced(k));
  if (replaced?.met === false) {
    if (death !== null) return otherwise(death.observed, death.cause, ...death.evidence);
    if (!conclusive(replaced)) return tooBusy('whether a worker that exits would be replaced in time', before);
    return otherwise(
      `${named(life)} exited with code ${code}, and ${waited(replaced)} there were not as many workers as before`,
      code === 0
        ? 'an exit with code 0 is taken for a planned one: it is one only where exitedAfterDisconnect is true'
        : 'not every exit that was not planned is answered with a fork',
      replaced,
    );
  }
  if (after.kind === 'unread') return unknown(after.why, before);
  if (replaced === undefined) return unknown(`whether ${named(life)} is replaced was not waited for`, before);
  return metLate(replaced) ? tooBusy('whether a worker that exits would be replaced in time', before) : null;
}

/** One fork for each exit: whatever crashed by itself meanwhile may have one too. */
function forkedTooMany(scene: Scene, { request, life }: Departure, until: number, judged: number): Opinion | null {
  const within = (t: number | null): boolean => t !== null && t >= request.t && t < until;
  const forks = scene.lives.filter(({ forked }) => within(forked));
  const crashes = scene.lives.filter((each: Life) => within(each.exited) && each.planned === false);
  if (forks.length <= Math.max(1, crashes.length) || life === undefined) return null;
  return broken({
    judged,
    expected: EXPECTED,
    observed: `${named(life)} exited, and ${plural(forks.length, 'worker')} were forked for it: ${listed(forks.map(named))}`,
    cause: 'more than one listener answers an exit with a fork (exit and disconnect, or one for each worker)',
    evidence: [request, life, ...forks],
  });
}
