// Clause 3.2: the numbers travel as messages, and in no other way.
import { describe, expect, test } from 'vitest';
import type { Event } from '#history';
import { numbersTravelAsMessages } from '#checker';
import { fault, lost, request, sent, stats, upAndListening, visits, judged } from './history.ts';

const two = upAndListening(2);
const four = [...two, ...visits([1, 2, 1, 2], 200)];

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

describe('3.2 tells what a worker could know', () => {
  const three = [...upAndListening(3), ...visits([1, 2, 3, 1], 200), sent(1, 300)];
  // the reports of worker 1 and the news of worker 2 are held back
  const held = [fault('hold-up', 1, 1000), fault('hold-down', 2, 1001)];
  const meanwhile = visits([1, 1, 2, 3], 1010, { stream: 'kept' });
  const released = fault('release', 1, 1300);
  const travels = (...events: readonly Event[]) =>
    judged(numbersTravelAsMessages, ...three, ...held, ...meanwhile, released, ...events);

  test('a deaf one its own answers, and what was answered before', () => {
    expect(travels(stats(2, 1200, 2, 5))).toMatchObject({ status: 'holds', judged: 1 });
    const opinion = travels(stats(2, 1200, 2, 6));
    expect(opinion).toMatchObject({ status: 'broken', judged: 1 });
    expect(opinion.observed).toBe(
      'the messages to pid 1002 were held back, and pid 1002 said total 6, of which it could know 5 by messages',
    );
    expect(opinion.evidence).toMatchObject([{ fault: 'hold-up' }, { fault: 'hold-down' }, { path: '/stats' }]);
  });

  test('another all but the answers of the one whose reports are held', () => {
    expect(travels(stats(3, 1200, 2, 6))).toMatchObject({ status: 'holds', judged: 1 });
    expect(travels(stats(3, 1200, 2, 7)).observed).toBe(
      'the messages from pid 1001 were held back, and pid 1003 said total 7, of which it could know 6 by messages',
    );
  });

  test('and that one itself is not asked', () => {
    expect(travels(stats(1, 1200, 2, 7)).summary).toBe('no numbers could be read while the messages were held back');
    expect(travels(stats(1, 1200, 2, 7), stats(2, 1201, 2, 5))).toMatchObject({ status: 'holds', judged: 1 });
  });

  test('from the later of the two holds until the release', () => {
    expect(travels(stats(2, 1000, 1, 9), stats(3, 1300, 1, 9)).status).toBe('inconclusive');
    expect(travels(stats(2, 1001, 1, 9)).status).toBe('broken');
    expect(travels(stats(2, 1299, 1, 9)).status).toBe('broken');
    expect(travels(stats(2, 1299, 1, 5)).status).toBe('holds');
    const forever = judged(numbersTravelAsMessages, ...three, ...held, ...meanwhile, stats(2, 9000, 1, 9));
    expect(forever.status).toBe('broken');
  });

  test('with what was answered before the hold, and while the total was on its way', () => {
    expect(travels(request(1, 1000), stats(2, 1200, 2, 6)).status).toBe('holds');
    expect(travels(request(1, 1001), stats(2, 1200, 2, 6)).status).toBe('broken');
    expect(travels(request(3, 1200), stats(3, 1200, 2, 7)).status).toBe('holds');
    expect(travels(request(3, 1201), stats(3, 1200, 2, 7)).status).toBe('broken');
    expect(travels(lost('cut', 1100, { pid: 1003 }), stats(3, 1200, 2, 7)).status).toBe('broken');
    expect(travels(request(3, 1100, { path: '/other' }), stats(3, 1200, 2, 7)).status).toBe('broken');
  });

  test('and holds where none could answer until the release', () => {
    const waiting = (t: number, end: number) => ({ ...stats(2, t, 2, 9), end });
    expect(travels(waiting(1100, 1301), waiting(1101, 1400))).toMatchObject({ status: 'holds', judged: 2 });
    expect(travels(waiting(1001, 1301)).status).toBe('inconclusive');
    expect(travels(waiting(1300, 1400)).status).toBe('inconclusive');
    expect(travels(lost('hanging', 1100, { path: '/stats', end: 1299 }), stats(1, 1400, 2, 4)).status).toBe(
      'inconclusive',
    );
    expect(travels(lost('hanging', 1100, { path: '/stats', end: 4100 }), stats(1, 1400, 2, 4)).status).toBe('holds');
    expect(travels(request(3, 1100, { path: '/other', end: 1400 }), stats(1, 1400, 2, 4)).status).toBe('inconclusive');
  });

  test('is broken where no worker sends anything, whatever the primary does', () => {
    const read = stats(2, 1200, 2, 4);
    const silent = judged(numbersTravelAsMessages, ...four, sent(1, 300, 1, 'down'), ...held, read, released);
    expect(silent).toMatchObject({ status: 'broken', judged: 1, evidence: [read] });
    const opinion = judged(
      numbersTravelAsMessages,
      ...four,
      sent(1, 300, 1, 'down'),
      sent(1, 301),
      ...held,
      read,
      released,
    );
    expect(opinion.status).toBe('holds');
  });

  test('is open with one hold, or one that did not land', () => {
    const read = stats(2, 1200, 2, 4);
    expect(judged(numbersTravelAsMessages, ...three, held[0]!, read).status).toBe('inconclusive');
    const deaf = fault('hold-down', 2, 1001, { landed: false });
    expect(judged(numbersTravelAsMessages, ...three, held[0]!, deaf, read).status).toBe('inconclusive');
    expect(
      judged(numbersTravelAsMessages, ...three, fault('junk-up', 1, 900, { landed: false }), ...held, read).status,
    ).toBe('holds');
  });
});
