// Clause 8.3: an exception outside of any request.
import { describe, expect, test } from 'vitest';
import type { Event } from '#history';
import { endsTheWorkerWithTheException, EXCEPTION } from '#checker';
import {
  closed,
  exit,
  judged,
  load,
  lost,
  mark,
  pace,
  pidOf,
  primaryDied,
  request,
  upAndListening,
  wait,
  worker,
} from './history.ts';

const three = upAndListening(3);
const crash = request(1, 200, { stream: EXCEPTION.stream, path: '/crash', status: 202, pid: null, before: pidOf(1) });
const ended = exit(1, 230, { code: 1, signal: null });
const gone = wait(EXCEPTION.gone, 201, 230);
const heir = worker(4, 240, 300);
const replaced = wait(EXCEPTION.replaced, 230, 300);
const over = mark(EXCEPTION.over, 600);
const loaded = [load('busy', 700, 100), load('fresh', 700, 20)];
const rest = [...heir, replaced, over, ...loaded];
const judge = (...events: readonly Event[]) => judged(endsTheWorkerWithTheException, ...three, ...events);

describe('8.3 an exception ends its worker', () => {
  test('holds where it ends, is replaced, and the others go on', () => {
    expect(judge(crash, ended, gone, ...rest)).toMatchObject({ status: 'holds', judged: 120 });
    // at once, before its answer was out
    const cut = lost('closed', 200, { stream: EXCEPTION.stream, path: '/crash', end: 229, before: pidOf(1) });
    expect(judge(cut, ended, gone, ...rest).status).toBe('holds');
  });

  test('allows what it had in hand to be lost, and nothing else', () => {
    const own = lost('reset', 210, { stream: 'busy', end: 231, before: pidOf(1) });
    const unknown = lost('closed', 225, { stream: 'fresh', end: 232 });
    const late = request(1, 215, { stream: 'busy', status: 503, before: pidOf(1) });
    expect(judge(crash, ended, gone, own, unknown, late, ...rest).status).toBe('holds');
    const foreign = lost('reset', 210, { stream: 'busy', end: 231, before: pidOf(2) });
    expect(judge(crash, ended, gone, foreign, ...rest)).toMatchObject({
      status: 'broken',
      observed: expect.stringContaining('1 request lost that worker 1 (pid 1001) did not have'),
    });
    expect(judge(crash, ended, gone, lost('refused', 240, { stream: 'fresh' }), ...rest).status).toBe('broken');
    // what was lost before is another clause's matter
    const before = lost('reset', 150, { stream: 'busy', before: pidOf(2) });
    expect(judge(crash, ended, gone, before, ...rest).status).toBe('holds');
  });

  test('is broken by a worker that stays, and told why', () => {
    const waited = wait(EXCEPTION.gone, 201, 10_201, false);
    expect(judge(crash, waited)).toMatchObject({
      status: 'broken',
      cause: expect.stringContaining('goes on as if nothing had happened'),
    });
    expect(judge(crash, closed(1, 240), waited).cause).toContain('clients that keep their connections busy');
    expect(judge({ ...crash, status: 404 }, waited).cause).toContain('does not come to the application');
    const busy = wait(EXCEPTION.gone, 201, 60_000, false, { stretch: 6 });
    expect(judge(crash, busy).status).toBe('inconclusive');
    const visit = request(1, 50_000, { stream: EXCEPTION.visits });
    expect(judge(crash, visit, busy, pace(6, 100)).status).toBe('broken');
    expect(judge(crash).status).toBe('inconclusive');
  });

  test('is broken by others that end, with it or in its place', () => {
    expect(judge(crash, ended, exit(2, 250), gone, ...rest)).toMatchObject({
      status: 'broken',
      observed: 'worker 2 (pid 1002) ended, which had no exception',
    });
    expect(judge(crash, exit(2, 230), gone, ...rest).observed).toContain('worker 2');
    // a replacement that is late may end without being one of the others
    expect(judge(crash, ended, gone, ...rest, ...worker(5, 310, null), exit(5, 320)).status).toBe('holds');
  });

  test('is broken by a program that ends, and by a worker that is not replaced', () => {
    expect(judge(crash, ended, primaryDied(235), gone).observed).toContain('the primary (pid 1000) ended with code 1');
    const waited = wait(EXCEPTION.replaced, 230, 5230, false);
    expect(judge(crash, ended, gone, waited).cause).toBe('not every exit is answered with a fork');
    expect(judge(crash, exit(1, 230, { code: 0, signal: null, planned: true }), gone, waited).cause).toContain(
      'exitedAfterDisconnect',
    );
    expect(judge(crash, ended, gone, wait(EXCEPTION.replaced, 230, 30_230, false, { stretch: 6 })).status).toBe(
      'inconclusive',
    );
  });

  test('is broken by a worker that ends, and takes new connections for seconds before', () => {
    const end = exit(1, 5230, { code: 1, signal: null });
    const then = [
      wait(EXCEPTION.gone, 201, 5230),
      ...worker(4, 5240, 5300),
      wait(EXCEPTION.replaced, 5230, 5300),
      ...loaded,
    ];
    const visit = (id: number, t: number) => request(id, t, { stream: EXCEPTION.visits });
    expect(judge(crash, end, visit(1, 4000), ...then)).toMatchObject({
      status: 'broken',
      observed: expect.stringContaining('still took new connections'),
    });
    // what it took soon after, or what others take
    expect(judge(crash, end, visit(1, 3000), visit(2, 4000), ...then).status).toBe('holds');
    expect(judge(crash, end, visit(1, 4000), ...then, pace(3, 1000)).status).toBe('holds');
  });

  test('is open where nothing was asked, waited for, or under way', () => {
    expect(judge().status).toBe('inconclusive');
    expect(judge(crash, ended, gone).status).toBe('inconclusive');
    expect(judge(crash, ended, gone, ...heir, replaced, over).status).toBe('inconclusive');
    const late = wait(EXCEPTION.replaced, 230, 7000, true, { limit: 8750, stretch: 4 });
    expect(judge(crash, ended, gone, ...worker(4, 240, 6900), late, ...loaded).status).toBe('inconclusive');
  });
});
