// A history of a shutdown: two workers, SIGTERM at 1 s, slow requests under way until 3 s, all over at 3.1 s with code 0.
import { SHUTDOWN } from '#checker';
import type { Event, EventOf, RequestEvent } from '#history';
import { exit, fault, load, lost, pidOf, primaryDied, request, taken, upAndListening, wait } from './history.ts';

export const two = upAndListening(2);
export const term = fault('SIGTERM', 0, 1000);
/** In hand when the signal comes, answered after it. */
export const slow = request(1, 900, { stream: 'slow', path: '/slow?ms=2000', end: 2905 });
/** Of a client that keeps its connection busy and is told to go. */
export const patient = request(2, 950, {
  stream: 'patient',
  path: '/slow?ms=150',
  opened: 200,
  end: 1100,
  last: true,
});
export const loads = [load('slow', 3200, 4), load('patient', 3200, 9), load('fresh', 3200, 50), load('busy', 3200, 90)];
export const leaves = (number: number, t: number): Event => exit(number, t, { code: 0, signal: null, planned: true });
export const gone = [leaves(1, 3000), leaves(2, 3050)];
export const over = (met = true, how: Partial<EventOf<'wait'>> = {}): Event =>
  wait(SHUTDOWN, 1001, met ? 3101 : 6001, met, { limit: 5000, ...how });
export const inOrder = [...two, term, slow, patient, ...loads, ...gone, primaryDied(3100, 0), over()];

/** The harness ended it by force, and these were left after so many ms. */
export function killed(t: number, left: readonly number[] = [], after = 4): Event[] {
  return [
    { kind: 'stop', t, signal: 'SIGKILL' },
    { kind: 'ended', t: t + 1, pid: pidOf(0), code: null, signal: 'SIGKILL' },
    { kind: 'left', t: t + 1 + after, after, pids: left, port: false },
  ];
}

/** It had ended by itself, and was looked at then. */
export function looked(t: number, left: readonly number[] = []): Event[] {
  return [
    { kind: 'stop', t, signal: 'SIGKILL' },
    { kind: 'left', t, after: 0, pids: left, port: false },
  ];
}

/** A lost request of a client under load. */
export function dropped(outcome: RequestEvent['outcome'], t: number, how: Partial<RequestEvent> = {}): RequestEvent {
  return lost(outcome, t, { stream: 'busy', end: t + 5, ...how });
}

export { taken };
