// Whether as many workers listen all through a restart: clause 4.3.
import type { History } from '#history';
import { broken, holds, unknown, type Opinion } from '../../finding.ts';
import { listeningAt } from '../../lives.ts';
import { named, plural, time } from '../../words.ts';
import { notTried, restartOf } from './restart.ts';

/** 4.3: never fewer workers listen than before the signal. */
export function neverListensWithFewer(history: History): Opinion {
  const restart = restartOf(history);
  if (restart === null) return notTried(history);
  const { scene, first, old, forks, end } = restart;
  if (forks.length === 0) return unknown('no restart took place');
  const moments = scene.lives
    .flatMap((life) => [life.closed, life.disconnected, life.exited])
    .filter((t): t is number => t !== null && t > first.t && t < end)
    .toSorted((one, other) => one - other);
  for (const t of moments) {
    const up = listeningAt(scene.lives, t);
    if (up.length >= old.length) continue;
    const gone = scene.lives.find((life) => life.closed === t || life.disconnected === t || life.exited === t);
    const next = forks.find((life) => life.listening === null || life.listening > t);
    return broken({
      judged: moments.length,
      expected: `never fewer than ${plural(old.length, 'listening worker')}: a replacement listens before its predecessor is told to go`,
      observed: `${time(t - first.t)} after SIGHUP only ${up.length} listened: ${gone === undefined ? 'a worker' : named(gone)} no longer, ${next === undefined ? 'its replacement was not forked' : `${named(next)} not yet`}`,
      cause:
        'the old worker is told to go before its replacement listens: fork first, wait for its listening event (online comes too early), then let the old one go',
      evidence: [first, gone, next],
    });
  }
  return holds(moments.length, `${plural(old.length, 'worker')} or more listened all the time`);
}
