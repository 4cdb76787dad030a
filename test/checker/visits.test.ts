// Clauses 9.1, 9.3 and 9.5: numbers of visits that come once, over workers, kills, a new start and a second program.
import { describe, expect, it } from 'vitest';
import { countsEachVisitOnce, remembers, sharesWithASecondProgram } from '#checker';
import type { Event } from '#history';
import { exit, fault, judged, lost, pace, primaryDied, upAndListening } from './history.ts';
import { atTwin, hit, hits, told, twin, visit } from './visits.ts';

const on = (...events: readonly Event[]) => judged(countsEachVisitOnce, ...upAndListening(2), ...events);

describe('every visit has a number of its own', () => {
  it('holds where the numbers come once, in whatever order', () => {
    expect(on(visit(1, 200, 2), visit(2, 200, 1), told(1, 300, 2), visit(2, 400, 3))).toMatchObject({
      status: 'holds',
      judged: 4,
      summary: '3 visits counted, 1 to 3 once each',
    });
  });

  it('is not told without a visit', () => {
    expect(on(told(1, 300, 0))).toMatchObject({ status: 'inconclusive' });
  });

  it('is broken by a number that came twice at the same moment: an update was lost', () => {
    expect(on(visit(1, 200, 1, { end: 220 }), visit(2, 205, 1, { end: 215 }))).toMatchObject({
      status: 'broken',
      observed: '2 visits got 1 number: 1, for one, was answered more than once',
      cause: expect.stringContaining('store.add'),
    });
  });

  it('is broken by a number that came again later: it is kept in a process', () => {
    expect(on(visit(1, 200, 1), visit(2, 300, 1))).toMatchObject({
      status: 'broken',
      cause: expect.stringContaining('each worker counts for itself'),
    });
  });

  it('is broken by a number that never came, unless a visit was left without an answer', () => {
    expect(on(visit(1, 200, 1), visit(2, 300, 3))).toMatchObject({
      status: 'broken',
      observed: expect.stringContaining('(2)'),
    });
    const killed = [fault('SIGKILL', 1, 250), exit(1, 255)];
    const unanswered = lost('reset', 249, { method: 'POST', path: '/visits' });
    expect(on(visit(1, 200, 1), ...killed, unanswered, visit(2, 300, 3))).toMatchObject({ status: 'holds' });
  });

  it('is broken by a number told that is lower than one that was answered before, or higher than all that were sent', () => {
    expect(on(visit(1, 200, 1), visit(1, 210, 2), told(2, 300, 1))).toMatchObject({
      status: 'broken',
      observed: expect.stringContaining('was told 1, after a visit had been answered 2'),
    });
    expect(on(visit(1, 200, 1), told(2, 300, 2))).toMatchObject({
      status: 'broken',
      observed: expect.stringContaining('was told 2, when 1 visit had been sent'),
    });
  });

  it('allows for visits that are under way while it is told', () => {
    const underWay = visit(1, 295, 2, { end: 310 });
    expect(on(visit(1, 200, 1), underWay, told(2, 300, 1))).toMatchObject({ status: 'holds' });
    expect(on(visit(1, 200, 1), underWay, told(2, 300, 2))).toMatchObject({ status: 'holds' });
  });

  it('is broken by a body of another shape, another status, or none', () => {
    for (const body of ['1', '{"visits":"1"}', '{"visits":0}', '{}'])
      expect(on(visit(1, 200, 1, { body })), body).toMatchObject({ status: 'broken' });
    expect(on(visit(1, 200, 1, { status: 404 }))).toMatchObject({ status: 'broken', cause: 'the path has no handler' });
    expect(on(visit(1, 200, 1), lost('hanging', 300, { method: 'POST', path: '/visits', end: 3400 }))).toMatchObject({
      status: 'broken',
    });
  });

  it('is broken by 503 at once with the store there, and not told where the machine may have kept it waiting', () => {
    expect(on(visit(1, 200, 1), visit(1, 300, null))).toMatchObject({ status: 'broken' });
    expect(on(visit(1, 200, 1), visit(1, 300, null, { end: 1310 }))).toMatchObject({ status: 'inconclusive' });
  });

  it('grants a deadline of 100 ms to a program on a machine that is five times slower', () => {
    const [quick, short] = [visit(1, 300, null), visit(1, 300, null, { end: 410 })];
    expect(on(visit(1, 200, 1), short)).toMatchObject({ status: 'broken' });
    expect(on(visit(1, 200, 1), pace(5), short)).toMatchObject({ status: 'inconclusive' });
    expect(on(visit(1, 200, 1), pace(5), quick)).toMatchObject({ status: 'broken' });
  });

  it('leaves to others what comes of a second program', () => {
    expect(on(visit(1, 200, 1), ...twin(300), atTwin(visit(0, 400, 1)), visit(1, 450, 1))).toMatchObject({
      status: 'holds',
    });
  });
});

describe('what was answered survives', () => {
  const before = [...hits(10, 150, true), hit(170, false), visit(1, 200, 1), visit(2, 210, 2)];
  const killed = [fault('SIGKILL', 1, 300), exit(1, 305), primaryDied(400), ...twin(500)];
  const said = (...events: readonly Event[]) => judged(remembers, ...upAndListening(2), ...before, ...events);

  it('holds where numbers and windows go on', () => {
    expect(said(...killed, atTwin(told(0, 600, 2)), atTwin(visit(0, 610, 3)), atTwin(hit(620, false)))).toMatchObject({
      status: 'holds',
      summary: expect.stringContaining('it went on from 2'),
    });
  });

  it('is broken where they begin anew', () => {
    expect(said(...killed, atTwin(told(0, 600, 0)), atTwin(visit(0, 610, 1)))).toMatchObject({ status: 'broken' });
    expect(said(...killed, atTwin(told(0, 600, 2)), atTwin(visit(0, 610, 3)), atTwin(hit(620, true)))).toMatchObject({
      status: 'broken',
      observed: expect.stringContaining('11 of 12 requests with the same key passed'),
    });
  });

  it('is not told without a kill, without a new start, or where nobody asked after it', () => {
    expect(said(primaryDied(400), ...twin(500), atTwin(told(0, 600, 2)), atTwin(visit(0, 610, 3)))).toMatchObject({
      status: 'inconclusive',
    });
    expect(said(...killed.slice(0, 3))).toMatchObject({ status: 'inconclusive' });
    expect(said(...killed)).toMatchObject({ status: 'inconclusive' });
  });
});

describe('two programs on one store share it', () => {
  const limited = [...hits(10, 150, true), hit(170, false)];
  const said = (...events: readonly Event[]) =>
    judged(sharesWithASecondProgram, ...upAndListening(2), ...limited, ...events);

  it('holds where each goes on where the other one is', () => {
    const turns = [visit(1, 400, 1), atTwin(visit(0, 410, 2)), visit(1, 420, 3), atTwin(told(0, 430, 3))];
    expect(said(...twin(300), ...turns, atTwin(hit(440, false)))).toMatchObject({ status: 'holds', judged: 3 });
  });

  it('is broken where both give out the same number, or let ten pass each', () => {
    expect(said(...twin(300), visit(1, 400, 1), atTwin(visit(0, 410, 1)))).toMatchObject({ status: 'broken' });
    expect(said(...twin(300), visit(1, 400, 1), atTwin(visit(0, 410, 2)), atTwin(hit(440, true)))).toMatchObject({
      status: 'broken',
    });
  });

  it('is not told where only one of them was asked', () => {
    expect(said(...twin(300), visit(1, 400, 1))).toMatchObject({ status: 'inconclusive' });
    expect(said(visit(1, 400, 1))).toMatchObject({ status: 'inconclusive' });
  });
});
