// What the live page shows of programs that run: one, or two side by side under the same load.
import type { Acted, Show, Tick } from '#live';
import { type DemoSide, type DemoSideOptions, openDemoSide } from './demo-side.ts';
import type { Program } from './program.ts';

export interface DemoShowOptions
  extends
    Pick<DemoSideOptions, 'root' | 'cores' | 'knowsSlow' | 'shows'>,
    Pick<Show, 'lesson' | 'beats' | 'solutionOnly'> {
  readonly programs: readonly [Program] | readonly [Program, Program];
}

export interface DemoShow extends Show {
  /** Nothing of the programs is left afterwards. */
  close(): Promise<void>;
}

const TICK_MS = 100;
/** Enough to see how requests are dealt out, and few enough to see each of them. */
const FIRST_LOAD = { connections: 4, mode: 'fresh', perSecond: 40, slowShare: 0 } as const;

export function openDemoShow({ lesson, beats, solutionOnly, programs, ...options }: DemoShowOptions): DemoShow {
  const sides: readonly DemoSide[] = programs.map((program, index) =>
    openDemoSide({ ...options, program, side: index === 0 ? 0 : 1, load: FIRST_LOAD, tell }),
  );
  const listeners = new Set<(tick: Tick) => void>();
  const timer = setInterval(() => {
    for (const side of sides) side.tick();
  }, TICK_MS);

  function tell(tick: Tick): void {
    for (const listener of listeners) listener(tick);
  }

  return {
    lesson,
    sides: programs.length,
    knowsSlow: options.knowsSlow,
    solutionOnly,
    shows: options.shows?.field ?? null,
    recorded: false,
    scenarios: [],
    beats,
    async act(action) {
      const meant = action.side === undefined ? sides : sides.slice(action.side, action.side + 1);
      const acted: readonly Acted[] = await Promise.all(meant.map((side) => side.act(action)));
      // of two programs, one may have no such worker any more: what the other one does is worth seeing
      return acted.find(({ ok }) => ok) ?? acted[0] ?? { ok: false, why: 'There is no second program.' };
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async close() {
      // one that cannot be ended is no reason to leave the other one
      const closed = await Promise.allSettled(sides.map((side) => side.close()));
      clearInterval(timer);
      for (const each of closed) if (each.status === 'rejected') throw each.reason;
    },
  };
}
