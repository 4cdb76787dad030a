// Clause 3.4: what a killed worker leaves behind, and what its replacement adds to it.
import { describe, expect, test } from 'vitest';
import type { Event } from '#history';
import { AGREE, countsTheReplacements } from '#checker';
import {
  answers,
  exit,
  fault,
  pace,
  pidOf,
  primaryDied,
  received,
  request,
  sent,
  stats,
  uncaught,
  upAndListening,
  visits,
  wait,
  worker,
  judged,
} from './history.ts';

const two = upAndListening(2);
const four = [...two, ...visits([1, 2, 1, 2], 200)];

const unheard = (number: number, t: number, count: number) => received(number, t, count, count);

describe('3.4 replacements', () => {
  const kill = [fault('SIGKILL', 1, 1200), exit(1, 1203), ...worker(3, 1210, 1260)];
  const more = visits([3, 3, 3], 1300);
  const asked = (total: number, t = 2000) => [stats(2, t, 2, total), stats(3, t + 1, 3, total)];
  const crashed = (met = true, how: object = {}) => wait(AGREE.crashed, 1900, 2100, met, how);
  const base = [...four, ...kill, ...more];
  const heard = [received(1, 300, 2), received(2, 300, 2)];

  test('holds', () => {
    expect(judged(countsTheReplacements, ...base, ...asked(7), crashed())).toMatchObject({
      status: 'holds',
      judged: 7,
    });
  });

  test('is broken by what the replacement answers and nobody hears', () => {
    const opinion = judged(countsTheReplacements, ...base, ...heard, unheard(3, 1400, 3), ...asked(4), crashed());
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
    const pipe: Event = { kind: 'uncaught', t: 1201, pid: pidOf(0), error: 'Error: write EPIPE', stack: '' };
    const opinion = judged(countsTheReplacements, ...base, pipe, primaryDied(1202));
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

describe('3.4 under load', () => {
  const kill = [fault('SIGKILL', 1, 1200), exit(1, 1203), ...worker(3, 1210, 1260)];
  const asked = (total: number, other = total) => [stats(2, 2000, 2, other), stats(3, 2001, 3, total)];
  const crashed = (met = true, how: object = {}) => wait(AGREE.crashed, 1900, 2100, met, how);
  const survives = (...events: readonly Event[]) =>
    judged(countsTheReplacements, ...four, ...kill, answers(3, 1300, 30), ...events);

  test('holds with what was counted, killed and replaced', () => {
    expect(survives(...asked(34), crashed())).toMatchObject({
      status: 'holds',
      judged: 34,
      summary: '34 requests over 1 kill and 1 replacement, none forgotten',
    });
  });

  test('is broken by requests that are missing, and says whose messages were not heard', () => {
    const lacks = survives(...asked(33), crashed());
    expect(lacks).toMatchObject({
      status: 'broken',
      judged: 34,
      about: 'lost',
      expected: 'total 34, with what the killed workers had reported and what their replacements answered',
      observed: 'total 33: 1 are missing',
      cause: 'what a worker had reported is lost with it, or what its replacement reports is not added',
    });
    expect(lacks.evidence).toMatchObject([undefined, { worker: 3 }, { pid: 1002 }, { pid: 1003 }]);
    const silent = survives(received(1, 300, 1), received(2, 300, 1), unheard(3, 1400, 7), ...asked(33), crashed());
    expect(silent).toMatchObject({
      about: 'replacement',
      expected: 'total 34, with the 30 requests that worker 3 answered',
      observed:
        'total 33: 1 are missing; 7 messages of worker 3 (pid 1003) reached the primary, and no listener heard them',
      cause: '‘message’ listeners exist for workers 1 and 2 only',
    });
    expect(silent.evidence).toMatchObject([{ worker: 3 }, { worker: 3 }, {}, {}]);
    // the lowest total counts, and who was heard least
    const both = survives(unheard(2, 300, 2), unheard(3, 1400, 7), unheard(3, 1401, 1), ...asked(34, 20), crashed());
    expect(both.observed).toBe(
      'total 20: 14 are missing; 8 messages of worker 3 (pid 1003) reached the primary, and no listener heard them',
    );
  });

  test('excuses what the killed one answered in its last half second, by this machine’s clock', () => {
    const excused = (t: number, ...events: readonly Event[]) =>
      survives(answers(1, t, 50), ...events, ...asked(34), crashed()).status;
    expect([excused(450), excused(449), excused(1250)]).toEqual(['holds', 'broken', 'holds']);
    expect(excused(200, pace(2))).toBe('holds');
    expect(excused(199, pace(2))).toBe('broken');
    expect(survives(answers(2, 1190, 50), ...asked(34), crashed()).status).toBe('broken');
    // single answers too, but no others
    const single = (how: object) => survives(request(1, 1100, how), ...asked(34), crashed()).status;
    expect(single({})).toBe('holds');
    expect(single({ end: 450 })).toBe('holds');
    expect(single({ end: 449 })).toBe('broken');
    expect(single({ pid: pidOf(2) })).toBe('broken');
    const other = survives(request(1, 1100, { path: '/x' }), ...asked(33), crashed());
    expect(other.status).toBe('broken');
  });

  test('excuses each kill', () => {
    const second = [fault('SIGKILL', 2, 1500), answers(2, 1490, 5), answers(1, 1190, 5)];
    expect(survives(...second, stats(3, 2001, 3, 34), crashed()).status).toBe('holds');
    expect(survives(...second, stats(3, 2001, 3, 33), crashed()).status).toBe('broken');
  });

  test('does not excuse a worker that lives and was never heard', () => {
    const rest = [answers(1, 1190, 100), ...asked(104), crashed()];
    const deaf = survives(sent(3, 1400, 4), unheard(3, 1400, 2), ...rest);
    expect(deaf).toMatchObject({ status: 'broken', about: 'replacement', judged: 134 });
    expect(deaf.observed).toContain('total 104: 30 are missing; 2 messages of worker 3');
    // heard for the most part, with more missing than it answered, killed itself, or with no answer
    expect(survives(sent(3, 1400, 5), unheard(3, 1400, 2), ...rest).status).toBe('holds');
    expect(
      survives(sent(3, 1400, 4), unheard(3, 1400, 2), answers(1, 1190, 100), ...asked(105), crashed()).status,
    ).toBe('holds');
    expect(survives(fault('SIGKILL', 3, 1900), sent(3, 1400, 4), unheard(3, 1400, 2), ...rest).status).toBe('holds');
    expect(survives(...worker(4, 1800, 1850), sent(4, 1900, 1), unheard(4, 1900, 1), ...rest).status).toBe('holds');
    // what the primary sends to it, and what others send, is not its own
    const others = [sent(3, 1400, 9, 'down'), sent(2, 1400, 9)];
    expect(survives(sent(3, 1400, 4), ...others, unheard(3, 1400, 2), ...rest).status).toBe('broken');
  });

  test('is broken by a total that goes back, and shows both', () => {
    const back = [stats(2, 1100, 2, 4), stats(2, 1150, 2, 3)];
    const opinion = survives(...back, ...asked(34), crashed());
    expect(opinion).toMatchObject({ status: 'broken', about: 'lost', judged: 1, evidence: back });
    expect(survives(stats(2, 1100, 2, 4), stats(2, 1150, 2, 4), ...asked(34), crashed()).status).toBe('holds');
    expect(survives(stats(2, 1100, 2, 4), stats(1, 1150, 2, 3), ...asked(34), crashed()).status).toBe('holds');
  });

  test('is broken by the end of the primary, with what it died of', () => {
    const died = (error: string, number = 0) => survives(uncaught(number, 1201, error), primaryDied(1202));
    expect(died('Error: write EPIPE')).toMatchObject({ status: 'broken', judged: 1, about: 'primary' });
    expect(died('Error: write EPIPE').evidence).toMatchObject([{ fault: 'SIGKILL' }, { kind: 'ended' }]);
    expect(died('Error: write EPIPE').observed).toContain('ended with code 1 after 1.2 s, after 1 kill');
    for (const error of ['Error [ERR_IPC_CHANNEL_CLOSED]', 'Error: Channel closed'])
      expect(died(error).cause).toContain('it was sending to a dead worker');
    expect(died('TypeError: no').cause).toBe('TypeError: no (exercise.ts:12)');
    expect(died('Error: write EPIPE', 2).cause).toBe('Error: write EPIPE (exercise.ts:12)');
    expect(survives(primaryDied(1202)).cause).toContain('nothing left to do');
  });

  test('is open where the totals did not agree, though none is too low', () => {
    expect(survives(...asked(34), crashed(false))).toMatchObject({ status: 'inconclusive', judged: 2 });
    expect(survives(...asked(33), crashed(false)).status).toBe('broken');
    expect(survives(...asked(33), crashed(false, { stretch: 6 }))).toMatchObject({ status: 'inconclusive', judged: 2 });
    expect(survives(...asked(33), crashed(true, { stretch: 6 })).status).toBe('broken');
    const missed = [fault('SIGKILL', 1, 1200, { landed: false })];
    expect(judged(countsTheReplacements, ...four, ...missed, stats(2, 2000, 2, 4), crashed())).toMatchObject({
      status: 'inconclusive',
      judged: 4,
      summary: 'no kill hit a worker with requests in hand',
    });
  });
});

describe('3.4 where a worker is killed while nothing is under way', () => {
  const kill = [fault('SIGKILL', 1, 600), exit(1, 603), ...worker(3, 610, 650)];
  const heir = (met = true, how: object = {}) => wait(AGREE.heir, 700, 900, met, how);
  const inherited = (met = true, how: object = {}) => wait(AGREE.inherited, 1000, 1200, met, how);
  const more = visits([2, 3], 950);
  const quietly = (...events: readonly Event[]) => judged(countsTheReplacements, ...four, ...kill, ...more, ...events);
  const ask = (t: number, one: number, other: number) => [stats(2, t, 2, one), stats(3, t + 1, 1, other)];

  test('holds where both waits are met', () => {
    expect(quietly(...ask(800, 4, 4), heir(), ...ask(1100, 6, 6), inherited())).toMatchObject({
      status: 'holds',
      judged: 6,
      summary: '6 requests with a replacement, none forgotten',
    });
  });

  test('is broken where what was reported is lost with its worker', () => {
    const opinion = quietly(...ask(800, 2, 2), heir(false));
    expect(opinion).toMatchObject({
      status: 'broken',
      about: 'lost',
      judged: 4,
      observed: 'pid 1002 says 2 and pid 1003 says 2',
    });
    expect(opinion.cause).toContain('the sum is made of the living workers only');
    expect(opinion.evidence).toMatchObject([{ worker: 3 }, { pid: 1002 }, { pid: 1003 }]);
  });

  test('is broken where what the replacement answers is not added', () => {
    const opinion = quietly(...ask(800, 4, 4), heir(), ...ask(1100, 5, 5), inherited(false));
    expect(opinion).toMatchObject({ status: 'broken', about: 'replacement', judged: 6 });
    expect(opinion.cause).toBe('what the replacement reports is not added');
    // one wrong total is enough here
    expect(quietly(heir(), ...ask(1100, 6, 5), inherited(false)).status).toBe('broken');
    const silent = quietly(received(2, 300, 1), unheard(3, 960, 1), heir(), ...ask(1100, 5, 5), inherited(false));
    expect(silent.cause).toBe('‘message’ listeners exist for worker 2 only');
  });

  test('leaves a replacement that alone was not told to 3.1', () => {
    expect(quietly(...ask(800, 4, 0), heir(false)).summary).toBe('the replacement was not told the total');
    expect(quietly(...ask(800, 4, 4), heir(false)).summary).toBe('the replacement was not told the total');
  });

  test('is open where it was not asked to count, or the machine was too busy', () => {
    expect(quietly(...ask(800, 4, 4), heir()).summary).toBe('the replacement was not asked to count');
    expect(quietly(...ask(800, 2, 2), heir(false, { stretch: 6 })).summary).toContain('too busy');
    expect(quietly(heir(), ...ask(1100, 5, 5), inherited(false, { stretch: 6 })).summary).toContain('too busy');
  });
});

test('of a worker that sent nothing nobody knows whether it would be heard', () => {
  const late = [fault('SIGKILL', 1, 1200), ...worker(3, 1210, 1260), ...worker(4, 1220, 1270)];
  const rest = [stats(2, 2000, 2, 4), wait(AGREE.crashed, 1900, 2100)];
  const causeOf = (...events: readonly Event[]) =>
    judged(countsTheReplacements, ...four, answers(3, 1300, 3), ...late, ...events, ...rest).cause;
  expect(causeOf(received(1, 300, 1), received(2, 300, 1), unheard(3, 1300, 1))).toBe(
    '‘message’ listeners exist for workers 1 and 2 only',
  );
  const down: Event = { kind: 'received', t: 1300, by: pidOf(4), worker: 4, direction: 'down', count: 2, unheard: 2 };
  expect(causeOf(received(1, 300, 1), down, unheard(3, 1300, 1))).toBe('‘message’ listeners exist for worker 1 only');
  expect(causeOf(unheard(3, 1300, 1))).toBe('no ‘message’ listener in the primary hears the workers');
  expect(causeOf(down)).toContain('what a worker had reported is lost');
});
