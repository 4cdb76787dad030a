// Whether all workers come to say the same total: clause 3.3.
import { of, type EventOf, type History } from '#history';
import { deathOf } from '../../death.ts';
import { broken, holds, tooBusy, unknown, type Opinion } from '../../finding.ts';
import { conclusive, firstKill } from '../../moments.ts';
import { isLoss } from '../../requests.ts';
import { sceneOf, type Scene } from '../../scene.ts';
import { grouped, listed, plural, time } from '../../words.ts';
import { AGREE, answeredBy, settledIn } from './stats.ts';
import { unheardCause } from './unheard.ts';

const JUDGED: readonly string[] = [AGREE.counted, AGREE.released, AGREE.loaded, AGREE.crashed];

const TOO_MANY =
  'some requests are counted more than once (a replacement that starts from the total as its own count, a report that is added twice), or something else is counted too (GET /stats)';

/** 3.3: when the load stops, every worker comes to say the same total, and it is what was answered. */
export function totalsAgree(history: History): Opinion {
  const scene = sceneOf(history);
  const opinions = of(history, 'wait')
    .filter((wait) => JUDGED.includes(wait.until))
    .map((wait) => agreesAfter(scene, wait));
  return (
    opinions.find(({ status }) => status !== 'holds') ??
    opinions.at(-1) ??
    unknown('the program did not live to be asked for its totals')
  );
}

function agreesAfter(scene: Scene, wait: EventOf<'wait'>): Opinion {
  const settled = settledIn(scene, wait);
  const [first] = settled;
  if (first === undefined) return unknown('no worker told a total');
  const answered = answeredBy(scene, wait.t);
  const expected = `when the load stops, every worker says the same total: the ${plural(answered, 'request')} that were answered`;
  const says = listed(
    settled.map(({ pid, total }) => `pid ${pid} says ${grouped(total)}`),
    4,
  );
  const differs = (observed: string, cause: string): Opinion =>
    broken({ judged: settled.length, expected, observed, cause, evidence: settled.map(({ request }) => request) });
  if (!wait.met) {
    const death = deathOf(scene);
    if (death !== null) return broken({ judged: settled.length, expected, ...death });
    if (!conclusive(wait)) return tooBusy('whether the totals come to agree', settled.length);
    const late = `${time(wait.t - wait.from)} after the load ${says}`;
    if (settled.every(({ total }) => total > answered + inHandOfTheKilled(scene))) return differs(late, TOO_MANY);
    return differs(
      late,
      unheardCause(scene) ??
        'not all that the workers answer reaches the primary’s sum, or the sum does not reach every worker',
    );
  }
  const { total } = first;
  const instead = `${says}, and ${grouped(answered)} were answered`;
  const killed = firstKill(scene.history) < wait.t;
  if (total > answered + (killed ? inHandOfTheKilled(scene) : 0)) return differs(instead, TOO_MANY);
  // what a killed worker took with it is another clause's matter (3.4)
  if (!killed && total < answered)
    return differs(instead, unheardCause(scene) ?? 'not all that the workers answer reaches the primary’s sum');
  return holds(
    answered,
    `${plural(answered, 'request')}, total ${grouped(total)} on all ${plural(settled.length, 'worker')}`,
  );
}

/** Lost requests may have been counted by the worker that was killed with them. */
function inHandOfTheKilled({ requests }: Scene): number {
  return requests.filter((request) => request.path === '/' && isLoss(request) && request.outcome !== 'refused').length;
}
