// A rolling restart as clauses 4.2 to 4.8 look at it: its signals, who was there, who was forked, and until when.
import type { EventOf, History, Life } from '#history';
import { deathOf } from '../../death.ts';
import { unknown, type Opinion } from '../../finding.ts';
import { listeningAt } from '../../lives.ts';
import { faultsOf, stopOf, waitOf } from '../../moments.ts';
import { sceneOf, type Scene } from '../../scene.ts';

/** The names of the waits in a restart. */
export const RESTART = {
  begun: 'the restart begins',
  over: 'the restart is over',
  atRest: 'no second restart follows',
  later: 'a later restart is over',
} as const;

export interface Restart {
  readonly scene: Scene;
  readonly signals: readonly EventOf<'fault'>[];
  readonly first: EventOf<'fault'>;
  readonly last: EventOf<'fault'>;
  /** Listening when the first signal came. */
  readonly old: readonly Life[];
  /** Forked from then until the first kill after it. */
  readonly forks: readonly Life[];
  readonly over: EventOf<'wait'> | undefined;
  /** Until then the restart is judged: its wait's end, or the end of what was seen. */
  readonly end: number;
}

export function restartOf(history: History): Restart | null {
  const scene = sceneOf(history);
  // once all is over, a signal begins another restart
  const rest = waitOf(history, RESTART.atRest)?.t ?? Infinity;
  const signals = faultsOf(history, 'SIGHUP').filter((fault) => fault.t <= rest);
  const [first, last] = [signals[0], signals.at(-1)];
  if (first === undefined || last === undefined) return null;
  const kill = faultsOf(history, 'SIGKILL').find((fault) => fault.t > first.t)?.t ?? Infinity;
  const over = waitOf(history, RESTART.over);
  const stop = stopOf(history);
  return {
    scene,
    signals,
    first,
    last,
    old: listeningAt(scene.lives, first.t),
    forks: scene.lives.filter((life) => life.forked > first.t && life.forked < Math.min(kill, stop, rest)),
    over,
    end: Math.min(kill, stop, rest === Infinity ? (over?.t ?? Infinity) : rest),
  };
}

/** The opinion of whatever asks for a restart where there was no signal. */
export function notTried(history: History): Opinion {
  const death = deathOf(sceneOf(history));
  return unknown(death === null ? 'no SIGHUP was sent' : `the program did not live to be restarted: ${death.observed}`);
}
