// How fast a program forks while every new worker dies: clause 6.2.
import { of, type History, type Life } from '#history';
import { deathOf } from '../../death.ts';
import { broken, holds, unknown, type Opinion } from '../../finding.ts';
import { faultsOf } from '../../moments.ts';
import { sceneOf } from '../../scene.ts';
import { plural, time } from '../../words.ts';
import { bootedSo, periodsOf } from './loop.ts';
import { lostBetween } from './loss.ts';

/** Contract 6.2. */
const MOST = 10;
const WINDOW_MS = 5000;
/** A timer may fire a little early by another process's clock, and a program may use up what it is granted. */
const EARLY_MS = 50;

/** 6.2: while every new worker dies, few are forked, and those that live go on serving. */
export function forksSlowlyWhileTheyDie(history: History): Opinion {
  const scene = sceneOf(history);
  const [period] = periodsOf(history, 'dies');
  if (period === undefined) return notReached(history);
  const { from, to } = period;
  const expected = `at most ${MOST} workers are forked in any ${time(WINDOW_MS)} while every new one dies; those that live go on serving, and nothing is lost`;
  const forks = scene.lives.filter((life) => life.forked >= from && life.forked < to);
  const rush = busiest(forks);
  if (rush.length > MOST) {
    const [first, last] = [rush[0], rush.at(-1)] as [Life, Life];
    return broken({
      judged: forks.length,
      expected,
      observed: `${plural(rush.length, 'worker')} forked within ${time(last.forked - first.forked)}, each of which died at boot`,
      cause:
        'a death at boot is answered with a fork at once, or nearly so: wait before the next one, and longer each time',
      evidence: [...of(history, 'boots').slice(0, 1), ...rush],
    });
  }
  // whether a restart that cannot succeed loses something is told by 6.5
  if (!faultsOf(history, 'SIGHUP').some(({ t }) => t >= from && t < to)) {
    const death = deathOf(scene);
    if (death !== null) return broken({ judged: Math.max(1, forks.length), expected, ...death });
    const lost = lostBetween(scene, from, to, expected);
    if (lost !== null) return lost;
  }
  const died = bootedSo(scene, 'dies');
  if (died.length === 0) return unknown('no worker was forked while new ones would have died');
  return holds(
    died.length,
    `${plural(died.length, 'death')} at boot in ${time(to - from)}, at most ${rush.length} in ${time(WINDOW_MS)}`,
  );
}

/** Those of the window in which most were forked. */
function busiest(forks: readonly Life[]): readonly Life[] {
  return forks
    .map((first, i) => forks.slice(i).filter((life) => life.forked - first.forked < WINDOW_MS - EARLY_MS))
    .reduce<readonly Life[]>((most, each) => (each.length > most.length ? each : most), []);
}

/** The opinion where new workers were never made to die. */
export function notReached(history: History): Opinion {
  const death = deathOf(sceneOf(history));
  return unknown(
    death === null
      ? 'new workers were never made to fail'
      : `the program did not live to see workers fail: ${death.observed}`,
  );
}
