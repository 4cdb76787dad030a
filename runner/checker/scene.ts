// What properties ask of a history again and again: who lived when, who had which connection, why something died.
import { livesOf, of, type EventOf, type History, type Life, type RequestEvent } from '#history';

export interface Scene {
  readonly history: History;
  readonly start: EventOf<'start'>;
  readonly lives: readonly Life[];
  readonly requests: readonly RequestEvent[];
  /** Process that took the connection of this request, by the reports from inside; null where none tells. */
  taker(request: RequestEvent): number | null;
  /** Worker that had the request: who took its connection, or was dealt it, or had answered on it before. */
  owner(request: RequestEvent): number | null;
  lifeOf(pid: number): Life | undefined;
  /** The primary's end, where it came before the harness ended it. */
  readonly died: EventOf<'ended'> | undefined;
  /** The wait for all workers at the start. */
  readonly ready: EventOf<'wait'> | undefined;
}

/** A history that has no program in it says nothing: every property is then inconclusive. */
export function sceneOf(history: History): Scene {
  const start = of(history, 'start')[0];
  if (start === undefined) throw new Error('the program was never started');
  const lives = livesOf(history);
  const requests = of(history, 'request');
  const taken = byPort(of(history, 'taken'));
  const handed = byPort(of(history, 'handed'));
  const stop = of(history, 'stop')[0];
  const bounded = of(history, 'bounded')[0];
  const ended = of(history, 'ended')[0];
  const killed = killedIn(history);
  const taker = (request: RequestEvent): number | null => ownerOfPort(taken, request, killed);
  return {
    history,
    start,
    lives,
    requests,
    taker,
    owner: (request) => taker(request) ?? ownerOfPort(handed, request, killed) ?? request.before,
    lifeOf: (pid) => lives.find((life) => life.pid === pid),
    died: ended !== undefined && bounded === undefined && (stop === undefined || ended.t < stop.t) ? ended : undefined,
    ready: of(history, 'wait').find((wait) => wait.until === 'all workers listening'),
  };
}

/** Pids of the workers that the checker killed: what they had not yet reported is not in the history. */
export function killedIn(history: History): ReadonlySet<number> {
  return new Set(
    of(history, 'fault')
      .filter((fault) => fault.fault === 'SIGKILL')
      .map((fault) => fault.pid),
  );
}

interface Taken {
  readonly t: number;
  readonly pid: number;
}

function byPort(
  events: readonly { readonly t: number; readonly pid: number; readonly ports: readonly number[] }[],
): Map<number, Taken[]> {
  const found = new Map<number, Taken[]>();
  for (const { t, pid, ports } of events) {
    for (const port of ports) {
      const earlier = found.get(port);
      if (earlier === undefined) found.set(port, [{ t, pid }]);
      else earlier.push({ t, pid });
    }
  }
  return found;
}

/** A report comes at most so long after the connection: they are sent in batches of 50 ms under load. */
const REPORT_DELAY_MS = 300;

/**
 * Who took the connection of this request. Ports are used again: on a new connection it is the first report from its
 * request on; on one that was answered on before, the last report before it. None where the report was lost with a
 * killed process.
 */
function ownerOfPort(
  reports: ReadonlyMap<number, readonly Taken[]>,
  request: RequestEvent,
  killed: ReadonlySet<number>,
): number | null {
  const { conn, t, end, before } = request;
  const all = (conn === null ? undefined : reports.get(conn)) ?? [];
  const own = all.find((report) => report.t >= t - 5 && report.t <= end + REPORT_DELAY_MS);
  const earlier = all.findLast((report) => report.t < t);
  // a connection that was opened some time before its first request was taken up then; a lost one perhaps never
  if (before === null) return (own ?? (isLoss(request) ? undefined : earlier))?.pid ?? null;
  if (earlier === undefined || earlier.pid === before) return (earlier ?? own)?.pid ?? null;
  // another process than the one that named itself here: that report may be about an older connection of this port,
  // while the one about this connection comes after the request, or died with its worker
  if (own?.pid === before) return before;
  return killed.has(before) ? null : earlier.pid;
}

export function isLoss(request: RequestEvent): boolean {
  return request.outcome !== 'answered' || request.status === null || request.status < 200 || request.status > 299;
}

/** Listening on PORT at that moment. */
export function listeningAt(lives: readonly Life[], t: number): Life[] {
  return lives.filter((life) => life.listening !== null && life.listening <= t && !isGone(life, t));
}

/** No longer listening: closed, disconnected or dead. */
export function isGone(life: Life, t: number): boolean {
  return (life.closed !== null && life.closed <= t) || isCut(life, t);
}

function isCut(life: Life, t: number): boolean {
  return (life.exited !== null && life.exited <= t) || (life.disconnected !== null && life.disconnected <= t);
}

export function named(life: Life): string {
  return `worker ${life.worker} (pid ${life.pid})`;
}

export function listed(words: readonly string[], most = 3): string {
  const shown = words.slice(0, most);
  const rest = words.length - shown.length;
  if (rest > 0) return `${shown.join(', ')} and ${rest} more`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}

export function time(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** The last error that a process reported, as `TypeError: x is not a function (exercise.ts:12)`; null where there is none. */
export function errorOf({ history }: Scene, pid?: number): string | null {
  const uncaught = of(history, 'uncaught').findLast((event) => pid === undefined || event.pid === pid);
  if (uncaught === undefined) return null;
  const base = history.file.split('/').at(-1) ?? history.file;
  const line = new RegExp(`${base.replace(/[.]/g, '\\.')}:(\\d+)`).exec(uncaught.stack)?.[1];
  return `${uncaught.error.split('\n')[0]}${line === undefined ? '' : ` (${base}:${line})`}`;
}

/** What the program's end before its time looked like, for `observed` and `cause`. */
export function deathOf(scene: Scene): { readonly observed: string; readonly cause: string } | null {
  const { died, start } = scene;
  // where a run took too long, the machine may be to blame
  const bounded = of(scene.history, 'bounded').find((event) => event.what !== 'time');
  if (bounded !== undefined) {
    return {
      observed: `the program was stopped after ${time(bounded.t)}: ${bounded.detail}`,
      cause:
        bounded.what === 'forks'
          ? (errorOf(scene) ??
            'it forks without end: every exit is answered by a fork at once, also where workers die as they start')
          : `it goes beyond what a check allows (${bounded.what})`,
    };
  }
  if (died === undefined) return null;
  const how = died.signal === null ? `with code ${died.code}` : `by ${died.signal}`;
  const hup =
    died.signal === 'SIGHUP' ? 'nothing in the primary handles SIGHUP, and its default is to end the process' : null;
  return {
    observed: `the primary (pid ${start.pid}) ended ${how} after ${time(died.t)}`,
    cause:
      hup ??
      errorOf(scene, start.pid) ??
      errorOf(scene) ??
      lastWords(scene) ??
      'it had nothing left to do, or called process.exit',
  };
}

function lastWords({ history }: Scene): string | null {
  const text = of(history, 'output')
    .filter((event) => event.stream === 'stderr')
    .map((event) => event.text)
    .join('');
  const line = text.split('\n').findLast((each) => /error/i.test(each) && !each.startsWith('Emitted '));
  return line === undefined ? null : `it printed: ${line.trim().slice(0, 200)}`;
}

/** Whether a wait that was not met may be held against the program: its time was up on a machine that can keep time, or nothing could come. */
export function conclusive(wait: EventOf<'wait'>): boolean {
  return wait.quiescent || wait.stretch < 6;
}
