// Clause 5.2: no state is told before its event, and none goes back.
import { describe, expect, test } from 'vitest';
import type { Event } from '#history';
import { tellsNoStateEarly } from '#checker';
import { exit, fault, judged } from './history.ts';
import { disconnect, exitWith, killed, life, OLD, reading, told, up } from './lives.ts';

const says = (...events: readonly Event[]) => judged(tellsNoStateEarly, ...up(2), ...events);
const T = 2 * OLD;

describe('5.2 in a run where a worker boots slowly', () => {
  const boots: Event = { kind: 'boots', t: OLD - 1, each: { how: 'slow', ms: 2000 }, workers: {} };
  /** Worker 3 is online from 20 ms after T on, and listens 2 s later. */
  const slowly = [boots, fault('SIGKILL', 1, T - 20), exit(1, T - 10), ...life(3, T, T + 2000)];
  const at = (t: number, state: string) => reading(2, t, [killed(1), told(2), told(3, state)]);

  test('holds where it is told as online until it listens', () => {
    const opinion = says(...slowly, ...at(T + 60, 'forked'), ...at(T + 1500, 'online'), ...at(T + 2100, 'listening'));
    expect(opinion).toMatchObject({ status: 'holds', judged: 3 });
    expect(opinion.summary).toContain('2 of them while a worker booted slowly');
  });

  test('is broken where it is told as listening', () => {
    expect(says(...slowly, ...at(T + 1500, 'listening'))).toMatchObject({
      status: 'broken',
      cause: expect.stringContaining('only its listening event tells'),
      observed: expect.stringContaining('that event came at 8.0 s'),
    });
  });

  test('is open where nobody was asked meanwhile', () => {
    expect(says(...slowly, ...at(T + 60, 'forked'), ...at(T + 3000, 'listening'))).toMatchObject({
      status: 'inconclusive',
      judged: 2,
    });
  });
});

test('5.2 is open where a worker was to boot slowly, and none did', () => {
  const plan: Event = { kind: 'boots', t: 0, each: { how: 'fine' }, workers: {} };
  expect(says(plan, ...reading(2, OLD, [told(1), told(2)])).summary).toContain('booted slowly');
});

describe('5.2 is broken', () => {
  test.each([
    ['online', 'its online event'],
    ['disconnected', 'its last client'],
    ['exited', 'only its exit event'],
  ])('by %s before its event', (state, cause) => {
    const forked: Event[] = state === 'online' ? [{ kind: 'fork', t: OLD, worker: 3, pid: 1003 }] : [];
    const entries = state === 'online' ? [told(1), told(2), told(3, state)] : [told(1, state), told(2)];
    expect(says(...forked, ...reading(2, OLD + 30, entries))).toMatchObject({
      status: 'broken',
      observed: expect.stringContaining('never came'),
      cause: expect.stringContaining(cause),
    });
  });

  test('by a dead worker that is told as disconnected afterwards', () => {
    const late = [exit(1, OLD), disconnect(1, OLD + 300)];
    const readings = [
      ...reading(2, OLD + 50, [killed(1), told(2)]),
      ...reading(2, OLD + 400, [told(1, 'disconnected'), told(2)]),
    ];
    expect(says(...late, ...readings)).toMatchObject({
      status: 'broken',
      observed: 'worker 2 (pid 1002) told it as disconnected, 401 ms after its exit event',
      cause: expect.stringContaining('nothing follows the end'),
    });
    const straight = [disconnect(1, OLD), exit(1, OLD + 5)];
    expect(says(...straight, ...readings)).toMatchObject({
      status: 'broken',
      observed: 'worker 2 (pid 1002) told worker 1 as exited, and then as disconnected',
      cause: expect.stringContaining('nothing follows the end'),
    });
  });

  test('by an older state after a newer one of the living', () => {
    const heir = life(3, OLD);
    const at = (t: number, state: string) => reading(2, t, [told(1), told(2), told(3, state)]);
    expect(says(...heir, ...at(OLD + 50, 'listening'), ...at(OLD + 100, 'online')).cause).toContain('overwrites');
  });
});

describe('5.2 holds', () => {
  test('where two workers tell of two ages', () => {
    const heir = life(3, OLD);
    const at = (by: number, t: number, state: string) => reading(by, t, [told(1), told(2), told(3, state)]);
    expect(says(...heir, ...at(1, OLD + 50, 'listening'), ...at(2, OLD + 100, 'online')).status).toBe('holds');
  });

  test('where a state is left out', () => {
    const end = [
      exitWith(1, OLD, 0, true),
      ...reading(2, OLD + 10, [told(1, 'exited', { code: 0, planned: true }), told(2)]),
    ];
    expect(says(...end).status).toBe('holds');
  });
});

test('5.2 is open where nobody told anything', () => {
  expect(says().status).toBe('inconclusive');
  expect(says(...reading(1, 300, [told(1, 'exited')])).status).toBe('inconclusive');
});
