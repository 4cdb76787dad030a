// Lost requests: whose they were, what became of them, and why as far as the history tells.
import { type EventOf, type History, of, type RequestEvent } from '#history';
import type { Generation } from './generations.ts';
import type { Evidence, Item } from './mark.ts';
import { isLost, type Owner } from './requests.ts';
import { short } from './escape.ts';
import { fate, type Namer } from './words.ts';

export function lossesOf(
  history: History,
  generations: readonly Generation[],
  owner: Owner,
  evidence: Evidence,
  name: Namer,
): Item[] {
  const kills = of(history, 'fault').filter(({ fault }) => fault === 'SIGKILL');
  const stop = of(history, 'stop')[0]?.t ?? Infinity;
  return history.events.flatMap((event, index) => {
    if (event.kind !== 'request' || !isLost(event)) return [];
    const findings = evidence.get(index) ?? [];
    // with the program the checker ends what is under way
    if (event.end >= stop && findings.length === 0) return [];
    const pid = owner(event);
    const kill = killOf(event, pid, kills);
    const excused = findings.length === 0 && kill !== undefined;
    const cause = causeOf(event, pid, generations, kill, name);
    return [
      {
        kind: excused ? 'excused' : 'lost',
        pid,
        // a hanging one went wrong long before it was given up
        t: event.outcome === 'hanging' ? event.t : event.end,
        words: `${excused ? 'excused: ' : ''}request ${event.n}, ${short(`${event.method} ${event.path}`, 60)} (${short(event.stream, 30)}), ${fate(event)}: ${cause}`,
        findings,
        alike: `${event.outcome} ${event.status} ${cause}`,
      },
    ];
  });
}

/** After a kill, requests whose owner is not told may have been the dead worker's for so long. */
const UNTOLD_MS = 500;

function killOf(
  request: RequestEvent,
  pid: number | null,
  kills: readonly EventOf<'fault'>[],
): EventOf<'fault'> | undefined {
  if (request.outcome === 'answered' || request.outcome === 'refused') return undefined;
  return kills.find((kill) =>
    pid === null
      ? request.end >= kill.t && request.t >= kill.t - UNTOLD_MS && request.t <= kill.t + UNTOLD_MS
      : kill.pid === pid && request.end >= kill.t,
  );
}

function causeOf(
  request: RequestEvent,
  pid: number | null,
  generations: readonly Generation[],
  kill: EventOf<'fault'> | undefined,
  name: Namer,
): string {
  if (kill) {
    return pid === null
      ? `no process is known to have had it; the checker had just killed ${name(kill.pid)}`
      : `${name(pid)} had it when the checker killed that worker`;
  }
  const { end } = request;
  const generation = generations.find((each) => each.pid === pid);
  if (!generation) {
    const listening = generations.some(
      (each) => each.worker !== null && each.listening !== null && each.listening <= end && !isOver(each, end),
    );
    return listening ? 'no process is known to have had it' : 'no worker listened';
  }
  const who = name(pid);
  if (request.outcome === 'answered') return `so said ${who}`;
  if (generation.ended && generation.ended.t <= end + SOON_MS) return `${who} ended (${generation.ended.why})`;
  if (generation.leaving !== null && generation.leaving <= end + SOON_MS) return `${who} was leaving`;
  return `${who} lived on`;
}

/** An end is told a little later than the connections that it cut. */
const SOON_MS = 100;

function isOver({ ended, leaving }: Generation, t: number): boolean {
  return (ended !== null && ended.t <= t) || (leaving !== null && leaving <= t);
}
