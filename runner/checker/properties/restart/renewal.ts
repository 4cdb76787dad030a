// Whether a signal replaces every worker: clause 4.2.
import { of, type History } from '#history';
import { deathOf, errorOf } from '../../death.ts';
import { broken, holds, tooBusy, unknown, type Opinion } from '../../finding.ts';
import { isGone, listeningAt } from '../../lives.ts';
import { conclusive, faultsOf, metLate, waitOf } from '../../moments.ts';
import { sceneOf } from '../../scene.ts';
import { listed, named, plural, time } from '../../words.ts';
import { notTried, RESTART, restartOf } from './restart.ts';

/** 4.2: SIGHUP replaces every worker. */
export function replacesEveryWorker(history: History): Opinion {
  // its first restart is judged where a second signal comes into it (4.7)
  if (waitOf(history, RESTART.atRest) !== undefined) return replacesThemAgain(history);
  if (faultsOf(history, 'SIGHUP').length > 1) return unknown('two signals at once did not come to an end');
  const restart = restartOf(history);
  if (restart === null) return notTried(history);
  const { scene, first, old, forks, over, end } = restart;
  const expected = `after SIGHUP there are ${old.length} workers again, as before it; none of them was forked before`;
  const fresh = forks.filter((life) => life.listening !== null && !isGone(life, end));
  const stayed = old.filter((life) => !isGone(life, end));
  if (over !== undefined && metLate(over)) return tooBusy('whether the restart comes to its end in time', old.length);
  if (over?.met === true && fresh.length === old.length)
    return holds(old.length, `${plural(old.length, 'worker')} replaced, ${time(over.t - first.t)} after the signal`);
  const death = deathOf(scene);
  if (death !== null) return broken({ judged: old.length, expected, ...death });
  const wait = over ?? waitOf(history, RESTART.begun);
  if (wait === undefined) return unknown('the restart was not waited for');
  if (!conclusive(wait)) return tooBusy('whether the restart would come to its end', old.length);
  if (forks.length === 0)
    return broken({
      judged: old.length,
      expected,
      observed: `${time(end - first.t)} after SIGHUP nothing was forked: ${listed(stayed.map(named))} still serve`,
      cause: 'the primary does not act on SIGHUP',
      evidence: [first, ...stayed],
    });
  if (fresh.length === old.length && stayed.length === 0)
    return holds(old.length, `${plural(old.length, 'worker')} replaced`);
  const dead = forks.find((life) => life.listening === null);
  return broken({
    judged: old.length,
    expected,
    observed: `${time(end - first.t)} after SIGHUP ${plural(fresh.length, 'new worker')} listened${stayed.length > 0 ? `, and ${listed(stayed.map(named))} listened still` : ''}`,
    cause:
      (dead === undefined ? null : errorOf(scene, dead.pid)) ??
      (stayed.length > 0
        ? 'the restart stops before it has replaced them all'
        : fresh.length > old.length
          ? 'more workers are forked than go'
          : 'not every worker that went has a successor'),
    evidence: [first, ...old, ...forks],
  });
}

/** 4.2 for a signal that is sent when an earlier restart is over. */
function replacesThemAgain(history: History): Opinion {
  const scene = sceneOf(history);
  const rest = waitOf(history, RESTART.atRest);
  const signal = faultsOf(history, 'SIGHUP').find((fault) => fault.t >= (rest?.t ?? Infinity));
  if (signal === undefined) return unknown('no SIGHUP was sent after the first restart');
  const later = of(history, 'wait').filter((wait) => wait.from >= signal.t);
  const over = later.find((wait) => wait.until === RESTART.later) ?? later.find((wait) => wait.until === RESTART.begun);
  const old = listeningAt(scene.lives, signal.t);
  if (over?.until === RESTART.later && metLate(over))
    return tooBusy('whether a later restart comes to its end in time', old.length);
  if (over?.until === RESTART.later && over.met)
    return holds(old.length, `${plural(old.length, 'worker')} replaced once more`);
  const death = deathOf(scene);
  const expected = 'every SIGHUP replaces every worker, also one after an earlier restart';
  if (death !== null) return broken({ judged: old.length, expected, ...death });
  if (over === undefined) return unknown('the later restart was not waited for');
  if (!conclusive(over)) return tooBusy('whether a later restart would come to its end', old.length);
  const forks = scene.lives.filter((life) => life.forked > signal.t);
  return broken({
    judged: old.length,
    expected,
    observed: `${time(over.t - signal.t)} after a later SIGHUP ${forks.length === 0 ? 'nothing was forked' : `${plural(forks.length, 'worker')} forked, and not all workers were new`}`,
    cause: 'the signal is handled once (process.once), or the restart never notes that it is over',
    evidence: [signal, ...old, ...forks],
  });
}
