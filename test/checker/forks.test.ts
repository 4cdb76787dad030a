// Clause 4.6: a planned exit is not a crash, and workers are replaced one after the other.
import { describe, expect, test } from 'vitest';
import type { Event } from '#history';
import { forksOnceEach } from '#checker';
import { worker, judged } from './history.ts';
import { two, hup, gone, first, second, over, restarted } from './rolling-restart.ts';

describe('4.6 one fork each', () => {
  test('is broken by forks all at once, and by a third', () => {
    const both = [...worker(3, 1010, 1060), ...worker(4, 1012, 1062), ...gone(1, 1070), ...gone(2, 1072)];
    expect(judged(forksOnceEach, ...two, hup, ...both, over()).cause).toContain('all at once');
    const opinion = judged(forksOnceEach, ...restarted, ...worker(5, 1215, 1260));
    expect(opinion.observed).toContain('3 workers forked');
    expect(opinion.cause).toContain('exitedAfterDisconnect');
  });

  test('is open where the restart did not come to its end', () => {
    expect(judged(forksOnceEach, ...two, hup, ...first, over(false)).status).toBe('inconclusive');
  });
});

describe('4.6 tells which fork was wrong', () => {
  const forks = (...events: readonly Event[]) => judged(forksOnceEach, ...two, hup, ...events);

  test('one before the last one listens', () => {
    const both = [...worker(3, 1010, 1060), ...worker(4, 1059, 1100), ...gone(1, 1110), ...gone(2, 1112)];
    const opinion = forks(...both, over());
    expect(opinion).toMatchObject({
      status: 'broken',
      judged: 2,
      observed: 'worker 4 (pid 1004) was forked 59 ms after SIGHUP, when worker 3 (pid 1003) did not listen yet',
    });
    expect(opinion.evidence).toMatchObject([hup, { worker: 3 }, { worker: 4 }]);
    expect(
      forks(...worker(3, 1010, 1060), ...worker(4, 1060, 1100), ...gone(1, 1110), ...gone(2, 1112), over()),
    ).toMatchObject({ status: 'holds', judged: 2, summary: '2 forks for 2 workers, one after the other' });
    expect(forks(...worker(3, 1010, null), ...worker(4, 1060, 1100), over()).observed).toContain('did not listen yet');
    const third = forks(...both, ...worker(5, 1115, 1200), over());
    expect(third.observed).toContain('did not listen yet; 3 forks in all');
    expect(third.cause).toContain('as if they were crashes');
  });

  test('one too many', () => {
    const opinion = forks(...first, ...second, ...worker(5, 1185, 1200), over());
    expect(opinion).toMatchObject({ status: 'broken', judged: 3 });
    expect(opinion.evidence).toMatchObject([hup, { worker: 3 }, { worker: 4 }, { worker: 5 }]);
  });

  test('or nobody who goes', () => {
    const opinion = forks(...first, ...worker(4, 1120, 1170), over());
    expect(opinion).toMatchObject({ status: 'broken', judged: 2, observed: '3 workers listened at the end' });
    expect(opinion.evidence).toMatchObject([hup, { worker: 2 }, { worker: 3 }, { worker: 4 }]);
  });

  test('is open where it did not come to its end', () => {
    expect(forks(...first, ...second, over(false))).toMatchObject({ status: 'inconclusive', judged: 2 });
    expect(forks(...first, over())).toMatchObject({ status: 'inconclusive', judged: 1 });
    expect(forks(...first, ...second)).toMatchObject({ status: 'inconclusive' });
  });
});
