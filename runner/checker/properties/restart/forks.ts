// How many workers a restart forks, and one after the other: clause 4.6.
import type { History } from '#history';
import { broken, holds, unknown, type Opinion } from '../../finding.ts';
import { listeningAt } from '../../lives.ts';
import { listed, named, plural, time } from '../../words.ts';
import { notTried, restartOf } from './restart.ts';

/** 4.6: a planned exit is not a crash, and the next one is forked only when the last one listens. */
export function forksOnceEach(history: History): Opinion {
  const restart = restartOf(history);
  if (restart === null) return notTried(history);
  const { scene, forks, end, over, first } = restart;
  const { cores } = scene.start;
  const expected = `a restart forks ${cores} workers, each after the one before it listens, and ends with ${cores}`;
  if (forks.length === 0) return unknown('no restart took place');
  for (const [i, life] of forks.entries()) {
    const before = forks[i - 1];
    if (before !== undefined && (before.listening === null || before.listening > life.forked)) {
      const extra = forks.length > cores;
      return broken({
        judged: forks.length,
        expected,
        observed: `${named(life)} was forked ${time(life.forked - first.t)} after SIGHUP, when ${named(before)} did not listen yet${extra ? `; ${plural(forks.length, 'fork')} in all` : ''}`,
        cause: extra
          ? 'the exits of the old workers are answered with forks as if they were crashes (exitedAfterDisconnect is true only where disconnect() or kill() was called for them)'
          : 'the replacements are forked all at once, or one at online instead of listening',
        evidence: [first, before, life],
      });
    }
  }
  if (forks.length > cores) {
    return broken({
      judged: forks.length,
      expected,
      observed: `${plural(forks.length, 'worker')} forked: ${listed(forks.map(named), 8)}`,
      cause:
        'a retired worker is replaced a second time: its exit is planned (exitedAfterDisconnect, or your own list of who was retired)',
      evidence: [first, ...forks],
    });
  }
  const listening = listeningAt(scene.lives, end);
  if (listening.length > cores)
    return broken({
      judged: forks.length,
      expected,
      observed: `${listening.length} workers listened at the end`,
      cause: 'more workers are forked than go',
      evidence: [first, ...listening],
    });
  if (over?.met !== true || forks.length < cores) return unknown('the restart did not come to its end', forks.length);
  return holds(forks.length, `${plural(forks.length, 'fork')} for ${cores} workers, one after the other`);
}
