// Where a finding's witnesses are in the history, for reports to point at.
import { expect, test } from 'vitest';
import { livesOf, type Event } from '#history';
import { judgeAll, type Opinion } from '#checker';
import { indexesOf } from '../../runner/checker/evidence.ts';
import { closed, exit, handed, historyOf, pidOf, request, start, taken, worker } from './history.ts';

const online: Event = { kind: 'online', t: 20, worker: 1, pid: pidOf(1) };
const disconnect: Event = { kind: 'disconnect', t: 70, worker: 1, pid: pidOf(1) };
const hello = request(1, 55);
const history = historyOf([
  start(2),
  ...worker(1, 10, 50),
  ...worker(2, 11, 51),
  online,
  hello,
  taken(1, 56, hello.conn),
  handed(1, 56, 50_001),
  closed(1, 60),
  disconnect,
  exit(1, 80),
]);
const [first, second] = livesOf(history);
const kindsOf = (indexes: readonly number[]) => indexes.map((index) => history.events[index]?.kind);

test('an event is where it is, once, and in order of time', () => {
  expect(indexesOf(history, [disconnect, hello, hello])).toEqual([
    history.events.indexOf(hello),
    history.events.indexOf(disconnect),
  ]);
});

test('a life is all that the cluster told of that worker, and nothing of another', () => {
  expect(kindsOf(indexesOf(history, [first]))).toEqual(['fork', 'online', 'listening', 'closed', 'disconnect', 'exit']);
  expect(kindsOf(indexesOf(history, [second]))).toEqual(['fork', 'listening']);
});

test('a pid that comes again is another life', () => {
  const again: Event = { kind: 'fork', t: 90, worker: 3, pid: pidOf(1) };
  const longer = historyOf([...history.events, again]);
  expect(indexesOf(longer, [first])).toHaveLength(6);
  expect(indexesOf(longer, [livesOf(longer)[2]])).toEqual([longer.events.length - 1]);
});

test('what is missing shows nothing', () => {
  expect(indexesOf(history, [])).toEqual([]);
  expect(indexesOf(history, [null, undefined, hello])).toHaveLength(1);
  expect(indexesOf(history, [request(1, 55)])).toEqual([]);
});

test('a finding has the evidence of the run that decided it', () => {
  const opinion: Opinion = { status: 'broken', judged: 1, summary: '', evidence: [second] };
  const other = historyOf([start(1), ...worker(2, 10, 50)], 'other');
  const on = ['other', 'run'];
  const judge = ({ scenario }: { scenario: string }): Opinion =>
    scenario === 'run' ? opinion : { status: 'holds', judged: 1, summary: '', evidence: [hello] };
  const [finding] = judgeAll([{ id: '1.1', says: '', read: '', on, judge }], [other, history]);
  expect(finding).toMatchObject({ scenario: 'run' });
  expect(kindsOf(finding?.evidence ?? [])).toEqual(['fork', 'listening']);
});
