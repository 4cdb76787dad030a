// The processes of a run as every picture of it shows them: one generation each, from its fork to its end.
import { type EventOf, type History, type Life, livesOf, of } from '#history';

export interface Generation {
  readonly label: string;
  readonly pid: number;
  /** Null for the primary. */
  readonly worker: number | null;
  /** The primary is there from its start. */
  readonly forked: number;
  readonly online: number | null;
  /** When it came to listen on PORT; the primary is taken to from its start. */
  readonly listening: number | null;
  /** Another port that it listens on; null where there is none. */
  readonly elsewhere: number | null;
  /** When it began to go: it closed its server, or was disconnected. */
  readonly leaving: number | null;
  readonly ended: { readonly t: number; readonly why: string; readonly planned: boolean } | null;
}

/** The primary first, then the workers in order of their forks; empty where no program was started. */
export function generationsOf(history: History, end = endOf(history)): Generation[] {
  const start = of(history, 'start')[0];
  if (!start) return [];
  const workers = livesOf(history).filter((life) => life.forked <= end);
  return [primaryOf(history, start, end), ...workers.map((life) => workerOf(life, end))];
}

/** The picture ends where the scenario does; what dies afterwards was stopped by the harness. */
export function endOf(history: History): number {
  return of(history, 'stop')[0]?.t ?? history.events.at(-1)?.t ?? 0;
}

/** At most so many: the primary, then those with a pid in `wanted`, then the first ones; their order stays. */
export function chosen<G extends { readonly pid: number }>(
  generations: readonly G[],
  wanted: ReadonlySet<number>,
  most: number,
): G[] {
  if (generations.length <= most) return [...generations];
  const [primary, ...workers] = generations;
  const first = [...workers.filter(({ pid }) => wanted.has(pid)), ...workers.filter(({ pid }) => !wanted.has(pid))];
  const kept = new Set([primary, ...first.slice(0, most - 1)]);
  return generations.filter((each) => kept.has(each));
}

/** Pids that these events of the history are about. */
export function pidsAt(history: History, indexes: readonly number[]): Set<number> {
  return new Set(
    indexes.flatMap((index) => {
      const event = history.events[index];
      return event && 'pid' in event && event.pid !== null ? [event.pid] : [];
    }),
  );
}

function primaryOf(history: History, start: EventOf<'start'>, end: number): Generation {
  const ended = of(history, 'ended').find((event) => event.pid === start.pid && event.t < end);
  return {
    label: 'primary',
    pid: start.pid,
    worker: null,
    forked: start.t,
    online: start.t,
    listening: start.t,
    elsewhere: null,
    leaving: null,
    ended: ended ? { t: ended.t, why: ended.signal ?? `code ${ended.code}`, planned: ended.code === 0 } : null,
  };
}

function workerOf(life: Life, end: number): Generation {
  const { worker, pid, forked, online, listening, elsewhere, closed, disconnected, exited, code, signal } = life;
  const leaving = Math.min(closed ?? Infinity, disconnected ?? Infinity);
  return {
    label: `worker ${worker}`,
    pid,
    worker,
    forked,
    online,
    listening,
    elsewhere,
    leaving: leaving < end ? leaving : null,
    ended:
      exited !== null && exited < end
        ? { t: exited, why: signal ?? `code ${code}`, planned: life.planned === true }
        : null,
  };
}
