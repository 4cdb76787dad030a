// A crash after a restart: clause 4.8.
import type { History } from '#history';
import { deathOf } from '../../death.ts';
import { unknown, type Opinion } from '../../finding.ts';
import { faultsOf } from '../../moments.ts';
import { replacesEachKilled } from '../replacement.ts';
import { notTried, restartOf } from './restart.ts';

/** 4.8: after a restart a crash is still a crash. */
export function replacesAfterRestart(history: History): Opinion {
  const restart = restartOf(history);
  if (restart === null) return notTried(history);
  const { first, forks } = restart;
  if (forks.length === 0) return unknown('no restart took place');
  if (!faultsOf(history, 'SIGKILL').some((fault) => fault.t > first.t))
    return unknown('no worker was killed after the restart');
  const replaced = replacesEachKilled(history);
  // before the restart a crash was answered (2.3): where nothing is forked now, the restart is why
  const forkedAgain = restart.scene.lives.some((life) => life.forked > restart.end);
  if (replaced.status !== 'broken' || forkedAgain || deathOf(restart.scene) !== null) return replaced;
  return {
    ...replaced,
    cause: 'after the restart an exit is no longer answered with a fork: only the exits of retired workers are planned',
  };
}
