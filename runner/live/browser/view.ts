// What of all that is known the page shows: now or a moment before, how much of it, and who was chosen.
import type { State } from '../state.ts';
import { type Cut, type LaneAt, lanesAt, SPANS } from './scene.ts';

export interface View {
  /** As it is now, also while the picture stands still; null until the server has told it. */
  readonly state: State | null;
  readonly connected: boolean;
  readonly span: number;
  /** Where the picture stands still: the state of that moment, and how many ms before it is shown. */
  readonly still: { readonly state: State; readonly back: number } | null;
  /** Number of the chosen worker of each side; null where none is. */
  readonly chosen: readonly (number | null)[];
}

export interface Store {
  readonly view: () => View;
  readonly change: (changes: Partial<View>) => void;
  /** Called after each change. */
  readonly listen: (listener: () => void) => void;
}

const [, USUAL_SPAN] = SPANS;

export function openStore(): Store {
  let view: View = { state: null, connected: false, span: USUAL_SPAN, still: null, chosen: [null, null] };
  const listeners: (() => void)[] = [];
  return {
    view: () => view,
    change: (changes) => {
      view = { ...view, ...changes };
      for (const listener of listeners) listener();
    },
    listen: (listener) => listeners.push(listener),
  };
}

/** What is shown of each side. */
export function cutsOf({ state, still, span }: View): Cut[] {
  const shown = still?.state ?? state;
  return (shown?.sides ?? []).map((side) => ({ side, at: Math.max(0, side.t - (still?.back ?? 0)), span }));
}

/** What is so at this moment, whatever is shown. */
export function nowOf({ state, span }: View): Cut[] {
  return (state?.sides ?? []).map((side) => ({ side, at: side.t, span }));
}

/** Workers that live, in the order in which number keys choose them. */
export function livingWorkers(cut: Cut): LaneAt[] {
  return lanesAt(cut).filter(({ lane, phase }) => lane.worker !== null && phase !== 'dead' && phase !== 'left');
}

/** The worker that was chosen on each side, where it lives. */
export function chosenOf(view: View): (LaneAt | null)[] {
  return nowOf(view).map(
    (cut, side) => livingWorkers(cut).find(({ lane }) => lane.worker === view.chosen[side]) ?? null,
  );
}
