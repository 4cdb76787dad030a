// Clauses 3.1 to 3.6: numbers that two workers tell by GET /stats, and the messages that carry them.
import { describe, expect, test } from 'vitest';
import type { Event, History } from '#history';
import {
  AGREE,
  boundsItsMessages,
  countsEachRequest,
  countsTheReplacements,
  ignoresStrangers,
  numbersTravelAsMessages,
  statsOf,
  totalsAgree,
  type Opinion,
} from '#checker';
import {
  answers,
  ending,
  exit,
  fault,
  historyOf,
  lost,
  mark,
  pidOf,
  primaryDied,
  range,
  request,
  stats,
  upAndListening,
  visits,
  wait,
  worker,
} from './history.ts';

const judged = (property: (history: History) => Opinion, ...events: readonly Event[]) => property(historyOf(events));
const two = upAndListening(2);
const four = [...two, ...visits([1, 2, 1, 2], 200)];
const counted = (met = true, how: object = {}) => wait(AGREE.counted, 400, met ? 500 : 2000, met, how);
/** Both workers, asked in the wait that ends at 500. */
const say = (one: number, other: number, local = 2) => [stats(1, 450, local, one), stats(2, 460, 2, other)];
const sent = (number: number, t: number, count = 1, direction: 'up' | 'down' = 'up'): Event => ({
  kind: 'sent',
  t,
  by: direction === 'up' ? pidOf(number) : pidOf(0),
  worker: number,
  direction,
  count,
  sample: '{"n":1}',
});
const unheard = (number: number, t: number, count: number): Event => ({
  kind: 'received',
  t,
  by: pidOf(0),
  worker: number,
  direction: 'up',
  count,
  unheard: count,
});

test('numbers are read from JSON of the right shape alone', () => {
  const of = (body: string | null, status = 200) => statsOf({ outcome: 'answered', status, body });
  expect(of('{"pid":1,"local":2,"total":3}')).toEqual({ pid: 1, local: 2, total: 3 });
  for (const body of ['', '[]', 'null', '7', '{"pid":1}', '{"pid":1,"local":"2","total":3}', null])
    expect(of(body)).toBeUndefined();
  expect(of('{"pid":1,"local":2,"total":3}', 404)).toBeUndefined();
  expect(statsOf(undefined)).toBeUndefined();
});

describe('3.1 each request once', () => {
  test('holds', () => {
    expect(judged(countsEachRequest, ...four, ...say(4, 4), counted())).toMatchObject({ status: 'holds', judged: 4 });
  });

  test('is broken by a wrong shape, a wrong local and a wrong total', () => {
    const odd = request(1, 450, { path: '/stats', body: 'no', status: 404 });
    expect(judged(countsEachRequest, ...four, odd, counted()).cause).toBe('the path has no handler');
    const local = judged(countsEachRequest, ...four, ...say(4, 4, 3), counted());
    expect(local.observed).toBe('worker pid 1001 answered 2 requests and says "local": 3');
    const total = judged(countsEachRequest, ...four, ...say(2, 2), counted(false));
    expect(total).toMatchObject({ status: 'broken', expected: 'total 4 on every worker' });
    expect(total.cause).toContain('each worker’s total is its own count');
  });

  test('is broken by a total that is told too rarely', () => {
    const late = [stats(1, 1400, 2, 3), stats(1, 1800, 2, 4), stats(2, 1810, 2, 4)];
    const opinion = judged(countsEachRequest, ...four, ...late, wait(AGREE.counted, 400, 1900));
    expect(opinion.cause).toBe('the totals are told too rarely');
  });

  test('is broken by the primary’s death, and by what it says', () => {
    const opinion = judged(
      countsEachRequest,
      ...four,
      ...say(2, 2),
      primaryDied(480),
      wait(AGREE.counted, 400, 500, false),
    );
    expect(opinion.observed).toContain('ended with code 1');
  });

  test('is open where nothing could be compared, or the machine is too busy', () => {
    expect(judged(countsEachRequest, ...four).status).toBe('inconclusive');
    expect(judged(countsEachRequest, ...two, counted()).status).toBe('inconclusive');
    expect(judged(countsEachRequest, ...four, ...say(2, 2), counted(false, { stretch: 6 })).status).toBe(
      'inconclusive',
    );
  });
});

describe('3.2 by messages alone', () => {
  const held = [fault('hold-up', 1, 1000), fault('hold-down', 2, 1001)];
  const meanwhile = visits([1, 1, 1], 1010, { stream: 'kept' });
  const released = fault('release', 1, 1300);
  const base = [...four, sent(1, 300), ...held, ...meanwhile, released];

  test('holds where nobody knows more than the messages tell', () => {
    expect(judged(numbersTravelAsMessages, ...base, stats(2, 1200, 2, 4))).toMatchObject({
      status: 'holds',
      judged: 1,
    });
    // one that asks the primary first cannot answer while its messages are held
    expect(
      judged(
        numbersTravelAsMessages,
        ...four,
        sent(1, 300),
        ...held,
        released,
        { ...stats(2, 1200, 2, 4), end: 1310 },
        stats(1, 1400, 2, 4),
      ),
    ).toMatchObject({ status: 'holds' });
  });

  test('is broken by a worker that knows what it cannot, and by no message at all', () => {
    const opinion = judged(numbersTravelAsMessages, ...base, stats(2, 1200, 2, 7));
    expect(opinion.observed).toContain('pid 1002 said total 7, of which it could know 4');
    expect(judged(numbersTravelAsMessages, ...four, ...held, released, stats(2, 1200, 2, 4)).status).toBe('broken');
  });

  test('is open where nothing was held, or nothing read', () => {
    expect(judged(numbersTravelAsMessages, ...four, sent(1, 300), stats(2, 1200, 2, 4)).status).toBe('inconclusive');
    const missed = [fault('hold-up', 1, 1000, { landed: false }), fault('hold-down', 2, 1001)];
    expect(judged(numbersTravelAsMessages, ...four, sent(1, 300), ...missed, stats(2, 1200, 2, 4)).status).toBe(
      'inconclusive',
    );
    expect(judged(numbersTravelAsMessages, ...base).status).toBe('inconclusive');
    expect(judged(numbersTravelAsMessages, ...four, ...held).status).toBe('inconclusive');
  });
});

describe('3.3 the same total', () => {
  test('holds, over batches too', () => {
    expect(judged(totalsAgree, ...four, ...say(4, 4), counted())).toMatchObject({ status: 'holds', judged: 4 });
    expect(judged(totalsAgree, ...four, answers(1, 390, 96), ...say(100, 100), counted())).toMatchObject({
      judged: 100,
    });
  });

  test('is broken where they differ, or are too high or too low', () => {
    expect(judged(totalsAgree, ...four, ...say(4, 3), counted(false)).observed).toContain(
      'pid 1001 says 4 and pid 1002 says 3',
    );
    expect(judged(totalsAgree, ...four, ...say(5, 5), counted()).cause).toContain('more than once');
    expect(judged(totalsAgree, ...four, ...say(3, 3), unheard(2, 300, 1), counted()).cause).toContain(
      'for worker 1 only',
    );
  });

  test('allows for what a killed worker had in hand', () => {
    const kill = [fault('SIGKILL', 2, 300), lost('reset', 299)];
    expect(judged(totalsAgree, ...four, ...kill, ...say(5, 5), counted()).status).toBe('holds');
    expect(judged(totalsAgree, ...four, ...kill, ...say(6, 6), counted()).status).toBe('broken');
  });

  test('is open with nothing told, or on a busy machine, and tells of the primary’s death', () => {
    expect(judged(totalsAgree, ...four).status).toBe('inconclusive');
    expect(judged(totalsAgree, ...four, counted(false)).status).toBe('inconclusive');
    expect(judged(totalsAgree, ...four, ...say(4, 3), counted(false, { stretch: 6 })).status).toBe('inconclusive');
    const dead = [primaryDied(470), wait(AGREE.counted, 400, 471, false)];
    expect(judged(totalsAgree, ...four, ...say(4, 3), ...dead).observed).toContain('the primary (pid 1000) ended');
  });
});

describe('3.4 replacements', () => {
  const kill = [fault('SIGKILL', 1, 1200), exit(1, 1203), ...worker(3, 1210, 1260)];
  const more = visits([3, 3, 3], 1300);
  const asked = (total: number, t = 2000) => [stats(2, t, 2, total), stats(3, t + 1, 3, total)];
  const crashed = (met = true, how: object = {}) => wait(AGREE.crashed, 1900, 2100, met, how);
  const base = [...four, ...kill, ...more];

  test('holds', () => {
    expect(judged(countsTheReplacements, ...base, ...asked(7), crashed())).toMatchObject({
      status: 'holds',
      judged: 7,
    });
  });

  test('is broken by what the replacement answers and nobody hears', () => {
    const opinion = judged(countsTheReplacements, ...base, unheard(3, 1400, 3), ...asked(4), crashed());
    expect(opinion).toMatchObject({ status: 'broken', about: 'replacement' });
    expect(opinion.observed).toContain('3 are missing; 3 messages of worker 3 (pid 1003) reached the primary');
    expect(opinion.cause).toContain('for workers 1 and 2 only');
  });

  test('is broken by a total that goes back, or forgets', () => {
    const back = [stats(2, 1100, 2, 4), ...asked(3)];
    expect(judged(countsTheReplacements, ...base, ...back, crashed()).observed).toBe('pid 1002 said total 4, then 3');
    expect(judged(countsTheReplacements, ...base, ...asked(5), crashed())).toMatchObject({
      status: 'broken',
      about: 'lost',
    });
  });

  test('forgives what the killed worker answered in its last half second', () => {
    expect(judged(countsTheReplacements, ...base, answers(1, 1190, 50), ...asked(7), crashed()).status).toBe('holds');
    expect(judged(countsTheReplacements, ...base, answers(1, 430, 50), ...asked(7), crashed()).status).toBe('broken');
  });

  test('is broken by a primary that dies as it sends', () => {
    const uncaught: Event = { kind: 'uncaught', t: 1201, pid: pidOf(0), error: 'Error: write EPIPE', stack: '' };
    const opinion = judged(countsTheReplacements, ...base, uncaught, primaryDied(1202));
    expect(opinion).toMatchObject({ about: 'primary' });
    expect(opinion.cause).toContain('sending to a dead worker');
  });

  test('is open without a kill that landed, without totals, and on a busy machine', () => {
    expect(judged(countsTheReplacements, ...four, ...asked(4), crashed()).status).toBe('inconclusive');
    expect(judged(countsTheReplacements, ...base).status).toBe('inconclusive');
    expect(judged(countsTheReplacements, ...base, crashed()).status).toBe('inconclusive');
    expect(judged(countsTheReplacements, ...base, ...asked(5), crashed(false, { stretch: 6 })).status).toBe(
      'inconclusive',
    );
    const missed = [...four, fault('SIGKILL', 1, 1200, { landed: false }), ...worker(3, 1210, 1260), ...more];
    expect(judged(countsTheReplacements, ...missed, ...asked(7), crashed()).status).toBe('inconclusive');
  });
});

describe('3.5 strange messages', () => {
  const junk = [fault('junk-up', 1, 1000), fault('junk-down', 1, 1010)];
  const base = [...four, ...say(4, 4), counted(), ...junk];
  const strangers = (met = true, how: object = {}) => wait(AGREE.strangers, 1100, 1300, met, how);
  const asked = (total: number) => [stats(1, 1200, 2, total), stats(2, 1201, 2, total)];

  test('holds', () => {
    expect(judged(ignoresStrangers, ...base, ...asked(4), strangers())).toMatchObject({ status: 'holds', judged: 4 });
  });

  test('is broken by a death, also one that is told before the delivery is', () => {
    expect(judged(ignoresStrangers, ...base, primaryDied(1005)).observed).toContain(
      'after a strange message the primary',
    );
    expect(judged(ignoresStrangers, ...base, exit(1, 1015, { code: 1, signal: null })).observed).toContain(
      'ended with code 1',
    );
    expect(judged(ignoresStrangers, ...base, exit(1, 998), ...asked(4), strangers()).status).toBe('broken');
    expect(judged(ignoresStrangers, ...base, ...asked(4), strangers(), ...ending(1400), exit(1, 1405)).status).toBe(
      'holds',
    );
  });

  test('is broken by numbers that change', () => {
    expect(judged(ignoresStrangers, ...base, ...asked(5), strangers(false)).observed).toContain('said total 5');
    const odd = request(1, 1200, { path: '/stats', body: '{"pid":1001,"local":2,"total":null}' });
    expect(judged(ignoresStrangers, ...base, odd, strangers(false)).cause).toBe(
      'a strange message was taken for numbers',
    );
  });

  test('is open where none was delivered, nobody asked, or the machine is too busy', () => {
    expect(judged(ignoresStrangers, ...four).status).toBe('inconclusive');
    expect(judged(ignoresStrangers, ...base).status).toBe('inconclusive');
    const missed = fault('junk-up', 2, 1020, { landed: false });
    expect(judged(ignoresStrangers, ...base, missed, ...asked(4), strangers()).status).toBe('inconclusive');
    expect(judged(ignoresStrangers, ...base, ...asked(5), strangers(false, { stretch: 6 })).status).toBe(
      'inconclusive',
    );
  });
});

describe('3.6 bounds', () => {
  const end = ending(3000);

  test('holds with a message a request', () => {
    const each = [...four, ...range(4).map((i) => sent(1 + (i % 2), 205 + i))];
    expect(judged(boundsItsMessages, ...each, ...end)).toMatchObject({ status: 'holds', judged: 4 });
  });

  test('is broken by more, either way', () => {
    const up = judged(boundsItsMessages, ...four, sent(1, 400, 100), ...end);
    expect(up.observed).toMatch(/^worker 1 \(pid 1001\) sent 100 messages in 3.0 s, for 4 requests/);
    const down = judged(boundsItsMessages, ...four, sent(2, 400, 100, 'down'), ...end);
    expect(down.observed).toMatch(/^the primary to worker 2 \(pid 1002\) sent 100 messages/);
  });

  test('is broken by a timer that sends without news', () => {
    const rest = [mark('rest begins', 1000), mark('rest ends', 2100)];
    expect(judged(boundsItsMessages, ...four, ...rest, sent(1, 1500, 20), ...end).cause).toContain('a timer');
    expect(judged(boundsItsMessages, ...four, ...rest, sent(1, 1500, 12), ...end).status).toBe('holds');
  });

  test('is open where no worker lived for a second', () => {
    expect(judged(boundsItsMessages, ...four, ...ending(900)).status).toBe('inconclusive');
  });
});
