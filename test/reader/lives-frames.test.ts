// What the figure of workers' lives makes of a history written by hand.
import { expect, test } from 'vitest';
import { type Event, type History, HISTORY_SCHEMA, type RequestEvent } from '#history';
import { figure, frames } from '../../docs/figures/lives.ts';

const PORT = 8000;
const pidOf = (worker: number) => 100 + worker;
const mark = (t: number, name: string): Event => ({ kind: 'mark', t, name });
const told = (id: number, state: string, how: object = {}) => ({
  id,
  pid: pidOf(id),
  state,
  code: null,
  signal: null,
  planned: null,
  ...how,
});

function born(worker: number, t: number): Event[] {
  const who = { worker, pid: pidOf(worker) };
  return [
    { kind: 'fork', t, ...who },
    { kind: 'online', t: t + 20, ...who },
    { kind: 'listening', t: t + 40, ...who, address: null, port: PORT },
  ];
}

function exit(worker: number, t: number, code: number | null, signal: string | null, planned: boolean): Event {
  return { kind: 'exit', t, worker, pid: pidOf(worker), code, signal, planned };
}

function request(t: number, path: string, by: number, took: number, body: unknown = 'bye'): RequestEvent {
  return {
    kind: 'request',
    t,
    stream: 'kept',
    n: t,
    conn: 5000 + by,
    opened: 0,
    method: 'GET',
    path,
    outcome: 'answered',
    end: t + took,
    status: 200,
    pid: path === '/workers' ? null : pidOf(by),
    body: JSON.stringify(body),
    before: pidOf(by),
  };
}

const dead = [
  told(2, 'exited', { signal: 'SIGKILL', planned: false }),
  told(3, 'exited', { code: 7, planned: false }),
  told(4, 'exited', { code: 0, planned: true }),
];

const recording: History = {
  schema: HISTORY_SCHEMA,
  lesson: 'figures',
  scenario: 'three ends',
  file: 'a.mjs',
  startedAt: '',
  node: 'v20.0.0',
  platform: 'linux',
  events: [
    { kind: 'start', t: 0, pid: 100, cores: 4, cpus: 4, port: PORT, env: {} },
    ...[1, 2, 3, 4].flatMap((worker) => born(worker, 10 * worker)),
    mark(200, 'up'),
    request(
      201,
      '/workers',
      1,
      1,
      [1, 2, 3, 4].map((id) => told(id, 'listening')),
    ),
    exit(2, 210, null, 'SIGKILL', false),
    ...born(5, 212),
    mark(240, 'killed'),
    request(241, '/workers', 1, 1, [told(1, 'listening'), dead[0], told(5, 'online')]),
    mark(300, 'replaced'),
    request(301, '/workers', 1, 1, [told(1, 'listening'), dead[0], told(5, 'listening')]),
    exit(3, 310, 7, null, false),
    ...born(6, 311),
    mark(400, 'exited'),
    request(401, '/workers', 1, 1, [told(1, 'listening'), dead[0], dead[1]]),
    request(410, '/slow?ms=400', 4, 401),
    { kind: 'closed', t: 450, worker: 4, pid: 104 },
    mark(500, 'leaving'),
    request(501, '/workers', 1, 1, [told(1, 'listening'), told(4, 'listening')]),
    { kind: 'disconnect', t: 820, worker: 4, pid: 104 },
    exit(4, 825, 0, null, true),
    mark(900, 'left'),
    request(901, '/workers', 1, 1, [told(1, 'listening'), ...dead, told(5, 'listening'), told(6, 'listening')]),
  ],
};

test('each step tells what has happened, with the ids and times of the recording', () => {
  const words = frames(recording).map((frame) => frame.words);
  expect(words).toHaveLength(6);
  expect(words[0]).toContain('in the order 1, 2, 3, 4');
  expect(words[1]).toContain('Worker 2 is killed with SIGKILL');
  expect(words[1]).toContain('No disconnect event came');
  expect(words[1]).toContain('2 ms later worker 5 is forked in its place; the register tells it as online');
  expect(words[2]).toContain('Worker 5 listens, 40 ms after it was forked');
  expect(words[3]).toContain('Worker 3 answers GET /exit?code=7');
  expect(words[3]).toContain('worker 6 is forked in its place');
  expect(words[4]).toContain('51 ms ago it closed its server');
  expect(words[4]).toContain('still tells it as listening');
  expect(words[5]).toContain('answered, after 401 ms');
  expect(words[5]).toContain('disconnect and exit, 5 ms apart');
  expect(words[5]).toContain('6 workers were forked, and 3 listen');
});

test('the picture has a lane for each worker, with what is told of it', () => {
  const { steps, still, characters } = figure([recording]);
  expect(steps[0]?.drawing).not.toContain('worker 5');
  expect(steps[1]?.drawing).toContain('exited, code null, signal SIGKILL, planned false');
  for (const worker of [1, 2, 3, 4, 5, 6]) expect(still).toContain(`worker ${worker}`);
  expect(still.match(/tells it/g)).toHaveLength(1);
  expect(characters).toContain('worker 4  exited, code 0, signal null, planned true');
  expect(Math.max(...characters.map((line) => line.length))).toBeLessThanOrEqual(60);
});

test('a recording in which the register was not asked is refused', () => {
  const silent = { ...recording, events: [...recording.events, mark(950, 'later')] };
  expect(() => frames(silent)).toThrow('was not asked after “later”');
});
