// Moments of a history by their names. What never came is at infinity.
import { expect, test } from 'vitest';
import {
  faultsOf,
  firstFault,
  firstKill,
  killedIn,
  markOf,
  stopOf,
  stretchOf,
  waitOf,
} from '../../runner/checker/moments.ts';
import { ending, fault, historyOf, mark, pace, pidOf, start, wait } from './history.ts';

const empty = historyOf([start(2)]);
const full = historyOf([
  start(2),
  pace(2, 1),
  pace(4, 2),
  pace(3, 3),
  mark('one', 10),
  mark('other', 11),
  mark('other', 12),
  wait('one', 10, 13),
  wait('other', 10, 14),
  wait('other', 10, 15),
  fault('SIGHUP', 0, 20),
  fault('junk-up', 1, 21),
  fault('SIGKILL', 1, 22),
  fault('SIGKILL', 2, 23),
  ...ending(30),
]);

test('faults are found by their names', () => {
  expect(faultsOf(full, 'SIGKILL', 'SIGHUP').map(({ t }) => t)).toEqual([20, 22, 23]);
  expect(faultsOf(full, 'SIGTERM')).toEqual([]);
  expect([...killedIn(full)]).toEqual([pidOf(1), pidOf(2)]);
  expect([firstKill(full), firstFault(full)]).toEqual([22, 20]);
  expect([firstKill(empty), firstFault(empty)]).toEqual([Infinity, Infinity]);
});

test('a wait and a mark are the first ones of their name', () => {
  expect(waitOf(full, 'other')).toMatchObject({ t: 14 });
  expect(markOf(full, 'other')).toMatchObject({ t: 11 });
  expect([waitOf(full, 'none'), markOf(full, 'none')]).toEqual([undefined, undefined]);
});

test('the stop, and how slow the machine was at its slowest', () => {
  expect([stopOf(full), stopOf(empty)]).toEqual([30, Infinity]);
  expect([stretchOf(full), stretchOf(empty)]).toEqual([4, 1]);
  expect(stretchOf(historyOf([start(2), pace(0.5)]))).toBe(1);
});
