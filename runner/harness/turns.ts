// Turns at so many requests a second, for all clients of a load together.

/** Takes the next turn; gives the ms until it comes, 0 for at once. `now` in ms. */
export type Turns = (now: number) => number;

/** Who comes late to a turn makes up for it, but never for more than this. */
const CATCH_UP_MS = 100;
/** Timers are no finer. */
const FINEST_MS = 1;

export function openTurns(perSecond: number): Turns {
  const interval = 1000 / perSecond;
  let next = -Infinity;
  return (now) => {
    const turn = Math.max(next, now - CATCH_UP_MS);
    next = (next === -Infinity ? now : turn) + interval;
    const wait = turn - now;
    return wait < FINEST_MS ? 0 : wait;
  };
}
