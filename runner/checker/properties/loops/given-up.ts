// A restart whose replacements do not come to listen: clause 6.5.
import { of, type EventOf, type History } from '#history';
import { deathOf } from '../../death.ts';
import { broken, holds, tooBusy, unknown, type Opinion } from '../../finding.ts';
import { listeningAt } from '../../lives.ts';
import { conclusive, faultsOf, markOf, metLate, waitOf } from '../../moments.ts';
import { sceneOf } from '../../scene.ts';
import { listed, named, plural, time } from '../../words.ts';
import { notTried } from '../restart/restart.ts';
import { bootedSo, LOOP, periodsOf, WATCHED, type Period } from './loop.ts';
import { lostBetween } from './loss.ts';

const WHY = { dies: 'died', hangs: 'hung', slow: 'were slow', fine: 'booted' } as const;

/** The signal of the deploy that cannot succeed, and the time in which it could not. */
export function badDeployOf(history: History): { readonly signal: EventOf<'fault'>; readonly period: Period } | null {
  for (const period of periodsOf(history, 'dies', 'hangs')) {
    const signal = faultsOf(history, 'SIGHUP').find(({ t }) => t >= period.from && t < period.to);
    if (signal !== undefined) return { signal, period };
  }
  return null;
}

/** 6.5: a restart whose replacements die or hang at boot is given up, and a later one replaces all. */
export function givesABadDeployUp(history: History): Opinion {
  const scene = sceneOf(history);
  const deploy = badDeployOf(history);
  if (deploy === null) return notTried(history);
  const { signal, period } = deploy;
  const before = listeningAt(scene.lives, signal.t);
  const failed = bootedSo(scene, 'dies', 'hangs').filter((life) => life.forked > signal.t && life.forked < period.to);
  const what = WHY[period.how];
  const expected = `15 s after a SIGHUP whose replacements ${what} at boot no fork follows, no half-booted child is left, ${before.length} workers listen as before, and nothing is lost; a later SIGHUP replaces them all`;
  const judged = Math.max(1, failed.length);
  const giveUp = waitOf(history, LOOP.givenUp);
  const after = (t: number): string => time(t - signal.t);

  const death = deathOf(scene);
  if (death !== null) return broken({ judged, expected, ...death });
  if (giveUp === undefined) return unknown('nobody waited for the restart to be given up');
  const watched = markOf(history, WATCHED)?.t ?? period.to;
  const lost = lostBetween(scene, signal.t, watched, expected);
  if (lost !== null) return lost;
  const late = scene.lives.find((life) => life.forked > giveUp.t && life.forked < period.to);
  if (late !== undefined)
    return broken({
      judged,
      expected,
      observed: `${named(late)} was forked ${after(late.forked)} after the signal; ${plural(failed.length, 'replacement')} had failed until then`,
      cause: 'a restart whose replacements fail goes on and on: give it up, and keep those that serve',
      evidence: [signal, late, ...failed],
    });
  const up = listeningAt(scene.lives, giveUp.t);
  const half = scene.lives.filter(
    (life) =>
      life.forked <= giveUp.t &&
      (life.listening === null || life.listening > giveUp.t) &&
      (life.exited === null || life.exited > giveUp.t),
  );
  const [stuck] = half;
  if (stuck !== undefined)
    return broken({
      judged,
      expected,
      observed: `${after(giveUp.t)} after the signal ${listed(half.map(named))} had not come to listen, and lived`,
      cause: 'the restart waits for a worker that will never listen: kill it at its deadline',
      evidence: [signal, ...half],
    });
  if (up.length !== before.length)
    return broken({
      judged,
      expected,
      observed: `${after(giveUp.t)} after the signal ${plural(up.length, 'worker')} listened, and ${before.length} before it`,
      cause:
        up.length < before.length
          ? 'an old worker is told to go although its replacement has not come to listen'
          : 'a replacement was forked beside a worker that stays',
      evidence: [signal, ...before, ...up],
    });
  if (failed.length === 0) return unknown('the signal forked no replacement');
  return replacesThemLater(history, expected, failed.length, () =>
    holds(
      failed.length,
      `given up after ${plural(failed.length, 'replacement')} that ${what}, ${before.length} went on serving; later all were replaced`,
    ),
  );
}

function replacesThemLater(history: History, expected: string, judged: number, good: () => Opinion): Opinion {
  const scene = sceneOf(history);
  const watched = markOf(history, WATCHED)?.t ?? Infinity;
  const signal = faultsOf(history, 'SIGHUP').find(({ t }) => t >= watched);
  const wait = waitOf(history, LOOP.later);
  const begun = of(history, 'wait').findLast(({ from }) => from >= (signal?.t ?? Infinity));
  const over = wait ?? begun;
  if (over === undefined || signal === undefined) return unknown('no later SIGHUP was sent', judged);
  if (wait?.met === true)
    return metLate(wait) ? tooBusy('whether a later restart comes to its end in time', judged) : good();
  if (!conclusive(over)) return tooBusy('whether a later restart would come to its end', judged);
  const forks = scene.lives.filter((life) => life.forked > signal.t);
  return broken({
    judged,
    expected,
    observed: `${time(over.t - signal.t)} after a later SIGHUP, when workers could boot again, ${forks.length === 0 ? 'nothing was forked' : `${plural(forks.length, 'worker')} had been forked, and not all were new`}`,
    cause:
      'the restart that failed is never noted as over, or it has left the program in a state from which none begins',
    evidence: [signal, ...forks],
  });
}
