// A run written by hand whose timeline has something of everything, and the result that it came to.
import type { Finding } from '#checker';
import type { Event, History } from '#history';
import type { CheckResult } from '#report';
import {
  answers,
  closed,
  ending,
  exit,
  fault,
  historyOf,
  load,
  lost,
  pidOf,
  pressure,
  received,
  sent,
  taken,
  uncaught,
  upAndListening,
  visit,
  worker,
} from '../checker/history.ts';
import { holds, result as example } from './example.ts';

export const excused = lost('reset', 299, { conn: 50_500, opened: 200, end: 301 });
export const held = lost('closed', 700, { conn: 50_600, opened: 600, end: 701 });

/** Worker 2 is killed with a request in hand, worker 3 replaces it and is not heard, worker 1 drains and drops one. */
export const history: History = historyOf(
  [
    ...upAndListening(2),
    { kind: 'online', t: 20, worker: 1, pid: pidOf(1) },
    { kind: 'step', t: 5, name: 'waiting for 2 workers to listen' },
    { kind: 'step', t: 150, name: 'killing a worker under load' },
    ...[1, 2].flatMap((number) => [answers(number, 200, 40), answers(number, 250, 60)]),
    ...visit(1, 180),
    taken(2, 210, 50_500),
    taken(1, 610, 50_600),
    fault('SIGKILL', 2, 300),
    excused,
    exit(2, 304),
    ...worker(3, 310, 380),
    answers(3, 450, 30),
    sent(1, 220, 3),
    received(1, 221, 3),
    sent(3, 500, 7),
    received(3, 501, 7, 7),
    closed(1, 680),
    uncaught(1, 699, 'TypeError: x is not a function'),
    held,
    exit(1, 720, { code: 1, signal: null }),
    load('busy', 800, 232, 2),
    pressure(900, 50),
    ...ending(1000),
  ],
  'crashes',
);

/** Index of an event that was written by hand. */
export function indexOf(event: Event | undefined): number {
  const index = event === undefined ? -1 : history.events.indexOf(event);
  if (index === -1) throw new Error('there is no such event in the history');
  return index;
}

export const broken: Finding = {
  ...holds('2.4', 'only what the killed worker had is lost', 232, ''),
  status: 'broken',
  expected: 'only those are lost that the killed worker had',
  observed: '1 request lost that it did not have',
  cause: 'worker 1 was not killed by the checker and ended with code 1',
  scenario: 'crashes',
  evidence: [indexOf(held), indexOf(history.events.find((event) => event.kind === 'closed'))],
};

export const result: CheckResult = {
  ...example,
  findings: [holds('2.3', 'a killed worker is replaced', 1, 'after 80 ms'), broken],
  histories: [history],
};
