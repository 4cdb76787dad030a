// Clause 8.2: handlers that throw or reject.
import { describe, expect, test } from 'vitest';
import type { Event, RequestEvent } from '#history';
import { FAILED, FAILING, survivesItsHandlers } from '#checker';
import { exit, judged, lost, mark, pidOf, primaryDied, request, uncaught, upAndListening } from './history.ts';

const two = upAndListening(2);

function failing(path: string, t: number, how: Partial<RequestEvent> = {}): RequestEvent {
  return request(1, t, { stream: FAILING.stream, path, status: 500, pid: null, before: pidOf(1), body: '{}', ...how });
}
const both = [failing('/boom', 200), failing('/reject', 220)];
const over = mark(FAILED, 500);
const judge = (...events: readonly Event[]) => judged(survivesItsHandlers, ...two, ...events);

describe('8.2 a handler may fail', () => {
  test('holds where both are answered 500 and the worker lives', () => {
    expect(judge(...both, over)).toMatchObject({ status: 'holds', judged: 2 });
    // what ends later has other reasons
    expect(judge(...both, over, exit(1, 600)).status).toBe('holds');
  });

  test('is broken by another answer', () => {
    expect(judge(failing('/boom', 200, { status: 200 }), over)).toMatchObject({
      status: 'broken',
      observed: 'GET /boom was answered 200 by worker 1 (pid 1001)',
    });
    const hung = lost('hanging', 200, { stream: FAILING.stream, path: '/reject', end: 3400, before: pidOf(1) });
    expect(judge(both[0] as Event, hung, over)).toMatchObject({
      status: 'broken',
      cause: expect.stringContaining('reaches nobody'),
    });
    expect(judge(hung, primaryDied(300), over).observed).toContain('the primary');
  });

  test('is broken by a worker that ends, with the reason that it left', () => {
    const ended = exit(1, 230, { code: 1, signal: null });
    expect(judge(...both, ended, over)).toMatchObject({
      status: 'broken',
      observed: 'GET /boom was answered 500 by worker 1 (pid 1001), which ended with code 1 30 ms after it was asked',
      cause: expect.stringContaining('for an error of one request'),
    });
    expect(judge(...both, uncaught(1, 228, 'Error: reject'), ended, over).cause).toBe('Error: reject (exercise.ts:12)');
  });

  test('is open where one was not asked, the workers were not watched, or nothing was done', () => {
    expect(judge(failing('/boom', 200), over).status).toBe('inconclusive');
    expect(judge(...both).status).toBe('inconclusive');
    expect(judge(over).status).toBe('inconclusive');
    expect(judge(lost('unfinished', 200, { stream: FAILING.stream, path: '/boom' }), over).status).toBe('inconclusive');
  });
});
