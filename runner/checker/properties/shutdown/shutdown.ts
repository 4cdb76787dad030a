// A shutdown as clauses 7.1 to 7.7 look at it: its signals, who was there, and how the program ended.
import type { EventOf, History, Life } from '#history';
import { deathOf } from '../../death.ts';
import { unknown, type Opinion } from '../../finding.ts';
import { listeningAt } from '../../lives.ts';
import { faultsOf, stopOf, waitOf } from '../../moments.ts';
import { sceneOf, type Scene } from '../../scene.ts';

/** The name of the wait for the program's own end. */
export const SHUTDOWN = 'the program is over';

type Signal = EventOf<'fault'>;

export interface Shutdown {
  readonly scene: Scene;
  /** The first SIGTERM or SIGINT to the primary, and a second one where it was sent. */
  readonly first: Signal;
  readonly second: Signal | undefined;
  /** Listening when the first signal came. */
  readonly old: readonly Life[];
  /** The primary's end, where the harness did not bring it about by force. */
  readonly ended: EventOf<'ended'> | undefined;
  readonly over: EventOf<'wait'> | undefined;
  /** Until then it is judged: its own end, or the moment at which it was ended by force. */
  readonly end: number;
}

export function shutdownOf(history: History): Shutdown | null {
  const scene = sceneOf(history);
  const [first, second] = faultsOf(history, 'SIGTERM', 'SIGINT').filter(({ pid }) => pid === scene.start.pid);
  if (first === undefined) return null;
  const stop = stopOf(history);
  const ended = history.events.find((event) => event.kind === 'ended');
  const own = ended !== undefined && ended.t < stop ? ended : undefined;
  return {
    scene,
    first,
    second,
    old: listeningAt(scene.lives, first.t),
    ended: own,
    over: waitOf(history, SHUTDOWN),
    end: own?.t ?? stop,
  };
}

/** The opinion of whatever asks for a shutdown where there was no signal. */
export function notTold(history: History): Opinion {
  const death = deathOf(sceneOf(history));
  return unknown(
    death === null ? 'no signal was sent' : `the program did not live to be told to end: ${death.observed}`,
  );
}

/** Where a signal has its default effect; null where the primary did not end by it. */
export function endedBySignal({ ended, first }: Shutdown): string | null {
  if (ended?.signal !== first.fault) return null;
  return `nothing in the primary listens for ${first.fault}: its default ends the process at once, and the workers end with their primary`;
}
