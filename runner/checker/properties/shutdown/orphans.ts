// Leaving workers whose primary is killed: clause 7.7, and 0.6 beside it.
import { of, type History } from '#history';
import { broken, holds, tooBusy, unknown, type Opinion } from '../../finding.ts';
import { stopOf } from '../../moments.ts';
import { endsWithItsPrimary } from '../ending.ts';
import { listed, named, plural, time } from '../../words.ts';
import { endedBySignal, notTold, shutdownOf } from './shutdown.ts';

/** Contract 7.7. */
const GONE_MS = 7000;

/** 7.7: where the primary is killed meanwhile, the leaving workers are gone 7 s later. */
export function leavesNoOrphans(history: History): Opinion {
  const shutdown = shutdownOf(history);
  if (shutdown === null) return notTold(history);
  const { scene, first, old, ended } = shutdown;
  const [left] = of(history, 'left');
  if (ended !== undefined || left === undefined)
    return unknown(endedBySignal(shutdown) ?? 'the program was over before its primary could be killed');
  const killed = stopOf(history);
  const leaving = old.filter(({ exited }) => exited === null || exited > killed);
  if (leaving.length === 0) return unknown('no worker was leaving any more when the primary was killed');
  const when = `the primary was killed ${time(killed - first.t)} after ${first.fault}`;
  const judged = leaving.length;
  if (left.pids.length > 0) {
    const who = left.pids.map((pid) => scene.lifeOf(pid));
    return broken({
      judged,
      expected: `${time(GONE_MS)} after its primary was killed no leaving worker is left`,
      observed: `${when}, and ${time(left.after)} later ${listed(left.pids.map((pid, i) => (who[i] === undefined ? `pid ${pid}` : named(who[i]))))} still ran`,
      cause:
        "nobody keeps the deadline of a worker whose primary is dead: it is to have one of its own, or to end at process.on('disconnect')",
      evidence: [first, left, ...who],
    });
  }
  if (left.after > GONE_MS) return tooBusy('whether the leaving workers end without their primary', judged);
  return holds(judged, `${when}; ${plural(judged, 'leaving worker')} gone ${time(left.after)} later`);
}

/** 0.6, but for a primary that is killed while it leaves: 7.7 is in its place there. */
export function endsWithItsPrimaryUnlessLeaving(history: History): Opinion {
  const shutdown = shutdownOf(history);
  if (shutdown !== null && shutdown.ended === undefined)
    return unknown('the program was leaving, and did not come to its own end');
  return endsWithItsPrimary(history);
}
