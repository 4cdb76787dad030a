// Small histories written by hand: a program of some workers that do what is right, to which a test adds what it is about.
import type { Opinion } from '#checker';
import { HISTORY_SCHEMA, type Event, type EventOf, type Fault, type History, type RequestEvent } from '#history';

export const PORT = 40_000;
export const PRIMARY = 1000;

/** Pid of the worker of that number. */
export function pidOf(number: number): number {
  return PRIMARY + number;
}

/** In order of time, whatever order they are written in. */
export function historyOf(events: readonly Event[], scenario = 'run'): History {
  return {
    schema: HISTORY_SCHEMA,
    lesson: '00',
    scenario,
    file: 'exercise.ts',
    startedAt: '2026-01-05T10:00:00.000Z',
    node: 'v24.0.0',
    platform: 'linux',
    events: events.toSorted((one, other) => one.t - other.t),
  };
}

/** What a property says of these events. */
export function judged(property: (history: History) => Opinion, ...events: readonly Event[]): Opinion {
  return property(historyOf(events));
}

export function start(cores: number, cpus = cores): Event {
  return { kind: 'start', t: 0, pid: PRIMARY, cores, cpus, port: PORT, env: {} };
}

/** Started and waited for: so many workers forked from 10 ms on, listening from 50 ms on, the wait over at 100 ms. */
export function upAndListening(cores: number, workers = cores, cpus = cores): Event[] {
  return [
    start(cores, cpus),
    ...Array.from({ length: workers }, (_, i) => worker(i + 1, 10 + i, 50 + i)).flat(),
    wait('all workers listening', 1, 100, workers >= cores),
  ];
}

/** A worker's fork, and its listening where it comes to it. */
export function worker(number: number, forked: number, listening: number | null): Event[] {
  const who = { worker: number, pid: pidOf(number) };
  const fork: Event = { kind: 'fork', t: forked, ...who };
  return listening === null ? [fork] : [fork, { kind: 'listening', t: listening, ...who, address: null, port: PORT }];
}

export function exit(number: number, t: number, how: Partial<EventOf<'exit'>> = {}): Event {
  return { kind: 'exit', t, worker: number, pid: pidOf(number), code: null, signal: 'SIGKILL', planned: false, ...how };
}

export function closed(number: number, t: number): Event {
  return { kind: 'closed', t, worker: number, pid: pidOf(number) };
}

export function wait(until: string, from: number, t: number, met = true, how: Partial<EventOf<'wait'>> = {}): Event {
  return { kind: 'wait', t, until, met, from, limit: 10_000, stretch: 1, quiescent: false, ...how };
}

export function mark(name: string, t: number): Event {
  return { kind: 'mark', t, name };
}

/** A fault that landed, aimed at a worker; at the primary where the number is 0. */
export function fault(name: Fault, number: number, t: number, how: Partial<EventOf<'fault'>> = {}): Event {
  const aim = { pid: pidOf(number), worker: number === 0 ? null : number };
  return { kind: 'fault', t, fault: name, ...aim, inHand: 1, landed: true, detail: '', ...how };
}

/** The primary's end, and what was left: the harness's stop, unless the program ended before. */
export function ending(t: number, left: readonly number[] = []): Event[] {
  return [
    { kind: 'stop', t, signal: 'SIGKILL' },
    { kind: 'ended', t: t + 1, pid: PRIMARY, code: null, signal: 'SIGKILL' },
    { kind: 'left', t: t + 5, after: 4, pids: left, port: false },
    { kind: 'cleaned', t: t + 6, pids: [], port: false },
  ];
}

export function primaryDied(t: number, code = 1): Event {
  return { kind: 'ended', t, pid: PRIMARY, code, signal: null };
}

export function uncaught(number: number, t: number, error: string): Event {
  return { kind: 'uncaught', t, pid: pidOf(number), error, stack: `${error}\n    at f (/home/me/exercise.ts:12:3)` };
}

let requests = 0;

/** A request on a fresh connection that a worker answered 1 ms later; `conn` and everything else as wanted. */
export function request(number: number, t: number, how: Partial<RequestEvent> = {}): RequestEvent {
  requests += 1;
  const pid = pidOf(number);
  const answer = { status: 200, pid, body: `Hello from worker ${pid}\n` };
  return {
    kind: 'request',
    t,
    stream: 'visits',
    n: requests,
    conn: 50_000 + requests,
    opened: t,
    method: 'GET',
    path: '/',
    outcome: 'answered',
    end: t + 1,
    ...answer,
    before: null,
    ...how,
  };
}

/** A request that came to nothing, on a connection that nobody is known to have. */
export function lost(outcome: RequestEvent['outcome'], t: number, how: Partial<RequestEvent> = {}): RequestEvent {
  return request(0, t, { outcome, status: null, pid: null, body: null, ...how });
}

export function taken(number: number, t: number, ...ports: readonly (number | null)[]): Event {
  return { kind: 'taken', t, pid: pidOf(number), ports: ports.filter((port) => port !== null) };
}

/** A request that a worker answered, and that worker's report that it took the connection. */
export function visit(number: number, t: number, how: Partial<RequestEvent> = {}): Event[] {
  const made = request(number, t, how);
  return [made, taken(number, t, made.conn)];
}

/** Visits of the workers in that order, 10 ms apart. */
export function visits(order: readonly number[], t: number, how: Partial<RequestEvent> = {}): Event[] {
  return order.flatMap((number, i) => visit(number, t + 10 * i, how));
}

export function answers(number: number, t: number, count: number, stream = 'busy'): Event {
  return { kind: 'answers', t, stream, pid: pidOf(number), since: t - 50, count };
}

export function load(stream: string, t: number, count: number, losses = 0): Event {
  const mode = stream === 'fresh' ? 'fresh' : 'busy';
  const account = { sent: count, answered: count - losses, lost: losses };
  return { kind: 'load', t, stream, state: 'end', mode, connections: 2, ...account };
}

export function stats(number: number, t: number, local: number, total: number): RequestEvent {
  const body = JSON.stringify({ pid: pidOf(number), local, total });
  return request(number, t, { stream: 'stats', path: '/stats', pid: pidOf(number), body });
}

/** So many messages of a worker to the primary, or of the primary to it. */
export function sent(number: number, t: number, count = 1, direction: 'up' | 'down' = 'up'): Event {
  const by = direction === 'up' ? pidOf(number) : PRIMARY;
  return { kind: 'sent', t, by, worker: number, direction, count, sample: '{"n":1}' };
}

/** So many messages of a worker reached the primary, and nobody heard some of them. */
export function received(number: number, t: number, count: number, unheard = 0): Event {
  return { kind: 'received', t, by: PRIMARY, worker: number, direction: 'up', count, unheard };
}

/** What autocannon sent in the 100 ms before, all answered unless told otherwise. */
export function pressure(t: number, ok = 300, how: Partial<EventOf<'pressure'>> = {}): Event {
  const speed = { perSecond: 0, p50: 0, p99: 0 };
  return { kind: 'pressure', t, since: t - 100, connections: 6, sent: ok, ok, other: 0, errors: 0, ...speed, ...how };
}

/** Requests that a worker began, and how many of them it finished. */
export function begun(number: number, t: number, count = 9, finished = count): Event {
  return { kind: 'begun', t, pid: pidOf(number), count, finished };
}

/** The machine takes so many times as long as an idle one. */
export function pace(stretch: number, t = 5): Event {
  return { kind: 'pace', t, stretch };
}

/** A connection that the primary dealt to a worker. */
export function handed(number: number, t: number, ...ports: readonly number[]): Event {
  return { kind: 'handed', t, worker: number, pid: pidOf(number), ports };
}

export function range(count: number, from = 0): number[] {
  return Array.from({ length: count }, (_, i) => from + i);
}
