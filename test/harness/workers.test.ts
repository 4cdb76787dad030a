// Whose a connection is, and whether anybody will ever answer on it.
import { expect, test } from 'vitest';
import type { Event } from '#history';
import { followWorkers } from '../../runner/harness/stage/workers.ts';
import { openLives } from '../../runner/harness/history.ts';
import { openRecorder } from '../../runner/harness/recorder.ts';

const CONN = 40_001;

/** Events as they come, and then the moment at which it is asked. */
function known(events: readonly Event[], now: number) {
  const { lives, follow } = openLives();
  let tell: (event: Event) => void = () => undefined;
  const workers = followWorkers({
    lives,
    now: () => now,
    listen: (listener) => {
      tell = listener;
      return () => undefined;
    },
  });
  for (const event of events) {
    follow(event);
    tell(event);
  }
  return workers;
}

const fork = (worker: number): Event => ({ kind: 'fork', t: 1, worker, pid: 1000 + worker });
const exit = (worker: number, t: number): Event => ({
  kind: 'exit',
  t,
  worker,
  pid: 1000 + worker,
  code: 0,
  signal: null,
  planned: true,
});
const handed = (worker: number, t: number): Event => ({ kind: 'handed', t, worker, pid: 1000 + worker, ports: [CONN] });
const taken = (worker: number, t: number): Event => ({ kind: 'taken', t, pid: 1000 + worker, ports: [CONN] });
const two = [fork(1), fork(2)];

test('a connection is an orphan when the worker that it was dealt to is dead, and not before', () => {
  const events = [...two, handed(1, 100)];
  expect(known(events, 900).isOrphan(CONN, 90)).toBe(false);
  expect(known([...events, exit(2, 200)], 900).isOrphan(CONN, 90)).toBe(false);
  expect(known([...events, exit(1, 200)], 900).isOrphan(CONN, 90)).toBe(true);
  expect(known([exit(1, 200)], 900).isOrphan(CONN, 90)).toBe(false);
});

test('it is that of who took it last, whoever told last', () => {
  const aged = (worker: number, t: number, age: number): Event => ({ ...taken(worker, t), ages: [age] }) as Event;
  const events = [...two, aged(2, 125, 20), aged(1, 130, 32)];
  expect(known(events, 200).ownerSince(CONN, 104)).toBe(1002);
  expect(known(events.toReversed(), 200).ownerSince(CONN, 104)).toBe(1002);
});

test('one that was refused and dealt to another worker lives with that one, whichever is told first', () => {
  const dealt = [handed(2, 101), handed(1, 102), exit(1, 200)];
  expect(known([...two, ...dealt], 900).isOrphan(CONN, 90)).toBe(false);
  expect(known([...two, ...dealt, exit(2, 250)], 900).isOrphan(CONN, 90)).toBe(true);
  expect(known([...two, ...dealt.toReversed()], 900).isOrphan(CONN, 90)).toBe(false);
});

test('that it was dealt to another worker may be told after the first one’s exit', () => {
  const events = [...two, handed(1, 150), exit(1, 200)];
  expect(known(events, 240).isOrphan(CONN, 90)).toBe(false);
  expect(known([...events, handed(2, 230)], 900).isOrphan(CONN, 90)).toBe(false);
});

test('who took a connection says more than who was dealt it', () => {
  const events = [...two, taken(2, 100), handed(2, 101), handed(1, 102)];
  expect(known(events, 900).ownerSince(CONN, 90)).toBe(1002);
  expect(known([...events, exit(1, 200)], 900).isOrphan(CONN, 90)).toBe(false);
  expect(known([...events, exit(2, 200)], 900).isOrphan(CONN, 90)).toBe(true);
});

test('what was told before a connection was opened is about another one from the same port', async () => {
  const events = [...two, taken(1, 50), exit(1, 60), handed(2, 100)];
  expect(known(events, 900).ownerSince(CONN, 90)).toBe(1002);
  expect(await known(events, 900).ownerSoon(CONN, 90)).toBe(1002);
  expect(known(events, 900).isOrphan(CONN, 90)).toBe(false);
  expect(known(events, 900).ownerSince(CONN, 110)).toBe(null);
});

test('ports are used again and again, and the last use counts', () => {
  const many = Array.from({ length: 50 }, (_, i) => handed(1, 10 + i));
  const events = [...two, ...many, handed(2, 100), exit(1, 150)];
  expect(known(events, 900).ownerSince(CONN, 90)).toBe(1002);
  expect(known(events, 900).isOrphan(CONN, 90)).toBe(false);
});

test('a worker that was killed listens no more, and the next one that gets its pid does', () => {
  const recorder = openRecorder();
  const workers = followWorkers(recorder);
  const listens = (worker: number, pid: number): readonly Event[] => [
    { kind: 'fork', t: worker, worker, pid },
    { kind: 'listening', t: worker, worker, pid, address: null, port: 20_001 },
  ];
  recorder.record({ kind: 'start', t: 0, pid: 1000, cores: 1, cpus: 1, port: 20_001, env: {} });
  for (const event of listens(1, 1001)) recorder.record(event);
  workers.killed(1001);
  expect(workers.listening()).toEqual([]);
  recorder.record(exit(1, 2));
  for (const event of listens(3, 1001)) recorder.record(event);
  expect(workers.listening().map(({ worker }) => worker)).toEqual([3]);
});
