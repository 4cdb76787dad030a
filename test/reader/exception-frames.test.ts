// What the figure of an exception makes of histories written by hand.
import { expect, test } from 'vitest';
import { type Event, type History, HISTORY_SCHEMA, type RequestEvent } from '#history';
import { figure, frames } from '../../docs/figures/exception.ts';

const PORT = 8000;
const pidOf = (worker: number) => 100 + worker;

function born(worker: number, t: number): Event[] {
  const who = { worker, pid: pidOf(worker) };
  return [
    { kind: 'fork', t, ...who },
    { kind: 'listening', t: t + 60, ...who, address: null, port: PORT },
  ];
}

function request(stream: string, path: string, by: number, t: number, end: number, how = {}): RequestEvent {
  const own = { conn: 5000 + t, opened: t, method: 'GET', body: null, status: 200, before: pidOf(by) };
  return { kind: 'request', t, stream, n: t, path, end, outcome: 'answered', pid: pidOf(by), ...own, ...how };
}

function recording(scenario: string, slowEnds: readonly [number, number], exited: number, how: object): History {
  const victim = { worker: 2, pid: pidOf(2) };
  const events: Event[] = [
    { kind: 'start', t: 0, pid: 100, cores: 3, cpus: 3, port: PORT, env: {} },
    ...[1, 2, 3].flatMap((worker) => born(worker, 10)),
    request('busy', '/?ms=90', 1, 250, 340),
    request('slow', '/?ms=250', 2, 200, slowEnds[0], how),
    request('slow', '/?ms=400', 2, 201, slowEnds[1], how),
    request('crash', '/crash', 2, 295, 300),
    { kind: 'closed', t: Math.min(305, exited), ...victim },
    { kind: 'exit', t: exited, ...victim, code: 1, signal: null, planned: false },
    ...born(4, exited + 5),
  ];
  const header = { lesson: 'figures', file: 'a.mjs', startedAt: '', node: 'v20.0.0', platform: 'linux' };
  return { schema: HISTORY_SCHEMA, scenario, ...header, events: events.toSorted((one, other) => one.t - other.t) };
}

const atOnce = recording('at once', [310, 310], 310, { outcome: 'closed', status: null, pid: null });
const inOrder = recording('in order', [451, 602], 605, {});

test('at once, what was in hand is lost; in order, nothing is', () => {
  const words = frames([atOnce, inOrder]).map((frame) => frame.words);
  expect(words).toHaveLength(6);
  expect(words[0]).toContain('Worker 2 has an exception in a timer, while it has 2 slow requests in hand');
  expect(words[1]).toBe(
    '10 ms after the exception: Node has ended it, and 2 of 2 requests are lost with it. The other workers go on.',
  );
  expect(words[2]).toContain('75 ms after the exception: worker 4 listens in its place. Lost: the requests that were');
  expect(words[4]).toContain('305 ms after the exception: it has answered all 2');
  expect(words[5]).toContain('Nothing is lost.');
});

test('each step shows what had come by then, in lines and in characters', () => {
  const drawn = figure([atOnce, inOrder]);
  expect(drawn.steps).toHaveLength(6);
  const [first, , third, , , last] = drawn.steps.map(({ drawing }) => drawing);
  expect(first).not.toContain('worker 4');
  expect(third?.match(/worker 4/g)).toHaveLength(1);
  expect(last?.match(/worker 4/g)).toHaveLength(2);
  expect(drawn.characters.join('\n')).toMatch(/at once\n.*\| exception\nworker 1 +=/);
  expect(drawn.characters.join('\n')).toMatch(/worker 2 +=+-*x\n +#+!/);
});

test('a recording without an exception is refused', () => {
  const quiet = { ...atOnce, events: atOnce.events.slice(0, 4) };
  expect(() => figure([quiet])).toThrow('“at once” has no exception');
});
