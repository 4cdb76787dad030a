// Clause 3.6: messages stay within bounds.
import { describe, expect, test } from 'vitest';
import type { Event } from '#history';
import { boundsItsMessages } from '#checker';
import {
  begun,
  ending,
  exit,
  fault,
  load,
  mark,
  pressure,
  range,
  request,
  sent,
  upAndListening,
  visits,
  judged,
} from './history.ts';

const two = upAndListening(2);
const four = [...two, ...visits([1, 2, 1, 2], 200)];

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

describe('3.6 counts what is allowed', () => {
  // both workers live from 10 and 11 to 3010 and 3011: 3 s each
  const end = ending(3010);
  const bounded = (...events: readonly Event[]) => judged(boundsItsMessages, ...four, ...events, ...end);

  test('a message for each request, ten a second, and twelve at the edges', () => {
    // without the workers’ own account all four requests are granted: 4 + 30 + 12
    expect(bounded(sent(1, 400, 46)).status).toBe('holds');
    const opinion = bounded(sent(1, 400, 40), sent(1, 500, 7), sent(2, 400, 40), sent(1, 400, 40, 'down'));
    expect(opinion).toMatchObject({
      status: 'broken',
      judged: 1,
      observed: 'worker 1 (pid 1001) sent 47 messages in 3.0 s, for 4 requests (such as {"n":1})',
      cause: 'each request makes more than one message',
    });
    expect(opinion.evidence).toMatchObject([{ worker: 1 }, { t: 400, direction: 'up' }, { t: 500 }]);
  });

  test('a worker its own requests, the primary all of them', () => {
    const asked = [begun(1, 300, 100), begun(2, 300, 200)];
    expect(bounded(...asked, sent(1, 400, 142)).status).toBe('holds');
    expect(bounded(...asked, sent(1, 400, 143)).observed).toContain('143 messages in 3.0 s, for 100 requests');
    expect(bounded(...asked, sent(1, 400, 342, 'down')).status).toBe('holds');
    expect(bounded(...asked, sent(1, 400, 343, 'down')).observed).toContain(
      'the primary to worker 1 (pid 1001) sent 343 messages in 3.0 s, for 300 requests',
    );
    expect(bounded(...asked, sent(1, 400, 5))).toMatchObject({ judged: 4, summary: '5 messages for 300 requests' });
  });

  test('all that came in its life, where it tells none of its own', () => {
    const asked = [begun(2, 300, 200)];
    expect(bounded(...asked, sent(1, 400, 242)).status).toBe('holds');
    expect(bounded(...asked, sent(1, 400, 243)).status).toBe('broken');
  });

  test('to one that died, what came while it lived, and the reports that came a little later', () => {
    const asked = (t: number, dead = 1500) => [begun(2, t, 200), exit(1, dead)];
    const told = (t: number) => bounded(...asked(t), sent(1, 1400, 220, 'down')).status;
    expect([told(1700), told(1701), told(300), told(9)]).toEqual(['holds', 'broken', 'holds', 'broken']);
    expect(told(10)).toBe('holds');
  });

  test('to a killed one a fifth more, since its last reports died with it', () => {
    const dead = [begun(1, 300, 100), exit(1, 1010)];
    const kill = fault('SIGKILL', 1, 1009);
    // 100 + 20 + 12, ten for its second, and twelve
    expect(bounded(...dead, kill, sent(1, 400, 154)).status).toBe('holds');
    expect(bounded(...dead, kill, sent(1, 400, 155)).status).toBe('broken');
    expect(bounded(...dead, sent(1, 400, 123)).status).toBe('broken');
    expect(bounded(...dead, kill, sent(1, 400, 123, 'down')).status).toBe('broken');
  });

  test('until the stop, and of a life of a second or more', () => {
    expect(bounded(sent(1, 3010, 47)).status).toBe('broken');
    expect(bounded(sent(1, 3011, 47)).status).toBe('holds');
    expect(bounded(exit(1, 1009), sent(1, 400, 99))).toMatchObject({ status: 'holds', judged: 2 });
    expect(bounded(exit(1, 1010), sent(1, 400, 99)).status).toBe('broken');
    // a history that breaks off is judged as far as it goes
    expect(judged(boundsItsMessages, ...four, mark('x', 2010), sent(1, 400, 37)).observed).toContain('in 2.0 s');
  });

  test('by the clients’ account, where that is more', () => {
    const account = [load('busy', 2000, 50), pressure(900, 40), request(1, 700, { stream: 'busy' })];
    const begin: Event = { ...load('visits', 900, 7), state: 'begin' } as Event;
    // 50 + 40 + the 4 that no load sent
    expect(bounded(...account, begin, sent(1, 400, 136)).summary).toBe('136 messages for 94 requests');
    expect(bounded(...account, sent(1, 400, 137)).status).toBe('broken');
    expect(bounded(...account, begun(1, 300, 200)).summary).toBe('0 messages for 200 requests');
  });
});

describe('3.6 counts what is sent without news', () => {
  const bounded = (count: number, t: number, from: number, to: number, ...events: readonly Event[]) =>
    judged(
      boundsItsMessages,
      ...four,
      mark('rest begins', from),
      mark('rest ends', to),
      sent(1, t, count),
      ...events,
      ...ending(4000),
    );

  test('ten a second, and three at the edges', () => {
    expect(bounded(23, 2500, 2000, 4000).status).toBe('holds');
    const opinion = bounded(24, 2500, 2000, 4000);
    expect(opinion).toMatchObject({
      status: 'broken',
      judged: 1,
      observed: 'worker 1 (pid 1001) sent 24 messages in 2.0 s without any request (such as {"n":1})',
      cause: 'a timer sends more than ten a second, whether there is news or not',
    });
    expect(bounded(24, 2000, 2000, 4000).status).toBe('holds');
    expect(bounded(24, 2001, 2000, 4000).status).toBe('broken');
    expect(bounded(24, 3000, 2000, 3000).status).toBe('broken');
    expect(bounded(24, 3001, 2000, 3000).status).toBe('holds');
  });

  test('over a second at least', () => {
    expect(bounded(14, 2500, 2000, 3000).status).toBe('broken');
    expect(bounded(14, 2500, 2000, 2999).status).toBe('holds');
  });

  test('and what was answered in the half second before, or meanwhile', () => {
    const news = (end: number) => request(1, end - 1, { end });
    expect(bounded(24, 2500, 2000, 4000, news(1501)).status).toBe('holds');
    expect(bounded(24, 2500, 2000, 4000, news(1500)).status).toBe('broken');
    expect(bounded(23, 2500, 2000, 3900, news(3900)).status).toBe('holds');
    expect(bounded(23, 2500, 2000, 3900, news(3901)).status).toBe('broken');
  });

  test('only between both marks', () => {
    const half = (name: string) =>
      judged(boundsItsMessages, ...four, mark(name, 1000), sent(1, 2500, 24), ...ending(4000)).status;
    expect([half('rest begins'), half('rest ends')]).toEqual(['holds', 'holds']);
  });
});
