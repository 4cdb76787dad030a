// Waits for a condition by asking again and again: the test's own time limit is the only clock.
import { setTimeout as pause } from 'node:timers/promises';

/** The first value of `ask` that is neither false, null nor undefined. */
export async function until<T>(ask: () => T | Promise<T>): Promise<Exclude<T, false | null | undefined>> {
  for (;;) {
    const answer = await ask();
    if (answer !== false && answer !== null && answer !== undefined)
      return answer as Exclude<T, false | null | undefined>;
    await pause(5);
  }
}
