// Clause 4.3: never fewer workers listen than before the signal.
import { describe, expect, test } from 'vitest';
import type { Event } from '#history';
import { neverListensWithFewer } from '#checker';
import { closed, exit, pidOf, worker, judged } from './history.ts';
import { two, hup, gone, first, second, over, restarted } from './rolling-restart.ts';

describe('4.3 never fewer', () => {
  test('is broken where the old one goes first', () => {
    const late = [...worker(3, 1010, 1090), ...gone(1, 1070)];
    const opinion = judged(neverListensWithFewer, ...two, hup, ...late, ...second, over());
    expect(opinion.observed).toBe(
      '70 ms after SIGHUP only 1 listened: worker 1 (pid 1001) no longer, worker 3 (pid 1003) not yet',
    );
  });

  test('holds where the one listens in the moment in which the other goes', () => {
    const tie = [...worker(3, 1010, 1070), ...gone(1, 1070)];
    expect(judged(neverListensWithFewer, ...two, hup, ...tie, ...second, over()).status).toBe('holds');
  });
});

describe('4.3 looks at each moment', () => {
  const never = (...events: readonly Event[]) => judged(neverListensWithFewer, ...two, hup, ...events);
  const disconnect = (number: number, t: number): Event => ({
    kind: 'disconnect',
    t,
    worker: number,
    pid: pidOf(number),
  });

  test('in which a worker goes, and says what was missing', () => {
    const opinion = never(...worker(3, 1010, 1090), ...gone(1, 1070), ...second, over());
    expect(opinion).toMatchObject({ status: 'broken', judged: 4 });
    expect(opinion.evidence).toMatchObject([hup, { worker: 1 }, { worker: 3 }]);
    const none = never(...worker(3, 1010, 1060), ...gone(1, 1070), closed(2, 1080), over());
    expect(none.observed).toContain('worker 2 (pid 1002) no longer, its replacement was not forked');
    expect(never(...worker(3, 1010, null), ...gone(1, 1070), over()).observed).toContain('worker 3 (pid 1003) not yet');
    for (const end of [disconnect(1, 1050), exit(1, 1050), closed(1, 1050)])
      expect(never(...worker(3, 1010, 1060), end, over()).status).toBe('broken');
  });

  test('between the signal and the end', () => {
    expect(never(exit(1, 1000), ...worker(3, 1010, 1060), closed(2, 1070), over()).status).toBe('holds');
    expect(never(...worker(3, 1010, null), exit(1, 1230), over()).status).toBe('inconclusive');
    expect(never(...worker(3, 1010, null), exit(1, 1229), over()).status).toBe('broken');
    expect(judged(neverListensWithFewer, ...restarted)).toMatchObject({
      status: 'holds',
      judged: 4,
      summary: '2 workers or more listened all the time',
    });
  });

  test('and not those before the signal, nor after the end', () => {
    const before = [exit(1, 500), ...worker(5, 510, 550)];
    expect(never(...before, ...worker(3, 1010, 1060), ...gone(5, 1070), ...second, over()).status).toBe('holds');
    expect(never(...first, ...second, over(), exit(3, 1300)).status).toBe('holds');
  });

  test('is open where nobody went', () => {
    expect(never(...worker(3, 1010, 1060), over()).status).toBe('inconclusive');
    expect(never(exit(1, 1100), over()).summary).toBe('no restart took place');
  });
});
