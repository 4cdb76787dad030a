// Whether anybody is forked while all is to end: clause 7.6.
import type { History } from '#history';
import { broken, holds, unknown, type Opinion } from '../../finding.ts';
import { endOf, named, plural, time } from '../../words.ts';
import { notTold, shutdownOf } from './shutdown.ts';

/** 7.6: no worker is forked after the signal, whoever dies. */
export function forksNobodyMore(history: History): Opinion {
  const shutdown = shutdownOf(history);
  if (shutdown === null) return notTold(history);
  const { scene, first, old, end } = shutdown;
  const forks = scene.lives.filter(({ forked }) => forked > first.t && forked < end);
  const gone = old.filter(({ exited }) => exited !== null && exited > first.t && exited <= end);
  const [fork] = forks;
  if (fork !== undefined) {
    const before = gone.filter(({ exited }) => (exited ?? 0) <= fork.forked).at(-1);
    return broken({
      judged: forks.length,
      expected: `no worker is forked after ${first.fault}, whoever dies`,
      observed: `${plural(forks.length, 'worker')} forked: ${named(fork)} ${time(fork.forked - first.t)} after ${first.fault}${before === undefined ? '' : `, when ${named(before)} had ended by ${endOf(before)}`}`,
      cause:
        'an exit is answered with a fork also when all is to end: the listener has to know of it, and so have the timers of a back-off',
      evidence: [first, before, ...forks],
    });
  }
  if (gone.length === 0) return unknown('no worker was seen to end after the signal');
  return holds(gone.length, `${plural(gone.length, 'worker')} ended, none was forked`);
}
