// What of all that is known the page shows: now or a moment before, how much of it, and who was chosen.
import type { State } from '../state.ts';
import { type Cut, type LaneAt, lanesAt, SPANS } from './scene.ts';

export interface View {
  /** As it is now, also while the picture stands still; null until the server has told it. */
  readonly state: State | null;
  readonly connected: boolean;
  /** Why the server tells nothing, where it said so. */
  readonly refused: string | null;
  readonly span: number;
  /** Where the picture stands still: the state of that moment, and how many ms before it is shown. */
  readonly still: { readonly state: State; readonly back: number } | null;
  /** Number of the chosen worker of each side; null where none is. */
  readonly chosen: readonly (number | null)[];
  /** The demonstration's steps are open. */
  readonly steps: boolean;
  /** Whether the controls are shown, where somebody has said so. */
  readonly panel: boolean | null;
}

export interface Store {
  readonly view: () => View;
  readonly change: (changes: Partial<View>) => void;
  /** Called after each change. */
  readonly listen: (listener: () => void) => void;
}

const [, USUAL_SPAN] = SPANS;

export function openStore(): Store {
  let view: View = {
    state: null,
    connected: false,
    refused: null,
    span: USUAL_SPAN,
    still: null,
    chosen: [null, null],
    steps: false,
    panel: null,
  };
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

/** In pixels: lower than that, the picture needs the controls' place as soon as the steps take some of its own. */
const LOW = 800;

/** Lanes first, for a projector: where the page fills the screen, and by itself where there is little room. */
export function isCompact({ steps, panel }: View): boolean {
  return panel === null ? document.fullscreenElement !== null || (steps && innerHeight < LOW) : !panel;
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
