// Messages of workers that reached the primary and found no listener: why numbers are missing in a sum.
import { of, type EventOf, type Life } from '#history';
import type { Scene } from '../../scene.ts';
import { listed } from '../../words.ts';

export interface Unheard {
  readonly life: Life;
  /** How many messages. */
  readonly count: number;
}

/** Those of whom most was not heard first. */
export function unheardOf(scene: Scene): Unheard[] {
  return scene.lives
    .map((life) => ({ life, count: reportsOf(scene, life).reduce((sum, { unheard }) => sum + unheard, 0) }))
    .filter(({ count }) => count > 0)
    .toSorted((one, other) => other.count - one.count);
}

/** Null where all was heard. */
export function unheardCause(scene: Scene): string | null {
  const deaf = unheardOf(scene).map(({ life }) => life);
  if (deaf.length === 0) return null;
  // of a worker that never sent anything nobody knows whether it would be heard
  const heard = scene.lives.filter((life) => !deaf.includes(life) && reportsOf(scene, life).length > 0);
  return heard.length === 0
    ? 'no ‘message’ listener in the primary hears the workers'
    : `‘message’ listeners exist for ${heard.length === 1 ? 'worker' : 'workers'} ${listed(
        heard.map(({ worker }) => String(worker)),
        6,
      )} only`;
}

/** What the primary received of this worker. */
function reportsOf({ history }: Scene, { worker }: Life): EventOf<'received'>[] {
  return of(history, 'received').filter((event) => event.direction === 'up' && event.worker === worker);
}
