// Clause 4.6 where replacements may fail: never a next fork before the last one listens or is dead.
import type { History } from '#history';
import { broken, holds, unknown, type Opinion } from '../../finding.ts';
import { sceneOf } from '../../scene.ts';
import { named, plural, time } from '../../words.ts';
import { forksOnceEach } from '../restart/forks.ts';
import { badDeployOf } from './given-up.ts';

/** 4.6, also of a restart whose replacements die or hang at boot. */
export function forksOneAfterTheOther(history: History): Opinion {
  const deploy = badDeployOf(history);
  if (deploy === null) return forksOnceEach(history);
  const { signal, period } = deploy;
  const forks = sceneOf(history).lives.filter((life) => life.forked > signal.t && life.forked < period.to);
  if (forks.length === 0) return unknown('the signal forked no replacement');
  for (const [i, life] of forks.entries()) {
    const before = forks[i - 1];
    if (before === undefined) continue;
    if (Math.min(before.listening ?? Infinity, before.exited ?? Infinity) <= life.forked) continue;
    return broken({
      judged: forks.length,
      expected: 'a restart forks one worker after the other: never a next one before the last one listens or is dead',
      observed: `${named(life)} was forked ${time(life.forked - signal.t)} after SIGHUP, when ${named(before)} neither listened nor was dead`,
      cause:
        'the replacements are forked all at once, or the next one is forked although nobody knows what became of the last',
      evidence: [signal, before, life],
    });
  }
  return holds(forks.length, `${plural(forks.length, 'fork')} of replacements that failed, one after the other`);
}
