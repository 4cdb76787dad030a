// What is lost while new workers do not come to listen: nothing but what a killed worker had in hand.
import type { RequestEvent } from '#history';
import { deathOf } from '../../death.ts';
import { broken, tooBusy, type Opinion } from '../../finding.ts';
import { faultsOf, killedIn, OVERLOADED, stretchOf } from '../../moments.ts';
import type { Scene } from '../../scene.ts';
import { grouped, named, outcomeOf, plural, time } from '../../words.ts';
import { lossesIn, UNTOLD_MS } from '../losses.ts';

/** A connection that was idle for as long as the machine stalled may rightly be closed: no more than this share of all. */
const FEW = 0.01;

/** Contract 6.4, with what timers and a busy machine add. */
const SOONEST_MS = 4900;
const LATEST_MS = 8000;

/** Null where nothing was lost between these moments that a worker which lives could have answered. */
export function lostBetween(scene: Scene, from: number, to: number, expected: string): Opinion | null {
  const { sent, lost: all } = lossesIn(scene);
  const lost = all.filter((request) => request.end >= from && request.t <= to && !hadInHand(scene, request));
  const [first] = lost;
  if (first === undefined) return null;
  if (stretchOf(scene.history) >= OVERLOADED && lost.length < FEW * sent)
    return tooBusy(`whether ${plural(lost.length, 'lost request')} of ${grouped(sent)} is the program’s doing`, sent);
  const death = deathOf(scene);
  const life = scene.ownerLife(first);
  const killed = killedAtDeadline(scene, from, to);
  return broken({
    judged: sent,
    expected,
    observed: `${plural(lost.length, 'request')} of ${grouped(sent)} lost; the first ${outcomeOf(first)}${life === undefined ? '' : ` at ${named(life)}`}`,
    cause:
      death?.cause ??
      killed?.cause ??
      (life === undefined || (life.closed ?? life.disconnected ?? life.exited) === null
        ? 'for a moment nobody was there to serve'
        : `${named(life)} was ended although no new worker had come: whoever serves is to stay`),
    evidence: [...lost, life, killed?.life, ...(death?.evidence ?? [])],
  });
}

/** One that listened, and that the program killed when a boot's deadline (6.4) was up. */
function killedAtDeadline({ history, lives }: Scene, from: number, to: number) {
  const ours = killedIn(history);
  for (const life of lives) {
    const { exited, forked, listening, signal } = life;
    if (exited === null || exited < from || exited > to || listening === null || signal !== 'SIGKILL') continue;
    const age = exited - forked;
    if (life.closed !== null || ours.has(life.pid) || age < SOONEST_MS || age > LATEST_MS) continue;
    return {
      life,
      cause: `the program killed ${named(life)}, which listened, ${time(age)} after its fork: the deadline of a boot is to be cleared when the worker listens`,
    };
  }
  return null;
}

/** A killed worker had it, or nobody is known to have had it when one was killed. Whoever is refused was in nobody's hands. */
function hadInHand(scene: Scene, request: RequestEvent): boolean {
  const owner = scene.owner(request);
  const until = UNTOLD_MS * stretchOf(scene.history);
  return faultsOf(scene.history, 'SIGKILL').some(({ pid, t }) => {
    if (request.end < t || request.outcome === 'refused') return false;
    if (owner !== null) return owner === pid;
    return request.t <= t + until && (request.end <= t + until || request.outcome === 'hanging');
  });
}
