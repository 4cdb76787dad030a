// How numbers, lists and outcomes are told.
import { expect, test } from 'vitest';
import type { Outcome } from '#history';
import { endOf, grouped, listed, outcomeOf, plural, time } from '../../runner/checker/words.ts';
import { request } from './history.ts';

test('a number comes with its noun, and thousands are grouped', () => {
  expect(plural(0, 'worker')).toBe('0 workers');
  expect(plural(1, 'worker')).toBe('1 worker');
  expect(plural(2, 'worker')).toBe('2 workers');
  expect(plural(1500, 'reply', 'replies')).toBe('1,500 replies');
  expect(grouped(1_234_567)).toBe('1,234,567');
});

test('a list is told as people say it, and a long one is cut', () => {
  expect(listed([])).toBe('');
  expect(listed(['a'])).toBe('a');
  expect(listed(['a', 'b'])).toBe('a and b');
  expect(listed(['a', 'b', 'c'])).toBe('a, b and c');
  expect(listed(['a', 'b', 'c', 'd', 'e'])).toBe('a, b, c and 2 more');
  expect(listed(['a', 'b', 'c', 'd'], 4)).toBe('a, b, c and d');
});

test('a time is told in ms below a second, and in seconds from there on', () => {
  expect([time(12.4), time(999), time(1000), time(1500)]).toEqual(['12 ms', '999 ms', '1.0 s', '1.5 s']);
});

test('a process ended by a signal or with a code', () => {
  expect(endOf({ code: null, signal: 'SIGKILL' })).toBe('SIGKILL');
  expect(endOf({ code: 0, signal: null })).toBe('code 0');
});

test('each outcome of a request ends a sentence about it', () => {
  const told = (outcome: Outcome, took = 5) => outcomeOf(request(1, 100, { outcome, end: 100 + took, status: 503 }));
  expect(told('answered')).toBe('was answered 503');
  expect(told('hanging', 1000)).toBe('was left hanging');
  expect(told('hanging', 1500)).toBe('hung for 1.5 s');
  expect(told('refused')).toBe('was refused');
  expect(told('reset')).toBe('was reset before its answer');
  expect(told('closed')).toBe('was closed unanswered');
  expect(told('cut')).toBe('was cut within its answer');
  expect(told('unfinished')).toBe('was still under way at the end');
});
