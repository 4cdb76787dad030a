// What the server tells: a whole state first, and again whenever the connection was lost, then tick by tick.
import type { Tick } from '../show.ts';
import { fold, type State } from '../state.ts';
import type { Store } from './view.ts';

/** Called with each tick that came, after it was folded. */
export function followStream({ view, change }: Store, onTick: (tick: Tick) => void): void {
  const source = new EventSource('/stream');
  source.addEventListener('open', () => change({ connected: true }));
  source.addEventListener('error', () => change({ connected: false }));
  source.addEventListener('state', ({ data }: MessageEvent<string>) => {
    change({ state: JSON.parse(data) as State, connected: true });
  });
  source.addEventListener('tick', ({ data }: MessageEvent<string>) => {
    const { state } = view();
    if (state === null) return;
    const tick = JSON.parse(data) as Tick;
    change({ state: fold(state, tick) });
    onTick(tick);
  });
}
