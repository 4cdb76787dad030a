// What is recorded: in one order of time, told to whoever listens.
import { expect, test } from 'vitest';
import type { Event } from '#history';
import { openRecorder } from '../../runner/harness/recorder.ts';

const mark = (t: number, name = String(t)): Event => ({ kind: 'mark', t, name });

test('events that come late are put where they belong, those of the same time stay in their order', () => {
  const recorder = openRecorder();
  for (const event of [mark(5), mark(9), mark(7, 'first'), mark(7, 'second'), mark(1)]) recorder.record(event);
  expect(recorder.inOrder()).toEqual([mark(1), mark(5), mark(7, 'first'), mark(7, 'second'), mark(9)]);
  expect(recorder.events[0]).toEqual(mark(5));
});

test('who listens is told each event, when the lives know of it, until it stops', () => {
  const recorder = openRecorder();
  const heard: [Event, number][] = [];
  const stop = recorder.listen((event) => heard.push([event, recorder.lives.length]));
  const fork: Event = { kind: 'fork', t: 1, worker: 1, pid: 11 };
  recorder.record(fork);
  stop();
  recorder.record(mark(2));
  expect(heard).toEqual([[fork, 1]]);
});

test('a listener may stop, and another one begin, while they are told', () => {
  const recorder = openRecorder();
  const heard: string[] = [];
  const stop = recorder.listen(() => {
    heard.push('first');
    stop();
  });
  recorder.listen(() => heard.push('second'));
  recorder.record(mark(1));
  recorder.record(mark(2));
  expect(heard).toEqual(['first', 'second', 'second']);
});

test('its clock is the one of the probes, from the scenario’s begin on', () => {
  const [seconds, nanoseconds] = process.hrtime();
  const before = seconds * 1000 + nanoseconds / 1e6;
  const recorder = openRecorder();
  expect(recorder.since(before)).toBeLessThanOrEqual(0);
  const now = recorder.now();
  expect(now).toBeGreaterThanOrEqual(0);
  expect(recorder.now()).toBeGreaterThanOrEqual(now);
});

test('for a program that runs for hours, events are told and not kept, and of the dead only the last are known', () => {
  const recorder = openRecorder({ mostDead: 3 });
  let heard = 0;
  recorder.listen(() => (heard += 1));
  const fork = (worker: number): Event => ({ kind: 'fork', t: worker, worker, pid: 1000 + worker });
  const exit = (worker: number): Event => ({
    kind: 'exit',
    t: worker + 0.5,
    worker,
    pid: 1000 + worker,
    code: 1,
    signal: null,
    planned: false,
  });
  recorder.record(fork(1));
  for (let worker = 2; worker <= 5000; worker += 1) {
    recorder.record(fork(worker));
    recorder.record(exit(worker));
  }
  expect(heard).toBe(1 + 2 * 4999);
  expect(recorder.events).toEqual([]);
  expect(recorder.lives.map(({ worker, exited }) => [worker, exited])).toEqual([
    [1, null],
    [4998, 4998.5],
    [4999, 4999.5],
    [5000, 5000.5],
  ]);
});
