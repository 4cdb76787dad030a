// A second signal while the first is served: clause 4.7.
import type { History } from '#history';
import { deathOf } from '../../death.ts';
import { broken, holds, tooBusy, unknown, type Opinion } from '../../finding.ts';
import { isGone } from '../../lives.ts';
import { conclusive, metLate, waitOf } from '../../moments.ts';
import { listed, named, plural, time } from '../../words.ts';
import { losesNothing } from './loss.ts';
import { neverListensWithFewer } from './never-fewer.ts';
import { notTried, RESTART, restartOf } from './restart.ts';

/** 4.7: a second SIGHUP while the first is served loses nothing either. */
export function servesASecondSignal(history: History): Opinion {
  const restart = restartOf(history);
  if (restart === null) return notTried(history);
  const { scene, signals, forks, first, end } = restart;
  const { cores } = scene.start;
  if (signals.length < 2) return unknown('no second SIGHUP was sent: the first one forked nothing');
  const death = deathOf(scene);
  if (death !== null)
    return broken({ judged: 2, expected: 'a second SIGHUP while the first is served loses nothing', ...death });
  const expected = `two signals: at most ${2 * cores} forks, and at the end ${cores} workers, none older than the first signal`;
  if (forks.length > 2 * cores)
    return broken({
      judged: forks.length,
      expected,
      observed: `${plural(forks.length, 'worker')} forked`,
      cause: 'two restarts run at the same time and replace one another’s workers: remember that one is running',
      evidence: [...signals, ...forks],
    });
  const wait = waitOf(history, RESTART.atRest) ?? waitOf(history, RESTART.over);
  const twice = scene.lives.filter((life) => life.forked > first.t && life.forked < end && !isGone(life, end));
  if (wait !== undefined && conclusive(wait) && twice.length > cores)
    return broken({
      judged: forks.length,
      expected,
      observed: `${plural(twice.length, 'new worker')} at the end, on ${cores} cores: ${listed(twice.map(named), 8)}`,
      cause: 'two restarts run at the same time, and each of them replaces every worker: remember that one is running',
      evidence: [...signals, ...twice],
    });
  for (const part of [neverListensWithFewer(history), losesNothing(history)]) if (part.status !== 'holds') return part;
  const alive = scene.lives.filter((life) => life.forked < end && (life.exited === null || life.exited > end));
  const old = alive.filter((life) => life.forked < first.t);
  if (wait === undefined) return unknown('the restart was not waited for');
  if (old.length > 0 || alive.length !== cores) {
    if (!conclusive(wait)) return tooBusy('whether the restarts would come to their end');
    return broken({
      judged: forks.length,
      expected,
      observed: `${time(end - first.t)} after the first signal ${plural(alive.length, 'worker')} lived${old.length > 0 ? `, ${listed(old.map(named))} from before it` : ''}`,
      cause:
        alive.length > cores
          ? 'both restarts fork, and not every predecessor is let go'
          : 'a restart is left half done when the second signal comes',
      evidence: [...signals, ...alive],
    });
  }
  if (metLate(wait)) return tooBusy('whether the restarts come to their end in time', forks.length);
  return holds(forks.length, `${plural(forks.length, 'fork')}, ${cores} workers at the end, nothing lost`);
}
