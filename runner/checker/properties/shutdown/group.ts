// The same when the signal goes to every process: clause 7.3.
import type { History } from '#history';
import { holds, type Opinion } from '../../finding.ts';
import { answersWhatItHas } from './loss.ts';
import { endsInTime } from './over.ts';
import { notTold, shutdownOf } from './shutdown.ts';

/** 7.3: 7.1 and 7.2 also when the signal goes to the whole process group. */
export function endsWithItsGroup(history: History): Opinion {
  const shutdown = shutdownOf(history);
  if (shutdown === null) return notTold(history);
  // what comes after a second signal is another clause's
  const parts = [answersWhatItHas(history), ...(shutdown.second === undefined ? [endsInTime(history)] : [])];
  const deciding =
    parts.find(({ status }) => status === 'broken') ?? parts.find(({ status }) => status === 'inconclusive');
  if (deciding !== undefined) return deciding;
  return holds(
    parts.reduce((sum, { judged }) => sum + judged, 0),
    parts.map(({ summary }) => summary).join('; '),
  );
}
