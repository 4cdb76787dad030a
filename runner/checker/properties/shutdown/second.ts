// A second signal ends everything at once: clause 7.5.
import { grantedFor, of, type History } from '#history';
import { broken, holds, tooBusy, unknown, type Opinion, type Witness } from '../../finding.ts';
import { conclusive, stretchOf } from '../../moments.ts';
import { listed, named, plural, time } from '../../words.ts';
import { endedBySignal, notTold, shutdownOf } from './shutdown.ts';

/** Contract 7.5. */
const AT_ONCE_MS = 1000;

/** 7.5: a second signal ends everything within 1 s. */
export function endsAtOnceWhenToldAgain(history: History): Opinion {
  const shutdown = shutdownOf(history);
  if (shutdown === null) return notTold(history);
  const { scene, first, second, old, ended, over } = shutdown;
  if (second === undefined)
    return unknown(endedBySignal(shutdown) ?? 'the program was over before a second signal could be sent');
  const there = old.filter(({ exited }) => exited === null || exited > second.t);
  if (there.length === 0) return unknown('no worker was left when the second signal came');
  const judged = there.length + 1;
  const expected = `a second signal, ${time(second.t - first.t)} after the first, ends everything within ${time(AT_ONCE_MS)}`;
  const otherwise = (observed: string, cause: string, ...evidence: readonly Witness[]): Opinion =>
    broken({ judged, expected, observed, cause, evidence: [first, second, ended, ...evidence] });
  const [left] = of(history, 'left');
  if (over === undefined || left === undefined) return unknown('the end of the program was not waited for');
  const stretch = stretchOf(history);
  const after = (t: number): string => `${time(t - second.t)} after the second signal`;
  if (ended === undefined) {
    if (!conclusive(over)) return tooBusy('whether a second signal ends everything at once', judged);
    return otherwise(
      `${after(over.t)} the primary still ran`,
      'a second signal is to end the workers with SIGKILL, and then the primary',
      ...there,
    );
  }
  if (left.pids.length > 0) {
    const who = left.pids.map((pid) => scene.lifeOf(pid));
    return otherwise(
      `${after(left.t)} ${listed(left.pids.map((pid, i) => (who[i] === undefined ? `pid ${pid}` : named(who[i]))))} still ran, and the primary had gone`,
      'the primary ends without its workers: they are to be killed first, or to end with it',
      left,
      ...who,
    );
  }
  const took = left.t - second.t;
  if (took > grantedFor(AT_ONCE_MS, stretch))
    return otherwise(
      `it was over ${time(took)} after the second signal`,
      'the second signal is not told from the first, or the workers are asked to leave instead of killed',
      ...there,
    );
  if (took > AT_ONCE_MS) return tooBusy('whether a second signal ends everything at once', judged);
  return holds(judged, `${plural(there.length, 'worker')} and the primary gone ${time(took)} after the second signal`);
}
