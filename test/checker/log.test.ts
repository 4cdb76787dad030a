// Clause 8.5: a whole line for each request.
import { describe, expect, test } from 'vitest';
import type { Event, RequestEvent } from '#history';
import { LOG_OUTPUT, LOG_SETTLED, LOGGED, loggedPath, logsEachRequest } from '#checker';
import {
  ending,
  judged,
  lost,
  pace,
  pidOf,
  PRIMARY,
  primaryDied,
  request,
  taken,
  upAndListening,
  wait,
} from './history.ts';

const two = upAndListening(2);
const out = (text: string, t: number, stream: 'stdout' | 'stderr' = 'stdout'): Event => ({
  kind: 'output',
  t,
  stream,
  text,
});
const settled = wait(LOG_SETTLED, 1000, 2200, false);
const rest = [settled, ...ending(2300)];
const judge = (...events: readonly Event[]) => judged(logsEachRequest, ...two, ...events, ...rest);

function logged(k: number, how: Partial<RequestEvent> = {}): RequestEvent {
  return request(1, 200 + k, { stream: LOGGED, path: loggedPath(k, '/items/7'), ...how });
}
const one = logged(1);
const other = logged(2, { method: 'POST', status: 201 });
const lineOf = ({ method, path }: RequestEvent, pid = pidOf(1)): string => `${pid} ${method} ${path} 200\n`;

describe('8.5 URLs of their own', () => {
  test('are as long as wanted, and none begins with another', () => {
    const path = loggedPath(7, '/slow?ms=5', 1000);
    expect(path).toMatch(/^\/slow\?ms=5&log-00007-[a-j]+-end$/);
    expect(path.length).toBeGreaterThanOrEqual(1000);
    expect(path.length).toBeLessThan(1020);
    expect(loggedPath(1, '/').startsWith(loggedPath(11, '/'))).toBe(false);
  });
});

describe('8.5 a line for each request', () => {
  test('holds, whatever a line looks like, and whatever else is printed', () => {
    const json = JSON.stringify({ url: other.path, method: 'POST', pid: pidOf(1) });
    expect(judge(one, other, out(`starting\n${lineOf(one)}\u001B[32m${json}\u001B[0m\nbye`, 210))).toMatchObject({
      status: 'holds',
      judged: 2,
    });
    const text = lineOf(one);
    expect(judge(one, out(text.slice(0, 20), 210), out(text.slice(20), 211)).status).toBe('holds');
    // before its answer, and by a worker that only its connection tells of
    const quiet = logged(3, { pid: null });
    expect(judge(quiet, taken(1, 203, quiet.conn), out(lineOf(quiet), 202)).status).toBe('holds');
  });

  test('is broken by a line that is missing, and told what is there instead', () => {
    expect(judge(one, other, out(lineOf(one), 210))).toMatchObject({
      status: 'broken',
      observed: expect.stringContaining('1 request of 2 without a line; the first, POST '),
    });
    expect(judge(one, out('hello\n', 210)).cause).toContain('before the application answers');
    expect(judge(one, out(lineOf(one), 210, 'stderr')).observed).toContain('on standard error');
    expect(judge(one, out(`${pidOf(1)} GET /items/7 200\n`, 210)).cause).toContain('with its query');
    expect(judge(one, logged(4, { status: 404 }), out(lineOf(one), 210)).cause).toContain('404 is not logged');
  });

  test('is broken by a line without pid or method', () => {
    expect(judge(one, out(`GET ${one.path}\n`, 210)).cause).toContain('the pid of the worker is missing');
    expect(judge(one, out(lineOf(one, PRIMARY), 210)).cause).toContain('pid of the primary');
    expect(judge(one, out(`${pidOf(1)} ${one.path}\n`, 210)).cause).toBe('the method is missing');
    expect(judge(one, out(`1${pidOf(1)} GET ${one.path}\n`, 210)).status).toBe('broken');
    expect(judge(one, out(`${pidOf(1)} TARGET ${one.path}\n`, 210)).status).toBe('broken');
  });

  test('tells a pid that is missing once from one that is always missing', () => {
    const { cause } = judge(one, other, out(lineOf(other), 210), out(`GET ${one.path}\n`, 211));
    expect(cause).toContain('other lines have it: a line is written in pieces');
  });

  test('tells a URL that is cut', () => {
    const long = logged(3, { path: loggedPath(3, '/items/7', 200) });
    expect(judge(long, out(`${pidOf(1)} GET ${long.path.slice(0, 60)}… 200\n`, 210)).cause).toContain('the URL is cut');
  });

  test('is broken by lines that are torn or mixed', () => {
    const torn = judge(
      one,
      out(`${pidOf(1)} GET ${one.path.slice(0, 20)}`, 210),
      out(`\n${one.path.slice(20)} 200\n`, 211),
    );
    expect(torn.cause).toContain('written in pieces');
    const mixed = judge(one, other, out(`${pidOf(1)} GET ${pidOf(1)} POST ${one.path} ${other.path}\n`, 210));
    expect(mixed).toMatchObject({ status: 'broken', cause: expect.stringContaining('written in pieces') });
    expect(judge(one, out(`${one.path}\n${pidOf(1)} GET \n`, 210)).cause).toContain('written in pieces');
  });

  test('is broken by a line that is late, by this machine’s clock', () => {
    const at = (t: number, ...more: readonly Event[]) => judge(one, out(lineOf(one), t), ...more);
    expect(at(one.end + 1000).status).toBe('holds');
    expect(at(one.end + 1001)).toMatchObject({ status: 'broken', observed: expect.stringContaining('came late') });
    expect(at(one.end + 1001, pace(2)).status).toBe('inconclusive');
  });

  test('judges the last requests of a program that ended by itself, and not of one that was ended', () => {
    const last = logged(9, { t: 2250, end: 2260 });
    expect(judge(one, last, out(lineOf(one), 210))).toMatchObject({ status: 'holds', judged: 1 });
    expect(judge(one, last, out(lineOf(one), 210), primaryDied(2280, 0)).status).toBe('broken');
    expect(judged(logsEachRequest, ...two, one, ...ending(900)).status).toBe('inconclusive');
  });

  test('is open where nothing was answered, nobody is known to have answered, or too much was printed', () => {
    expect(judge(lost('reset', 200, { stream: LOGGED, path: one.path })).status).toBe('inconclusive');
    expect(judge().status).toBe('inconclusive');
    expect(judge(logged(5, { pid: null })).status).toBe('inconclusive');
    expect(judge(one, out('x'.repeat(LOG_OUTPUT), 210)).status).toBe('inconclusive');
    expect(judged(logsEachRequest, ...two, primaryDied(150)).summary).toContain('did not live');
  });
});
