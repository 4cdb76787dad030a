// What nearly every property asks of a history: the start, the workers' lives, the requests and whose they were.
import { livesOf, of, type EventOf, type History, type Life, type RequestEvent } from '#history';
import { isGone } from './lives.ts';
import { faultsOf, firstFault, stopOf, waitOf } from './moments.ts';
import { ownersIn, type Owners } from './owners.ts';

export interface Scene extends Owners {
  readonly history: History;
  readonly start: EventOf<'start'>;
  readonly lives: readonly Life[];
  readonly requests: readonly RequestEvent[];
  lifeOf(pid: number | null): Life | undefined;
  /** The worker that had this request, where that can be told. */
  ownerLife(request: RequestEvent): Life | undefined;
  /** The primary's end, where it came before the harness ended it, or told it to end. */
  readonly died: EventOf<'ended'> | undefined;
  /** The wait for all workers at the start. */
  readonly ready: EventOf<'wait'> | undefined;
}

/** Throws where no program was started: such a history is not judged at all. */
export function sceneOf(history: History): Scene {
  const start = of(history, 'start')[0];
  if (start === undefined) throw new Error('the program was never started');
  const lives = livesOf(history);
  const owners = ownersIn(history);
  const lifeOf = (pid: number | null): Life | undefined => lives.find((life) => life.pid === pid);
  const ended = of(history, 'ended')[0];
  const bounded = of(history, 'bounded').length > 0;
  return {
    ...owners,
    history,
    start,
    lives,
    requests: of(history, 'request'),
    lifeOf,
    ownerLife: (request) => lifeOf(owners.owner(request)),
    died:
      ended !== undefined && !bounded && ended.t < Math.min(stopOf(history), toldToEnd(history)) ? ended : undefined,
    ready: waitOf(history, 'all workers listening'),
  };
}

/** When the primary was first sent what ends a program. */
function toldToEnd(history: History): number {
  const primary = of(history, 'start')[0]?.pid;
  return faultsOf(history, 'SIGTERM', 'SIGINT', 'SIGKILL').find(({ pid }) => pid === primary)?.t ?? Infinity;
}

/** Those that the program forks of itself at its start, without those that died on the way. */
export function firstGeneration({ history, lives, ready }: Scene): Life[] {
  const until = Math.min(ready?.t ?? Infinity, firstFault(history));
  return lives.filter((life) => life.forked <= until && !isGone(life, until));
}
