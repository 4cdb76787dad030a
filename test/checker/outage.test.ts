// Clauses 9.4 and 9.6: an outage of the store, and the same on another store.
import { describe, expect, it } from 'vitest';
import { endures, keepsItOnRedisToo, SHARED } from '#checker';
import type { Event, RequestEvent } from '#history';
import { ending, exit, judged, request, upAndListening, wait } from './history.ts';
import { hit, hits, outage, told, visit } from './visits.ts';

const FROM = 1000;
const TO = 3500;
const inIt = { stream: SHARED.outage } as const;
const away = (event: RequestEvent, ms = 900): RequestEvent => ({
  ...event,
  ...inIt,
  status: 503,
  body: 'away',
  end: event.t + ms,
});
const before = [...upAndListening(2), visit(1, 200, 1)];
const beside = [request(1, 1100, inIt), request(2, 1200, inIt)];
const needy = [away(visit(1, 1010, null)), away(hit(1020, true)), away(told(2, 1030, null))];
const after = [wait(SHARED.rightAgain, TO, TO + 20), visit(1, 6600, 2), told(2, 6700, 2)];
const said = (...events: readonly Event[]) => judged(endures, ...before, ...events, ...ending(8000));

describe('an outage of the store is told in time', () => {
  it('holds for 503 in time, GET / as ever, and all right afterwards', () => {
    expect(said(...outage(FROM, TO), ...beside, ...needy, ...after)).toMatchObject({ status: 'holds', judged: 7 });
  });

  it('holds where GET /visits still gives the right number', () => {
    const right = told(2, 1040, 1, inIt);
    expect(said(...outage(FROM, TO), ...beside, ...needy, right, ...after)).toMatchObject({ status: 'holds' });
  });

  it('is not told where the outage did not land, or nobody asked in it or after it', () => {
    expect(said(...outage(FROM, TO, false), ...beside, ...needy, ...after)).toMatchObject({ status: 'inconclusive' });
    expect(said(...beside, ...needy, ...after)).toMatchObject({ status: 'inconclusive' });
    expect(said(...outage(FROM, TO), ...after)).toMatchObject({ status: 'inconclusive' });
    expect(said(...outage(FROM, TO), ...beside, ...needy)).toMatchObject({ status: 'inconclusive' });
    expect(said(...outage(FROM, TO), ...beside, ...needy, after[0] as Event)).toMatchObject({ status: 'inconclusive' });
  });

  it.each([
    ['503 that comes late', away(visit(1, 1010, null), 2400), 'without a deadline'],
    ['an answer only when the store is back', { ...visit(1, 1010, 2, inIt), end: TO + 10 }, 'without a deadline'],
    ['500', { ...away(visit(1, 1010, null)), status: 500 }, '503 says'],
    ['a number from memory', visit(1, 1010, 2, inIt), 'from the process'],
    ['a limit that lets pass', hit(1010, true, inIt), 'from the process'],
    [
      'a connection that is closed',
      { ...away(visit(1, 1010, null)), outcome: 'closed' as const, status: null },
      'deadline',
    ],
  ])('is broken by %s', (_what, event, cause) => {
    expect(said(...outage(FROM, TO), ...beside, ...needy, event, ...after)).toMatchObject({
      status: 'broken',
      cause: expect.stringContaining(cause),
    });
  });

  it('is broken by a number told from a copy that is old', () => {
    const later = visit(1, 900, 2);
    const stale = told(2, 1040, 1, inIt);
    const numbers = [visit(1, 6600, 3), told(2, 6700, 3)];
    expect(said(later, ...outage(FROM, TO), ...beside, ...needy, stale, after[0] as Event, ...numbers)).toMatchObject({
      status: 'broken',
      observed: expect.stringContaining('was told 1'),
    });
  });

  it('is broken where GET / waits for the store as well', () => {
    const blocked = request(1, 1100, { ...inIt, end: TO + 5 });
    expect(said(...outage(FROM, TO), blocked, ...needy, ...after)).toMatchObject({
      status: 'broken',
      cause: expect.stringContaining('event loop'),
    });
  });

  it('is broken by a worker that ends', () => {
    expect(
      said(...outage(FROM, TO), ...beside, ...needy, exit(2, 2200, { code: 1, signal: null }), ...after),
    ).toMatchObject({ status: 'broken', observed: expect.stringContaining('ended with code 1') });
  });

  it('is broken where it is not right again in time, and not told where the machine may have been the reason', () => {
    const never = (stretch: number) => wait(SHARED.rightAgain, TO, TO + 3000, false, { stretch });
    const still = visit(1, TO + 2900, null, { end: TO + 2901 });
    expect(said(...outage(FROM, TO), ...beside, ...needy, still, never(1))).toMatchObject({ status: 'broken' });
    expect(said(...outage(FROM, TO), ...beside, ...needy, still, never(9))).toMatchObject({ status: 'inconclusive' });
    const again = visit(1, 6600, null, { end: 6601 });
    expect(said(...outage(FROM, TO), ...beside, ...needy, after[0] as Event, again)).toMatchObject({
      status: 'broken',
    });
  });

  it('is broken where what was given up is counted twice', () => {
    const numbers = [visit(1, 6600, 4), told(2, 6700, 4)];
    expect(said(...outage(FROM, TO), ...beside, ...needy, after[0] as Event, ...numbers)).toMatchObject({
      status: 'broken',
      observed: expect.stringContaining('never'),
    });
  });

  it('lets 503 be late where the machine is slow', () => {
    const slow: Event = { kind: 'pace', t: 900, stretch: 4 };
    const late = away(visit(1, 1010, null), 2300);
    expect(said(slow, ...outage(FROM, TO), ...beside, ...needy, late, ...after)).toMatchObject({
      status: 'inconclusive',
    });
  });
});

describe('with Redis it is the same', () => {
  const limited = [...hits(10, 400, true), hit(420, false)];
  const all = [...limited, ...outage(FROM, TO), ...beside, ...needy, ...after];
  const onRedis = (...events: readonly Event[]) => judged(keepsItOnRedisToo, ...before, ...events, ...ending(8000));

  it('holds where visits, limit and outage do', () => {
    expect(onRedis(...all)).toMatchObject({ status: 'holds' });
  });

  it('is broken by whichever is, and says that it was on Redis', () => {
    expect(onRedis(...all, visit(2, 500, 1))).toMatchObject({
      status: 'broken',
      observed: expect.stringMatching(/^on Redis: 3 visits got 2 numbers/),
    });
    expect(onRedis(...all, ...hits(2, 430, true))).toMatchObject({ status: 'broken' });
    expect(onRedis(...all, visit(1, 1010, 2, inIt))).toMatchObject({ status: 'broken' });
  });

  it('is not told where one of them is not', () => {
    expect(onRedis(...limited)).toMatchObject({ status: 'inconclusive' });
  });
});
