// What the server tells: a whole state first, and again whenever the connection was lost, then tick by tick.
import type { Tick } from '../show.ts';
import { fold, type State } from '../state.ts';
import { followEvents } from './events.ts';
import { NO_KEY } from './page-key.ts';
import type { Store } from './view.ts';

/** Called with each tick that came, after it was folded. */
export function followStream({ view, change }: Store, key: string | null, onTick: (tick: Tick) => void): void {
  if (key === null) return change({ refused: NO_KEY });
  void followEvents('/stream', key, {
    opened: () => change({ connected: true, refused: null }),
    lost: (refused) => change({ connected: false, refused }),
    refused: (refused) => change({ connected: false, refused }),
    told: (event, data) => {
      if (event === 'state') change({ state: data as State });
      const { state } = view();
      if (event !== 'tick' || state === null) return;
      const tick = data as Tick;
      change({ state: fold(state, tick) });
      onTick(tick);
    },
  });
}
