// Histories written by hand, and what the figures make of them.
import { describe, expect, test } from 'vitest';
import { type Event, type History, HISTORY_SCHEMA, type RequestEvent } from '#history';
import * as missingListener from '../../docs/figures/missing-listener.ts';
import * as onePort from '../../docs/figures/one-port.ts';
import { excerpt } from '../../docs/figures/recording.ts';
import * as rollingRestart from '../../docs/figures/rolling-restart.ts';
import * as roundRobin from '../../docs/figures/round-robin.ts';

const PORT = 8000;

function history(scenario: string, ...events: readonly Event[]): History {
  const header = { lesson: 'figures', file: 'a.mjs', startedAt: '', node: 'v20.0.0', platform: 'linux' };
  return { schema: HISTORY_SCHEMA, scenario, ...header, events: events.toSorted((a, b) => a.t - b.t) };
}

const start: Event = { kind: 'start', t: 0, pid: 100, cores: 2, cpus: 2, port: PORT, env: {} };
const mark = (t: number, name: string): Event => ({ kind: 'mark', t, name });
const fork = (t: number, worker: number): Event => ({ kind: 'fork', t, worker, pid: 100 + worker });
const listening = (t: number, worker: number): Event => ({
  kind: 'listening',
  t,
  worker,
  pid: 100 + worker,
  address: null,
  port: PORT,
});
const handed = (t: number, worker: number, port: number): Event => ({
  kind: 'handed',
  t,
  worker,
  pid: 100 + worker,
  ports: [port],
});
const taken = (t: number, worker: number, port: number): Event => ({
  kind: 'taken',
  t,
  pid: 100 + worker,
  ports: [port],
});
const request = (t: number, end: number, worker: number, conn: number, path = '/'): RequestEvent => ({
  kind: 'request',
  t,
  stream: 'ask',
  n: t,
  conn,
  opened: t,
  method: 'GET',
  path,
  outcome: 'answered',
  end,
  status: 200,
  pid: 100 + worker,
  body: `Hello from worker ${100 + worker}\n`,
  before: null,
});
const closed = (t: number, worker: number): Event => ({ kind: 'closed', t, worker, pid: 100 + worker });
const exit = (t: number, worker: number, planned = true): Event => ({
  kind: 'exit',
  t,
  worker,
  pid: 100 + worker,
  code: 0,
  signal: null,
  planned,
});
const fault = (t: number, name: 'SIGHUP' | 'SIGKILL', worker: number | null): Event => ({
  kind: 'fault',
  t,
  fault: name,
  pid: 100 + (worker ?? 0),
  worker,
  inHand: 0,
  landed: true,
  detail: '',
});
const report = (t: number, worker: number, unheard: 0 | 1): Event => ({
  kind: 'received',
  t,
  by: 100,
  worker,
  direction: 'up',
  count: 1,
  unheard,
});

describe('the row of free workers', () => {
  const two = [start, listening(2, 1), listening(1, 2)];

  test('begins in the order in which they came to listen, and a worker goes to its end when it takes a connection up', () => {
    const frames = roundRobin.frames(
      history(
        'a',
        ...two,
        mark(10, 'begin'),
        mark(20, 'one'),
        handed(21, 2, 5000),
        taken(22, 2, 5000),
        request(21, 23, 2, 5000),
      ),
    );
    expect(frames.map(({ free }) => free)).toEqual([
      [2, 1],
      [1, 2],
    ]);
    expect(frames[1]?.now).toEqual([{ number: 1, worker: 2, taken: true, answered: 1, busy: false }]);
    expect(frames[1]?.words).toBe(
      'At 11 ms: connection 1 goes to the first in the row, worker 2. The worker takes it up and goes to the end of the row: 1 and 2.',
    );
  });

  test('a worker that computes is in it until it is handed one connection more, which waits', () => {
    const frames = roundRobin.frames(
      history(
        'a',
        ...two,
        mark(20, 'work'),
        handed(21, 2, 5000),
        taken(22, 2, 5000),
        request(21, 100, 2, 5000, '/work?ms=79'),
        mark(30, 'others'),
        handed(31, 1, 5001),
        taken(32, 1, 5001),
        request(31, 33, 1, 5001),
        mark(40, 'waits'),
        handed(41, 2, 5002),
        request(41, 103, 2, 5002),
        mark(50, 'over'),
        taken(101, 2, 5002),
      ),
    );
    expect(frames.map(({ free }) => free)).toEqual([[1, 2], [2, 1], [1], [1, 2]]);
    expect(frames[0]?.now[0]).toMatchObject({ busy: true, taken: true });
    expect(frames[2]?.now).toMatchObject([{ number: 3, worker: 2, taken: false, answered: 0 }]);
    expect(frames[3]?.now).toMatchObject([{ number: 3, worker: 2, taken: true, answered: 1 }]);
    expect(frames[3]?.words).toContain('over after 79 ms');
    expect(frames[3]?.words).toContain('has waited for 62 ms');
  });

  test('a connection that is kept is one, with as many answers as it carried', () => {
    const [frame] = roundRobin.frames(
      history(
        'a',
        ...two,
        mark(20, 'kept'),
        handed(21, 2, 5000),
        taken(22, 2, 5000),
        ...[23, 26, 29].map((t) => request(t, t + 2, 2, 5000)),
      ),
    );
    expect(frame?.connections).toHaveLength(1);
    expect(frame?.connections[0]?.answered).toBe(3);
    expect(frame?.words).toContain('3 requests. Worker 2 answers all');
  });
});

test('the way of one connection is told with the pids, ports and times of the recording', () => {
  const words = onePort
    .frames(
      history(
        'a',
        start,
        fork(1, 1),
        fork(2, 2),
        listening(6, 1),
        listening(5, 2),
        handed(12, 2, 5000),
        taken(13, 2, 5000),
        request(10, 15, 2, 5000),
      ),
    )
    .map((frame) => frame.words);
  expect(words[0]).toContain('pid 100, forks 2 workers');
  expect(words[1]).toContain('Worker 2 is the first to listen. It asks the primary for port 8000');
  expect(words[2]).toContain('from its port 5000');
  expect(words[3]).toContain('2 ms after the client began');
  expect(words[4]).toContain(
    'After 3 ms worker 2 has taken it up; after 5 ms the client has its answer, “Hello from worker 102”',
  );
});

test('a total grows by what is heard, and not by what nobody hears', () => {
  const frames = missingListener.frames(
    history(
      'a',
      start,
      fork(1, 1),
      listening(2, 1),
      mark(10, 'begin'),
      mark(20, 'request'),
      request(21, 22, 1, 5000),
      report(23, 1, 0),
      mark(30, 'kill'),
      fault(31, 'SIGKILL', 1),
      exit(32, 1, false),
      mark(33, 'replaced'),
      fork(34, 2),
      listening(35, 2),
      mark(40, 'request'),
      request(41, 42, 2, 5001),
      report(43, 2, 1),
    ),
  );
  expect(frames.map(({ total, answered }) => [total, answered])).toEqual([
    [0, 0],
    [1, 1],
    [1, 1],
    [1, 1],
    [1, 2],
  ]);
  expect(frames[2]?.workers).toMatchObject([{ state: 'dead', hasListener: true }]);
  expect(frames[3]?.workers[1]).toMatchObject({ worker: 2, state: 'listens', hasListener: false });
  expect(frames[4]?.workers[1]).toMatchObject({ heard: 0, unheard: 1, reports: true });
  expect(frames[4]?.words).toContain('nobody listens: the total stays 1');
});

describe('a rolling restart', () => {
  const before = [start, fork(1, 1), listening(5, 1), mark(400, 'the client goes')];

  test('a client that stays keeps its worker, and is counted', () => {
    const frames = rollingRestart.frames([
      history(
        'disconnect() alone',
        ...before,
        request(90, 140, 1, 5000),
        fault(100, 'SIGHUP', null),
        fork(101, 2),
        listening(150, 2),
        closed(151, 1),
        request(160, 250, 1, 5000),
        request(260, 350, 1, 5000),
        request(360, 450, 1, 5000),
        exit(460, 1),
      ),
    ]);
    expect(frames.map(({ until }) => until)).toEqual([100, 151, 400, 460]);
    expect(frames[1]?.words).toMatch(/^51 ms after the signal: worker 2 listens, so worker 1 is told to go/);
    expect(frames[2]?.words).toContain('worker 1 has taken 3 more requests since');
    expect(frames[3]?.words).toContain('All old workers are gone. Of the client’s 4 requests 4 were answered');
  });

  test('a client that is told moves to a new connection, and its worker is gone before it', () => {
    const frames = rollingRestart.frames([
      history('disconnect() alone', ...before, fault(100, 'SIGHUP', null), closed(110, 1), exit(115, 1)),
      history(
        'with a goodbye',
        ...before,
        request(90, 160, 1, 5000),
        fault(100, 'SIGHUP', null),
        fork(101, 2),
        listening(150, 2),
        closed(151, 1),
        request(161, 250, 2, 5001),
        exit(300, 1),
        request(251, 420, 2, 5001),
      ),
    ]);
    // what is gone a moment after it was told is one step, and a client that goes after all is none
    expect(frames.map(({ run, until }) => [run, until])).toEqual([
      [0, 100],
      [0, 115],
      [1, 100],
      [1, 151],
      [1, 161],
      [1, 300],
    ]);
    expect(frames[1]?.words).toContain('a moment after it was told to go: it had no clients');
    expect(frames[4]?.words).toContain('on a new connection, and that is dealt to worker 2, a new one');
  });

  test('a request that was on its way when its connection was cut is told as lost, and not as a goodbye', () => {
    const frames = rollingRestart.frames([
      history(
        'disconnect() alone',
        ...before,
        request(50, 95, 1, 5000),
        fault(100, 'SIGHUP', null),
        fork(101, 2),
        listening(150, 2),
        request(96, 150.5, 1, 5000),
        closed(151, 1),
        { ...request(151, 152, 1, 5000), outcome: 'closed', pid: null, body: null, before: 101 },
        exit(155, 1),
        request(160, 250, 2, 5001),
      ),
    ]);
    expect(frames.map(({ until }) => until)).toEqual([100, 151, 152, 155, 160]);
    expect(frames[2]?.words).toContain('request 3 on its way. That request is lost');
    expect(frames[3]?.words).toContain('4 requests 3 were answered, and 1 was lost');
    expect(frames[3]?.words).not.toContain('no clients');
    expect(frames[4]?.words).toContain('on a new connection, and that is dealt to worker 2, a new one');
    expect(frames.map(({ words }) => words).join(' ')).not.toContain('goodbye');
  });

  test('a connection that was cut between two requests has lost none', () => {
    const frames = rollingRestart.frames([
      history(
        'disconnect() alone',
        ...before,
        fault(100, 'SIGHUP', null),
        request(101, 150, 1, 5000),
        listening(150, 2),
        closed(151, 1),
        request(160, 250, 2, 5001),
        exit(300, 1),
      ),
    ]);
    expect(frames[2]?.words).toContain('was cut between two requests');
    expect(frames.at(-1)?.words).toContain('2 requests 2 were answered');
  });
});

test('an excerpt keeps the kinds that are asked for, in their order, with rounded times', () => {
  const whole = history('a', start, fork(1.26, 1), listening(2.04, 1), request(3.33, 4.44, 1, 5000));
  const kept = excerpt(whole, ['fork', 'request']);
  expect(kept.events).toEqual([fork(1.3, 1), { ...request(3.3, 4.4, 1, 5000), n: 3.33 }]);
  expect(excerpt(kept, ['fork', 'request'])).toEqual(kept);
  expect(kept.scenario).toBe('a');
});
