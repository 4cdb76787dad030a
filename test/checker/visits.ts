// Small histories of visits, limited requests and their store, as lesson 9 asks for them.
import type { Event, EventOf, RequestEvent } from '#history';
import { fault, request, upAndListening } from './history.ts';

/** A `POST /visits` that a worker answered with this number, 1 ms later; with `null` by 503. */
export function visit(number: number, t: number, visits: number | null, how: Partial<RequestEvent> = {}): RequestEvent {
  return visitsAsked('POST', number, t, visits, how);
}

/** A `GET /visits` likewise. */
export function told(number: number, t: number, visits: number | null, how: Partial<RequestEvent> = {}): RequestEvent {
  return visitsAsked('GET', number, t, visits, how);
}

function visitsAsked(
  method: string,
  number: number,
  t: number,
  visits: number | null,
  how: Partial<RequestEvent>,
): RequestEvent {
  const answer = visits === null ? { status: 503, body: 'away' } : { status: 200, body: JSON.stringify({ visits }) };
  return request(number, t, { method, path: '/visits', pid: null, ...answer, ...how });
}

/** A `GET /limited?key=k` that passed, or was refused with that advice. */
export function hit(t: number, passed: boolean, how: Partial<RequestEvent> = {}): RequestEvent {
  const answer = passed ? { status: 200 } : { status: 429, retryAfter: '1' };
  return request(1, t, { path: '/limited?key=k', pid: null, body: '', ...answer, ...how });
}

/** So many from then on, one a ms. */
export function hits(count: number, t: number, passed: boolean): RequestEvent[] {
  return Array.from({ length: count }, (_, index) => hit(t + index, passed));
}

/** The same, asked of the twin. */
export function atTwin({ kind: _kind, ...event }: RequestEvent): EventOf<'twin-request'> {
  return { kind: 'twin-request', ...event };
}

export function twin(t: number): Event[] {
  const who = { pid: 2000, port: 40_001 };
  return [
    { kind: 'twin', t, state: 'started', ...who },
    { kind: 'twin', t: t + 50, state: 'listening', ...who },
  ];
}

export function outage(from: number, to: number, landed = true): Event[] {
  return [fault('store-freeze', 0, from, { landed }), fault('store-thaw', 0, to, { landed })];
}

/** Two workers that listen, in windows of so many ms. */
export function upWithWindows(windowMs: number): Event[] {
  return upAndListening(2).map((event) =>
    event.kind === 'start' ? { ...event, env: { WINDOW_MS: String(windowMs) } } : event,
  );
}
