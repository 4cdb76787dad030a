// Clause 8.1: an application's routes behind a cluster.
import { describe, expect, test } from 'vitest';
import type { Event, RequestEvent } from '#history';
import { answersAsInOneProcess, ROUTED, ROUTES } from '#checker';
import { judged, lost, pidOf, primaryDied, request, upAndListening } from './history.ts';

const two = upAndListening(2);
const slowly = [
  request(1, 400, { stream: 'beside slow', path: '/slow?ms=350', end: 752 }),
  request(1, 450, { stream: 'beside slow', end: 452 }),
];

/** Every route answered as the application does, but for what is told of some. */
function routed(how: Readonly<Record<string, Partial<RequestEvent>>> = {}): Event[] {
  return ROUTES.map(({ method, path, status, json }, i) =>
    request(1, 200 + 10 * i, {
      stream: ROUTED,
      method,
      path,
      status,
      pid: null,
      before: pidOf(1),
      body: json === undefined ? '{"error":"so"}' : JSON.stringify(json),
      ...how[`${method} ${path}`],
    }),
  );
}

const judge = (...events: readonly Event[]) => judged(answersAsInOneProcess, ...two, ...events);

describe('8.1 the routes', () => {
  test('hold, whatever the order of keys and the body of an error', () => {
    const opinion = judge(
      ...routed({
        'GET /items/7': { body: '{ "name": "item 7", "id": "7" }\n' },
        'GET /nothing/here': { body: 'no such page' },
      }),
      ...slowly,
    );
    expect(opinion).toMatchObject({ status: 'holds', judged: ROUTES.length + 1 });
  });

  test('are broken by another status, and told where it comes from', () => {
    const broken = (name: string, how: Partial<RequestEvent>) => judge(...routed({ [name]: how }), ...slowly);
    expect(broken('GET /items/7', { status: 404 })).toMatchObject({
      status: 'broken',
      observed: 'it was answered 404, by worker 1 (pid 1001)',
      cause: expect.stringContaining('served at /'),
    });
    expect(broken('POST /items?half', { status: 500 }).cause).toContain('its own error handler');
    expect(broken('GET /nothing/here', { status: 200 }).cause).toContain('answers what the application would not');
    expect(broken('POST /items', { status: 415 }).cause).toContain('reads the body');
  });

  test('are broken by another body', () => {
    const name = 'POST /items';
    const text = judge(...routed({ [name]: { body: '{"created":"{}"}' } }), ...slowly);
    expect(text).toMatchObject({ status: 'broken', cause: expect.stringContaining('has read the body') });
    expect(judge(...routed({ 'GET /items/7': { body: '<h1>7</h1>' } }), ...slowly).status).toBe('broken');
    expect(judge(...routed({ 'GET /items/7': { body: null } }), ...slowly).observed).toContain('an empty body');
  });

  test('are broken by a request that is lost, and by a program that is dead', () => {
    const gone = lost('closed', 300, { stream: ROUTED, path: '/items/7', before: pidOf(1) });
    expect(judge(...routed(), gone, ...slowly).observed).toContain('was closed unanswered');
    expect(judge(...routed(), gone, primaryDied(310), ...slowly).observed).toContain('the primary');
  });

  test('are open where one was not asked, or nothing was', () => {
    expect(judge(...routed().slice(1), ...slowly)).toMatchObject({ status: 'inconclusive' });
    expect(judge(...slowly).status).toBe('inconclusive');
    expect(judge(...routed()).status).toBe('inconclusive');
    const open = lost('unfinished', 300, { stream: ROUTED, path: '/items/7' });
    expect(judge(open).status).toBe('inconclusive');
  });

  test('are broken by a worker that waits in a loop', () => {
    const blocked = request(1, 450, { stream: 'beside slow', end: 753 });
    expect(judge(...routed(), slowly[0] as Event, blocked)).toMatchObject({
      status: 'broken',
      cause: expect.stringContaining('blocks the event loop'),
    });
  });
});
