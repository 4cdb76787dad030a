import { expect, test } from 'vitest';
import type { Event, History } from '#history';
import { columns, type Look } from '#reader';
import { renderLanes } from '#report';
import { history } from './example.ts';

const look: Look = { width: 80, colour: false, unicode: true };

function told(...events: Event[]): History {
  const start: Event = { kind: 'start', t: 0, pid: 100, cores: 2, cpus: 2, port: 4000, env: {} };
  return { ...history, events: [start, ...events, { kind: 'stop', t: 1000, signal: 'SIGTERM' }] };
}

const fork = (worker: number, t: number): Event => ({ kind: 'fork', t, worker, pid: 100 + worker });
const listening = (worker: number, t: number): Event => ({
  kind: 'listening',
  t,
  worker,
  pid: 100 + worker,
  address: null,
  port: 4000,
});

test('every generation has a lane of its own, from its fork to its end', () => {
  const lanes = renderLanes(history, look);
  expect(lanes.map((line) => line.slice(2, 10))).toEqual(['primary ', 'worker 1', 'worker 2', 'worker 3', 'worker 4']);
  expect(lanes[2]).toMatch(/●━+╳ SIGKILL$/);
  expect(lanes[4]!.indexOf('●')).toBeGreaterThan(lanes[2]!.indexOf('╳') - 1);
});

test('booting and living look different, and who never listened is told', () => {
  const lanes = renderLanes(told(fork(1, 100), listening(1, 500), fork(2, 100)), look);
  expect(lanes[1]).toMatch(/●┄+━+$/);
  expect(lanes[2]).toMatch(/●┄+ {3}never listened$/);
});

test('a planned exit is no death', () => {
  const leave: Event = { kind: 'exit', t: 600, worker: 1, pid: 101, code: 0, signal: null, planned: true };
  const lanes = renderLanes(told(fork(1, 10), listening(1, 20), leave), look);
  expect(lanes[1]).toMatch(/○ left$/);
  expect(lanes[1]).not.toContain('╳');
});

test('an exit with a code tells the code, and signals are marked where they came', () => {
  const exit: Event = { kind: 'exit', t: 600, worker: 1, pid: 101, code: 1, signal: null, planned: false };
  const hup: Event = {
    kind: 'fault',
    t: 500,
    fault: 'SIGHUP',
    pid: 100,
    worker: null,
    inHand: 0,
    landed: true,
    detail: '',
  };
  const lanes = renderLanes(told(fork(1, 10), listening(1, 20), hup, exit), look);
  expect(lanes[0]).toMatch(/●━+▼━+ {3}▼ SIGHUP$/);
  expect(lanes[1]).toMatch(/╳ code 1$/);
});

test('of very many processes those in evidence are drawn, and the others counted', () => {
  const events = Array.from({ length: 80 }, (_, index) => fork(index + 1, 10 + index));
  const all = told(...events);
  const evidence = [all.events.findIndex((event) => event.kind === 'fork' && event.worker === 77)];
  const lanes = renderLanes(all, look, evidence);
  expect(lanes).toHaveLength(13);
  expect(lanes.some((line) => line.includes('worker 77'))).toBe(true);
  expect(lanes.at(-1)).toContain('69 more processes');
});

test.each([40, 50, 60, 80, 120])('fits %i columns', (width) => {
  const lanes = renderLanes(history, { ...look, width });
  expect(lanes.length).toBeGreaterThanOrEqual(5);
  for (const line of lanes) expect(columns(line)).toBeLessThanOrEqual(width);
});

test('a history without a start has no picture', () => {
  expect(renderLanes({ ...history, events: [] }, look)).toEqual([]);
});
