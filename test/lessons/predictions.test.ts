// What the experiments of the predictions say of small histories: the answer that they show, another one where the program
// had behaved otherwise, and nothing where the run did not come far enough.
import { describe, expect, test } from 'vitest';
import type { Event } from '#history';
import type { Experiments } from '#workbook';
import { experiments as first } from '../../lessons/01-fork-per-core/predictions.ts';
import { experiments as second } from '../../lessons/02-load-balancing/predictions.ts';
import { experiments as third } from '../../lessons/03-ipc-counters/predictions.ts';
import { experiments as fourth } from '../../lessons/04-zero-downtime-restart/predictions.ts';
import {
  closed,
  ending,
  exit,
  fault,
  historyOf,
  lost,
  mark,
  pidOf,
  pressure,
  PRIMARY,
  primaryDied,
  range,
  received,
  request,
  sent,
  uncaught,
  upAndListening,
  worker,
} from '../checker/history.ts';

const four = upAndListening(4);
const two = upAndListening(2);

function hello(number: number, t: number): Event {
  const role = number === 0 ? 'primary' : 'worker';
  const who = { pid: pidOf(number), ppid: number === 0 ? 1 : PRIMARY, worker: number === 0 ? null : number };
  return { kind: 'hello', t, role, forked: number > 0, ...who };
}

/** The workers' numbers as often as they answer, in turn. */
function turns(count: number, of = 4): number[] {
  return range(count).map((i) => (i % of) + 1);
}

function counted(numbers: readonly number[]): Event[] {
  return numbers.map((number, i) => request(1, 200 + i, { body: `${number} counted, says worker 1001\n` }));
}

function ask(numbers: readonly number[], how: Parameters<typeof request>[2] = {}, t = 200): Event[] {
  return numbers.map((number, i) => request(number, t + i, how));
}

function total(value: number, t: number): Event {
  return request(2, t, { stream: 'total', path: '/stats', body: JSON.stringify({ pid: pidOf(2), total: value }) });
}

/** Five requests to each of two workers, one of them killed and replaced by worker 3, and five to each again. */
const replaced = [
  ...two,
  ...ask(turns(10, 2), { stream: 'counted' }),
  fault('SIGKILL', 1, 300),
  exit(1, 310),
  ...worker(3, 320, 340),
  ...ask(turns(10, 2), { stream: 'counted' }, 400),
];

/** A slow request with worker 1, which is told to go while it waits. */
const leaving = [
  ...two,
  request(1, 200, { stream: 'slow', before: pidOf(1), end: 1700 }),
  fault('SIGHUP', 0, 210),
  closed(1, 300),
];

/** The primary and its workers, one of them just killed, and a request to another one that makes it send to all. */
const toTheDead = [...upAndListening(3), fault('SIGKILL', 1, 300), request(2, 305, { stream: 'counted' })];

function otherwise(how: Parameters<typeof request>[2]): Event[] {
  return leaving.map((event) => (event.kind === 'request' ? { ...event, ...how } : event));
}

/** Requests for work that are sent at 200 ms and answered after so many ms. */
function work(...after: readonly number[]): Event[] {
  return after.map((ms) => request(1, 200, { path: '/work', end: 200 + ms }));
}

function killed(slowOne: Event): Event[] {
  return [slowOne, fault('SIGKILL', 1, 300)];
}

/** Requests of three seconds, cut off after 200 ms. */
function cutOff(count: number): Event[] {
  return range(count).map((i) => lost('closed', 200 + i, { stream: 'slow', end: 400 }));
}

/** Requests of three seconds that had their answers. */
function waited(count: number): Event[] {
  return range(count).map((i) => request(1, 200 + i, { stream: 'slow', end: 3200 + i }));
}

/** Two workers that are gone at 500 ms, and those that have come meanwhile. */
function restarted(numbers: readonly number[]): Event[] {
  return [...two, ...numbers.flatMap((number) => worker(number, 300, 350)), exit(1, 500), exit(2, 500)];
}

type Row = readonly [about: string, lesson: Experiments, id: string, events: readonly Event[], value: unknown];

const ROWS: readonly Row[] = [
  ['a primary and four workers', first, 'processes', [...four, ...range(5).map((n) => hello(n, 10 + n))], 5],
  ['a process more', first, 'processes', [...four, ...range(6).map((n) => hello(n, 10 + n))], 6],
  ['workers that do not listen yet', first, 'processes', range(5).map((n) => hello(n, 10 + n)), null],
  ['workers that answer all', first, 'primary-answers', [...four, ...ask(turns(40))], 0],
  ['a primary that answers too', first, 'primary-answers', [...four, ...ask(turns(39)), request(0, 300)], 1],
  ['39 answers', first, 'primary-answers', [...four, ...ask(turns(39)), lost('closed', 300)], null],
  ['each its own count', first, 'nothing-shared', [...four, ...counted([1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3])], 3],
  ['one count for all', first, 'nothing-shared', [...four, ...counted(range(12, 1))], 12],
  ['11 counts', first, 'nothing-shared', [...four, ...counted(range(11, 1))], null],
  ['nobody left', first, 'primary-killed', [...four, ...ending(200)], 0],
  ['two left', first, 'primary-killed', [...four, ...ending(200, [pidOf(1), pidOf(2)])], 2],
  ['a run without an end', first, 'primary-killed', four, null],

  ['one pid', second, 'one-connection', ask(range(100, 0).fill(1), { stream: 'one connection', conn: 7 }), 1],
  ['four pids on a connection', second, 'one-connection', ask(turns(100), { stream: 'one connection', conn: 7 }), 4],
  ['more than one connection', second, 'one-connection', ask(turns(100), { stream: 'one connection' }), null],
  ['strict rotation', second, 'fresh-connections', [...four, ...ask(turns(100))], 25],
  ['one worker for all', second, 'fresh-connections', [...four, ...ask(turns(100, 1))], 100],
  ['99 answers', second, 'fresh-connections', [...four, ...ask(turns(99))], null],
  ['twice the work', second, 'two-at-once', work(51, 102), 'one after the other'],
  ['a slow machine', second, 'two-at-once', work(160, 300), 'one after the other'],
  ['once the work', second, 'two-at-once', work(51, 52), 'side by side'],
  ['one answer', second, 'two-at-once', work(51), null],
  ['a closed connection', second, 'worker-killed', killed(lost('closed', 200, { path: '/slow', end: 310 })), 'nothing'],
  ['an answer of another', second, 'worker-killed', killed(request(2, 200, { path: '/slow' })), 'another worker'],
  ['an error', second, 'worker-killed', killed(request(2, 200, { path: '/slow', status: 503 })), 'an error'],
  ['nobody killed', second, 'worker-killed', [request(1, 200, { path: '/slow' })], null],

  ['unheard messages', third, 'first-workers-only', [...replaced, received(3, 450, 5, 5), total(15, 500)], 15],
  ['heard messages', third, 'first-workers-only', [...replaced, received(3, 450, 5), total(20, 500)], 20],
  ['no total', third, 'first-workers-only', replaced, null],
  ['up and down', third, 'a-message-for-each', [...ask(turns(100)), sent(1, 400, 100), sent(1, 410, 400, 'down')], 500],
  ['nothing down', third, 'a-message-for-each', [...ask(turns(100)), sent(1, 400, 100)], 100],
  ['99 answers', third, 'a-message-for-each', [...ask(turns(99)), sent(1, 400, 99)], null],
  ['a message for each', third, 'batched', [sent(1, 300, 990), sent(1, 310, 9, 'down'), pressure(400, 1000)], 'all'],
  ['half of them', third, 'batched', [sent(1, 300, 500), pressure(400, 1000)], 'half'],
  ['batches', third, 'batched', [sent(1, 300, 4), sent(2, 310, 3), pressure(400, 1000)], 'few'],
  ['999 answers', third, 'batched', [sent(1, 300, 4), pressure(400, 999)], null],
  [
    'a primary that dies of it',
    third,
    'sent-to-the-dead',
    [...toTheDead, uncaught(0, 309, 'Error: EPIPE'), primaryDied(310), ...ending(400)],
    'primary',
  ],
  ['a primary that lives', third, 'sent-to-the-dead', [...toTheDead, ...ending(400)], 'nobody'],
  [
    'a worker that dies of it',
    third,
    'sent-to-the-dead',
    [...toTheDead, exit(3, 310), ...ending(400)],
    'another worker',
  ],
  ['a kill that missed', third, 'sent-to-the-dead', [fault('SIGKILL', 1, 300, { landed: false })], null],

  [
    'a client that stays',
    fourth,
    'disconnect-only',
    [...leaving, ...ask(turns(20, 1), { stream: 'afterwards' }, 1800)],
    20,
  ],
  [
    'a client that is told to go',
    fourth,
    'disconnect-only',
    [...leaving, ...range(20).map((i) => lost('closed', 1800 + i, { stream: 'afterwards' }))],
    0,
  ],
  ['19 more', fourth, 'disconnect-only', [...leaving, ...ask(turns(19, 1), { stream: 'afterwards' }, 1800)], null],
  ['the old worker answers', fourth, 'slow-request', leaving, 'old'],
  ['another one answers', fourth, 'slow-request', otherwise({ pid: pidOf(3) }), 'new'],
  ['nobody answers', fourth, 'slow-request', otherwise({ outcome: 'cut', pid: null }), 'nobody'],
  ['answered before its turn', fourth, 'slow-request', otherwise({ end: 250 }), null],
  ['all lost', fourth, 'kills-first', [...two, ...cutOff(10), exit(1, 300), exit(2, 500)], 10],
  ['half of them lost', fourth, 'kills-first', [...two, ...cutOff(5), ...waited(5), exit(1, 300), exit(2, 500)], 5],
  ['killed too late', fourth, 'kills-first', [...two, ...cutOff(10), exit(1, 300), exit(2, 4000)], null],
  ['replaced twice', fourth, 'forks-at-every-exit', [...restarted([3, 4, 5, 6]), mark('over', 900)], 4],
  ['replaced once', fourth, 'forks-at-every-exit', [...restarted([3, 4]), mark('over', 900)], 2],
  ['not over', fourth, 'forks-at-every-exit', restarted([3, 4, 5, 6]), null],
];

test.each(ROWS)('%s', (_about, lesson, id, events, value) => {
  expect(lesson[id]?.answer(historyOf(events))?.value ?? null).toBe(value);
});

const ALL = Object.entries({ first, second, third, fourth }).flatMap(([lesson, experiments]) =>
  Object.entries(experiments).map(([id, experiment]) => ({ lesson, id, experiment })),
);

describe('nothing is said', () => {
  test.each(ALL)('of a run that ended as it began: $lesson, $id', ({ experiment }) => {
    expect(experiment.answer(historyOf(two.slice(0, 1)))).toBeNull();
  });
});

test('each answer has a row for itself, and one for something else', () => {
  for (const { lesson, id, experiment } of ALL) {
    const values = ROWS.filter(([, experiments, name]) => experiments[name] === experiment && name === id).map(
      ([, , , , value]) => value,
    );
    expect(new Set(values.filter((value) => value !== null)).size, `${lesson}, ${id}`).toBeGreaterThanOrEqual(2);
    expect(values, `${lesson}, ${id}`).toContain(null);
  }
});
