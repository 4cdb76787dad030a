// Workers that leave of their own accord: clause 5.5.
import type { EventOf, History } from '#history';
import { deathOf } from '../../death.ts';
import { broken, holds, tooBusy, unknown, type Opinion, type Witness } from '../../finding.ts';
import { conclusive, waitOf } from '../../moments.ts';
import { isLoss } from '../../requests.ts';
import { sceneOf, type Scene } from '../../scene.ts';
import { endOf, listed, named, outcomeOf, plural, time } from '../../words.ts';
import { afterwards } from './ending.ts';
import { departuresBy, type Departure } from './register.ts';

/** The name of the wait after the k-th request to leave (from 1): from when its clients are done. */
export function leaverGone(k: number): string {
  return `worker ${k} that was asked to leave is gone`;
}

/** The name of the wait for the replacement of a worker that was killed when others had left. */
export const KILLED_LATER = 'a worker killed later is replaced';

/** 5.5: `GET /leave` answers; its worker leaves by `disconnect()`, is told so, and is not replaced. */
export function leavesForGood(history: History): Opinion {
  const scene = sceneOf(history);
  // one that is leaving when the run ends is not waited for
  const leaves = departuresBy(scene, '/leave').flatMap((each, i) => {
    const gone = waitOf(history, leaverGone(i + 1));
    return gone === undefined && !isLoss(each.request) ? [] : [{ ...each, gone }];
  });
  let judged = 0;
  for (const each of leaves) {
    const opinion = unlikeAsked(scene, each, judged);
    if (opinion !== null) return opinion;
    judged += 1;
  }
  if (judged === 0) return unknown('no worker was asked to leave');
  return (
    replacedAll(scene, leaves, judged) ??
    notTold(scene, judged) ??
    holds(judged, `${plural(judged, 'worker')} left, none replaced`)
  );
}

const EXPECTED =
  'GET /leave is answered; then its worker leaves with cluster.worker.disconnect(), is told as exited, code 0, planned true, and is not replaced';

interface Leave extends Departure {
  readonly gone: EventOf<'wait'> | undefined;
}

function otherwiseOf({ request, life }: Leave, judged: number) {
  return (observed: string, cause: string, ...evidence: readonly Witness[]): Opinion =>
    broken({ judged, expected: EXPECTED, observed, cause, evidence: [request, life, ...evidence] });
}

function unlikeAsked(scene: Scene, leave: Leave, before: number): Opinion | null {
  const { request, life, gone } = leave;
  const otherwise = otherwiseOf(leave, before + 1);
  const death = deathOf(scene);
  if (isLoss(request)) {
    if (request.outcome === 'unfinished') return unknown('the program did not live to answer GET /leave', before);
    if (death !== null) return otherwise(death.observed, death.cause, ...death.evidence);
    return otherwise(
      `GET /leave ${outcomeOf(request)}${life === undefined ? '' : ` at ${named(life)}`}`,
      request.status === 404 ? 'the path has no handler' : 'the worker goes before its answer is out',
    );
  }
  if (life === undefined) return unknown('who answered GET /leave could not be told', before);
  if (life.exited === null) {
    if (death !== null) return otherwise(death.observed, death.cause, ...death.evidence);
    if (gone === undefined) return unknown('what came after GET /leave was not waited for', before);
    if (!conclusive(gone)) return tooBusy('whether a worker leaves in time', before);
    return otherwise(
      `${named(life)} was alive ${time(gone.t - gone.from)} after the last of its clients had gone`,
      life.disconnected === null
        ? 'nothing calls cluster.worker.disconnect(), or a connection is kept open'
        : 'it is disconnected, and something keeps the process alive (a timer, another server): exit when the disconnect event comes',
      gone,
    );
  }
  if (life.code !== 0 || life.signal !== null || life.planned !== true)
    return otherwise(
      `${named(life)} ended with ${endOf(life)}, and exitedAfterDisconnect was ${life.planned}`,
      life.planned === true
        ? 'a worker that leaves exits with code 0, by itself or by process.exit()'
        : 'it ends otherwise than by disconnect(): process.exit, process.disconnect and a signal are no goodbye to the primary',
    );
  const after = afterwards(scene, life, { code: 0, signal: null, planned: true });
  if (after.kind === 'wrong')
    return otherwise(
      after.observed,
      after.state === 'exited'
        ? 'planned is worker.exitedAfterDisconnect when the exit event comes'
        : 'its exit event is not written down, or not told',
      ...after.evidence,
    );
  return after.kind === 'unread' ? unknown(after.why, before) : null;
}

/** As many forks as crashes: who left has no replacement. */
function replacedAll({ lives }: Scene, leaves: readonly Leave[], judged: number): Opinion | null {
  const [first] = leaves;
  if (first === undefined) return null;
  const from = first.request.t;
  const forks = lives.filter(({ forked }) => forked > from);
  const crashes = lives.filter(({ exited, planned }) => exited !== null && exited > from && planned === false);
  if (forks.length > crashes.length)
    return otherwiseOf(first, judged)(
      `${listed(leaves.flatMap(({ life }) => (life === undefined ? [] : [named(life)])))} left, ${plural(crashes.length, 'worker')} crashed, and ${plural(forks.length, 'worker')} ${forks.length === 1 ? 'was' : 'were'} forked: ${listed(forks.map(named))}`,
      'every exit is answered with a fork: only one that was not planned calls for another worker',
      ...forks,
    );
  return null;
}

/** What is forked late for one that left comes before what is forked for one that was killed after it. */
function notTold({ history }: Scene, judged: number): Opinion | null {
  const later = waitOf(history, KILLED_LATER);
  if (later?.met) return null;
  if (later !== undefined && !conclusive(later)) return tooBusy('whether who left is replaced', judged);
  return unknown('no worker that was killed later was replaced: it is not told who left for good', judged);
}
