// Small histories of workers' lives, and of what GET /workers told of them.
import type { Event, RequestEvent } from '#history';
import { exit, pidOf, request, start, taken, wait } from './history.ts';

/** When all of `upAndOld` may be told everything that was so at its beginning. */
export const OLD = 3000;

export interface Told {
  readonly id: number;
  readonly pid: number;
  readonly state: string;
  readonly code: number | null;
  readonly signal: string | null;
  readonly planned: boolean | null;
}

export function told(id: number, state = 'listening', how: Partial<Told> = {}): Told {
  return { id, pid: pidOf(id), state, code: null, signal: null, planned: null, ...how };
}

export function killed(id: number, how: Partial<Told> = {}): Told {
  return told(id, 'exited', { signal: 'SIGKILL', planned: false, ...how });
}

/** An answer of a worker to `GET /workers`, 1 ms later, and its report that it took the connection. */
export function reading(number: number, t: number, entries: unknown, how: Partial<RequestEvent> = {}): Event[] {
  const body = typeof entries === 'string' ? entries : JSON.stringify(entries);
  const made = request(number, t, { stream: 'register', path: '/workers', pid: null, body, ...how });
  return [made, taken(number, t, made.conn)];
}

export function online(number: number, t: number): Event {
  return { kind: 'online', t, worker: number, pid: pidOf(number) };
}

export function disconnect(number: number, t: number): Event {
  return { kind: 'disconnect', t, worker: number, pid: pidOf(number) };
}

/** From its fork, over `online`, to its listening: 20 and 40 ms later, or later, or never. */
export function life(number: number, forked: number, listening: number | null = forked + 40): Event[] {
  const who = { worker: number, pid: pidOf(number) };
  return [
    { kind: 'fork', t: forked, ...who },
    online(number, forked + 20),
    ...(listening === null ? [] : [{ kind: 'listening' as const, t: listening, ...who, address: null, port: 40_000 }]),
  ];
}

/** So many workers that listen from 50 ms on. */
export function up(cores: number): Event[] {
  return [
    start(cores),
    ...Array.from({ length: cores }, (_, i) => life(i + 1, 10)).flat(),
    wait('all workers listening', 1, 100),
  ];
}

/** A worker's exit with a code. */
export function exitWith(number: number, t: number, code: number, planned = false): Event {
  return exit(number, t, { code, signal: null, planned });
}

/** A request that ends a worker, and its answer. */
export function asked(number: number, t: number, path: string, how: Partial<RequestEvent> = {}): Event[] {
  const made = request(number, t, { stream: 'end', path, pid: null, body: 'bye\n', ...how });
  return [made, taken(number, t, made.conn)];
}
