// Errors of the program, and evidence that has no mark of its own: whatever a finding points at can be pointed at here.
import { type Event, type History, of } from '#history';
import type { Evidence, Item } from './mark.ts';
import { isLost, type Owner } from './requests.ts';
import { tell, type Namer } from './words.ts';

/** `drawn`: indexes of the messages that have an arrow. */
export function witnessesOf(
  history: History,
  owner: Owner,
  evidence: Evidence,
  name: Namer,
  drawn: ReadonlySet<number>,
): Item[] {
  const stop = of(history, 'stop')[0]?.t ?? Infinity;
  return history.events.flatMap((event, index): Item[] => {
    const findings = evidence.get(index) ?? [];
    // once the checker ends the program, errors are its own doing
    const kind = event.kind === 'uncaught' && event.t < stop ? 'error' : 'witness';
    if (kind === 'witness' && (findings.length === 0 || drawn.has(index) || hasItsOwn(event))) return [];
    return [{ kind, pid: pidOf(event, owner), t: event.t, words: tell(event, name), findings, alike: likeness(event) }];
  });
}

/** Lives are their lanes, lost requests and faults have marks. */
function hasItsOwn(event: Event): boolean {
  switch (event.kind) {
    case 'fork':
    case 'online':
    case 'listening':
    case 'closed':
    case 'disconnect':
    case 'exit':
    case 'ended':
    case 'start':
    case 'fault':
      return true;
    case 'request':
      return isLost(event);
    default:
      return false;
  }
}

function likeness(event: Event): string {
  switch (event.kind) {
    case 'uncaught':
      return event.error;
    case 'request':
      return `${event.path} ${event.status}`;
    default:
      return event.kind;
  }
}

function pidOf(event: Event, owner: Owner): number | null {
  if (event.kind === 'request') return owner(event) ?? event.pid;
  if ('pid' in event) return event.pid;
  return 'by' in event ? event.by : null;
}
