// What GET /workers says, and what it would have to say: the states that clauses 5.1 to 5.6 compare.
import { of, type History, type Life, type RequestEvent } from '#history';
import { answeredAt, isAnswered } from '../../requests.ts';
import type { Scene } from '../../scene.ts';

/** In the order in which a worker comes to them. It may leave some out. */
export const STATES = ['forked', 'online', 'listening', 'disconnected', 'exited'] as const;
export type State = (typeof STATES)[number];

/** What the register tells of one worker. */
export interface Told {
  readonly id: number;
  readonly pid: number;
  readonly state: State;
  readonly code: number | null;
  readonly signal: string | null;
  readonly planned: boolean | null;
}

/** What an answer to `GET /workers` tells, or why it tells nothing. */
export type Answer = { readonly told: readonly Told[] } | { readonly wrong: string };

export function answerOf({ status, body }: Pick<RequestEvent, 'status' | 'body'>): Answer {
  if (status !== 200) return { wrong: `the status is ${status}` };
  const text = body ?? '';
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return { wrong: text === '' ? 'the body is empty' : `the body is no JSON: ${text.slice(0, 60)}` };
  }
  if (!Array.isArray(read)) return { wrong: `the body is no array: ${text.slice(0, 60)}` };
  const odd = read.findIndex((each) => !isTold(each));
  if (odd >= 0) return { wrong: `entry ${odd + 1} is ${JSON.stringify(read[odd])?.slice(0, 120)}` };
  return { told: read as readonly Told[] };
}

function isTold(each: unknown): each is Told {
  if (typeof each !== 'object' || each === null) return false;
  const { id, pid, state, code, signal, planned } = each as Readonly<Record<string, unknown>>;
  return (
    Number.isInteger(id) &&
    Number.isInteger(pid) &&
    STATES.some((one) => one === state) &&
    (code === null || Number.isInteger(code)) &&
    (signal === null || typeof signal === 'string') &&
    (planned === null || typeof planned === 'boolean')
  );
}

export function rankOf(state: State): number {
  return STATES.indexOf(state);
}

/** What a worker is by now, as it is to be told. */
export function stateOf(life: Life): State {
  if (life.exited !== null) return 'exited';
  if (life.disconnected !== null) return 'disconnected';
  if (life.listening !== null) return 'listening';
  return life.online === null ? 'forked' : 'online';
}

/** Whether an answer tells of each worker what it is by now. */
export function isUpToDate(request: Pick<RequestEvent, 'status' | 'body'>, lives: readonly Life[]): boolean {
  const answer = answerOf(request);
  return (
    'told' in answer &&
    answer.told.length === lives.length &&
    lives.every((life) =>
      answer.told.some(({ id, pid, state }) => id === life.worker && pid === life.pid && state === stateOf(life)),
    )
  );
}

/** An answer of `GET /workers` by a worker that is known. */
export interface Reading {
  readonly request: RequestEvent;
  readonly asker: Life;
  readonly answer: Answer;
  /** What was so before this moment is to be told. */
  readonly since: number;
  /** It has not been listening for long enough: it need not know anything. */
  readonly young: boolean;
}

/** A register may be so old, and a worker that has listened for a shorter time need not know it (contract 5.1). */
const STALE_MS = 500;
/** Beyond it, for the way of an answer through this machine. */
const SLACK_MS = 250;
/** What held a message up for longer than this ago holds it up no more. */
const LOOK_BACK_MS = 1000;

/** How old a register may be where no process stalls. */
export const GRANTED_AGE_MS = STALE_MS + SLACK_MS;

export function readings(scene: Scene): Reading[] {
  const quick = scene.requests.filter(
    (request) => (request.path === '/' || request.path === '/workers') && isAnswered(request),
  );
  return answeredAt(scene.requests, '/workers').flatMap((request) => {
    const asker = scene.ownerLife(request);
    if (asker === undefined) return [];
    // a stall, in whatever process, holds up the requests that are under way too
    const near = quick.filter(({ t, end }) => end >= request.t - LOOK_BACK_MS && t <= request.end);
    const since = request.t - GRANTED_AGE_MS - 2 * Math.max(0, ...near.map(({ t, end }) => end - t));
    const young = asker.listening === null || asker.listening > since;
    return [{ request, asker, answer: answerOf(request), since, young }];
  });
}

/** When a worker came to a state: `first`, from when it may be told; `sure`, from when it has to be. */
interface Step {
  readonly state: State;
  readonly first: number;
  readonly sure: number;
}

/** A worker's states, in their order. */
export function courseOf(history: History, life: Life): readonly Step[] {
  const { forked, online, listening, disconnected, exited } = life;
  const at = (state: State, t: number | null, first = t): Step[] =>
    t === null && first === null ? [] : [{ state, first: first ?? Infinity, sure: t ?? Infinity }];
  return [
    ...at('forked', forked),
    ...at('online', online),
    // on whatever port: the cluster's event is the same
    ...at('listening', listening, firstListening(history, life)),
    // a channel that ends after its process changes nothing
    ...at('disconnected', exited !== null && disconnected !== null && disconnected > exited ? null : disconnected),
    ...at('exited', exited),
  ];
}

function firstListening(history: History, { pid, worker, forked, exited }: Life): number | null {
  const mine = history.events.find(
    (event) =>
      (event.kind === 'listening' && event.worker === worker && event.pid === pid) ||
      (event.kind === 'serving' && event.pid === pid && event.t >= forked && event.t <= (exited ?? Infinity)),
  );
  return mine?.t ?? null;
}

/** How what is told of a worker fits to what it was: `early` before its event, `old` for longer than it may be. */
export function fits(
  history: History,
  life: Life,
  state: State,
  { since, request }: Pick<Reading, 'since' | 'request'>,
): 'well' | 'early' | 'old' {
  const course = courseOf(history, life);
  const step = course.find((each) => each.state === state);
  if (step === undefined || step.first > request.end) return 'early';
  return course.some((each) => rankOf(each.state) > rankOf(state) && each.sure <= since) ? 'old' : 'well';
}

/** Workers that were asked to exit or to leave, by those requests, in their order. */
export interface Departure {
  readonly request: RequestEvent;
  readonly life: Life | undefined;
}

export function departuresBy(scene: Scene, path: string): Departure[] {
  return scene.requests
    .filter((request) => request.path.split('?')[0] === path)
    .toSorted((one, other) => one.t - other.t)
    .map((request) => ({ request, life: scene.ownerLife(request) }));
}

/** Which clause tells of how a worker ended; null where nobody but the program itself ended it. */
export function clauseOf(scene: Scene, life: Life): '5.3' | '5.4' | '5.5' | null {
  if (of(scene.history, 'fault').some(({ fault, pid }) => fault === 'SIGKILL' && pid === life.pid)) return '5.3';
  if (departuresBy(scene, '/exit').some((each) => each.life === life)) return '5.4';
  return departuresBy(scene, '/leave').some((each) => each.life === life) ? '5.5' : null;
}

/** The names of the waits in which every worker is asked until all tell what is so. */
export const TOLD = {
  atFirst: 'all workers tell the register',
  killed: 'all workers tell of the killed one',
  crashed: 'all workers tell of those killed under load',
  exited: 'all workers tell of those that exited',
  left: 'all workers tell of those that left',
} as const;
