// Why a program ended before its time: what it went beyond, and its own last words.
import { describe, expect, test } from 'vitest';
import type { Bound, Event } from '#history';
import { deathOf, excessOf } from '../../runner/checker/death.ts';
import { sceneOf } from '../../runner/checker/scene.ts';
import { historyOf, primaryDied, uncaught, upAndListening } from './history.ts';

const scene = (...events: readonly Event[]) => sceneOf(historyOf([...upAndListening(2), ...events]));
const stopped = (what: Bound): Event => ({ kind: 'bounded', t: 1200, what, detail: 'far too much of it' });

describe('a program that was stopped', () => {
  test.each<[Bound, RegExp]>([
    ['forks', /^it forks without end/],
    ['processes', /^it starts processes without end/],
    ['memory', /^it keeps what it allocates/],
    ['reports', /^something in it goes round and round/],
    ['files', /^it writes into the folder \.workbook/],
  ])('for its %s is told so', (what, cause) => {
    const event = stopped(what);
    const death = deathOf(scene(event));
    expect(death).toMatchObject({
      observed: 'the program was stopped after 1.2 s: far too much of it',
      cause: expect.stringMatching(cause),
      evidence: [event],
    });
    expect(excessOf(scene(event))).toEqual({ what, death });
  });

  test('for its forks is told the error that its workers die of', () => {
    expect(deathOf(scene(stopped('forks'), uncaught(1, 300, 'Error: no')))?.cause).toBe('Error: no (exercise.ts:12)');
    expect(deathOf(scene(stopped('memory'), uncaught(1, 300, 'Error: no')))?.cause).toMatch(/^it keeps/);
  });

  test('since time was up is not blamed, and told all the same', () => {
    expect(deathOf(scene(stopped('time')))).toBeNull();
    expect(excessOf(scene(stopped('time')))?.death.cause).toMatch(/or this machine is very slow$/);
  });
});

test('a program that keeps within its bounds has gone beyond nothing', () => {
  expect(excessOf(scene(primaryDied(300)))).toBeNull();
  expect(deathOf(scene(primaryDied(300)))?.observed).toBe('the primary (pid 1000) ended with code 1 after 300 ms');
  expect(deathOf(scene())).toBeNull();
});
