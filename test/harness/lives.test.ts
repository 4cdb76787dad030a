// The workers' lives, put together from events as they come.
import { expect, test } from 'vitest';
import { livesOf, openLives, type Event, type History } from '#history';

const start: Event = { kind: 'start', t: 0, pid: 1, cores: 1, cpus: 1, port: 4000, env: {} };
const who = { worker: 1, pid: 11 };
const fork: Event = { kind: 'fork', t: 10, ...who };
const serving = (t: number, port = 4000): Event => ({ kind: 'serving', t, pid: 11, port });
const listening = (t: number, port = 4000): Event => ({ kind: 'listening', t, ...who, address: null, port });
const exit: Event = { kind: 'exit', t: 90, ...who, code: 0, signal: null, planned: true };

function livesAfter(...events: readonly Event[]) {
  const { lives, follow } = openLives();
  for (const event of events) follow(event);
  return lives;
}

test('a life from its fork to its exit', () => {
  const online: Event = { kind: 'online', t: 30, ...who };
  const closed: Event = { kind: 'closed', t: 70, ...who };
  const disconnect: Event = { kind: 'disconnect', t: 80, ...who };
  expect(livesAfter(start, fork, online, listening(50), closed, disconnect, exit)).toEqual([
    {
      ...who,
      forked: 10,
      online: 30,
      listening: 50,
      elsewhere: null,
      closed: 70,
      disconnected: 80,
      exited: 90,
      code: 0,
      signal: null,
      planned: true,
    },
  ]);
});

test('it listens from the moment in which it serves, which the primary hears of later', () => {
  expect(livesAfter(start, fork, serving(48), listening(50))[0]).toMatchObject({ listening: 48 });
  expect(livesAfter(start, fork, listening(50), serving(48))[0]).toMatchObject({ listening: 50 });
});

test('another port is told apart', () => {
  expect(livesAfter(start, fork, serving(40, 9000), listening(41, 9000))[0]).toMatchObject({
    listening: null,
    elsewhere: 9000,
  });
  expect(livesAfter(start, fork, listening(41, 9000), listening(50))[0]).toMatchObject({
    listening: 50,
    elsewhere: 9000,
  });
});

test('what comes twice counts once, and what is about nobody changes nothing', () => {
  expect(livesAfter(start, fork, listening(50), listening(60))[0]?.listening).toBe(50);
  expect(livesAfter(start, serving(40), listening(41), exit)).toEqual([]);
  expect(
    livesAfter(start, fork, { kind: 'exit', t: 90, worker: 2, pid: 11, code: 0, signal: null, planned: false })[0],
  ).toMatchObject({ exited: null });
});

test('a pid that is used again is another life, and what is served is the newer one’s', () => {
  const again: Event = { kind: 'fork', t: 100, worker: 2, pid: 11 };
  const [old, young] = livesAfter(start, fork, listening(50), exit, again, serving(140));
  expect(old).toMatchObject({ worker: 1, listening: 50, exited: 90 });
  expect(young).toMatchObject({ worker: 2, listening: 140, exited: null });
});

test('a history has the lives of its events', () => {
  const history = { events: [start, fork, serving(48), exit] } as unknown as History;
  expect(livesOf(history)).toEqual(livesAfter(start, fork, serving(48), exit));
  expect(livesOf(history)).toHaveLength(1);
});
