// Two kills under load: a worker's, and then its replacement's.
import type { Load } from '../ledger.ts';
import type { Stage } from '../stage.ts';

/**
 * Kills a worker that has requests in hand, and then the one that came for it; `wait` names the wait for the replacement of
 * the k-th. Then the clients are stopped, and fresh connections visit all that listen.
 */
export async function killTwice(stage: Stage, loads: readonly Load[], wait: (kill: 1 | 2) => string): Promise<void> {
  await stage.kill({ inHand: true });
  if (await stage.replacement(wait(1), loads)) {
    await stage.kill({ inHand: true, choose: (listening) => listening.at(-1) });
    await stage.replacement(wait(2), loads);
  }
  stage.mark('replacement is visited');
  await stage.stop(...loads);
  await stage.visit(4 * stage.cores);
}
