// Clause 6.5: a restart whose replacements die or hang at boot is given up, and a later one replaces all; and clause 4.6 in it.
import { describe, expect, test } from 'vitest';
import { forksOneAfterTheOther, givesABadDeployUp, LOOP } from '#checker';
import { deploy, hung, later, laterOver, stillborn, two } from './crash-loop.ts';
import { exit, fault, judged, lost, pidOf, primaryDied, taken, wait, worker } from './history.ts';

const givesUp = givesABadDeployUp;
const good = [...later, laterOver()];

describe('6.5 a bad deploy', () => {
  test('is given up, whether its replacements die or hang', () => {
    expect(judged(givesUp, ...deploy('dies'), ...stillborn(3, 1010), ...good)).toMatchObject({
      status: 'holds',
      judged: 1,
      summary: 'given up after 1 replacement that died, 2 went on serving; later all were replaced',
    });
    const twice = [...hung(3, 1010, 6000), ...hung(4, 7020, 6000)];
    expect(judged(givesUp, ...deploy('hangs'), ...twice, ...good)).toMatchObject({ status: 'holds', judged: 2 });
  });

  test('that goes on is broken', () => {
    const opinion = judged(givesUp, ...deploy('dies'), ...stillborn(3, 1010), ...stillborn(4, 18_000), ...good);
    expect(opinion).toMatchObject({
      status: 'broken',
      judged: 2,
      observed: 'worker 4 (pid 1004) was forked 17.0 s after the signal; 2 replacements had failed until then',
    });
  });

  test('that waits for what hangs is broken', () => {
    expect(judged(givesUp, ...deploy('hangs'), ...hung(3, 1010, null), ...good)).toMatchObject({
      status: 'broken',
      observed: '15.0 s after the signal worker 3 (pid 1003) had not come to listen, and lived',
    });
  });

  test('that leaves fewer or more workers is broken', () => {
    const without = [...stillborn(3, 1010), exit(1, 1100, { code: 0, signal: null, planned: true })];
    expect(judged(givesUp, ...deploy('dies'), ...without)).toMatchObject({
      status: 'broken',
      observed: '15.0 s after the signal 1 worker listened, and 2 before it',
      cause: expect.stringContaining('told to go although'),
    });
    const beside = [...stillborn(3, 1010), ...worker(4, 2000, 2060)];
    expect(judged(givesUp, ...deploy('dies'), ...beside, ...good).cause).toContain('beside a worker that stays');
  });

  test('may have replaced some before that, and lets no other go', () => {
    const first = [...worker(3, 1010, 1060), exit(1, 2000, { code: 0, signal: null, planned: true })];
    const second = hung(4, 2010, 6000);
    const rest = good.filter((event) => event.kind !== 'exit' || event.pid !== pidOf(1));
    expect(judged(givesUp, ...deploy('hangs'), ...first, ...second, ...rest)).toMatchObject({ status: 'holds' });
    const goodbye = exit(2, 8100, { code: 0, signal: null, planned: true });
    expect(judged(givesUp, ...deploy('hangs'), ...first, ...second, goodbye)).toMatchObject({
      status: 'broken',
      observed: '15.0 s after the signal 1 worker listened, and 2 before it',
    });
  });

  test('in which something is lost is broken', () => {
    const request = lost('closed', 3000, { stream: 'keep-alive', conn: 60_001, opened: 2900, before: pidOf(1) });
    const opinion = judged(givesUp, ...deploy('dies'), ...stillborn(3, 1010), request, taken(1, 2910, 60_001), ...good);
    expect(opinion).toMatchObject({ status: 'broken', observed: expect.stringContaining('1 request of 80 lost') });
  });

  test('that ends the program is broken', () => {
    expect(judged(givesUp, ...deploy('dies').slice(0, -5), ...stillborn(3, 1010), primaryDied(1200))).toMatchObject({
      status: 'broken',
      observed: expect.stringContaining('ended with code 1'),
    });
  });

  test('is followed by a good one', () => {
    const bad = [...deploy('dies'), ...stillborn(3, 1010)];
    const hup = fault('SIGHUP', 0, 20_020);
    const ignored = wait('a later restart begins', 20_021, 30_000, false);
    expect(judged(givesUp, ...bad, hup, ignored)).toMatchObject({
      status: 'broken',
      observed: '10.0 s after a later SIGHUP, when workers could boot again, nothing was forked',
    });
    expect(judged(givesUp, ...bad, ...later.slice(0, 3), laterOver(false))).toMatchObject({
      status: 'broken',
      observed: expect.stringContaining('not all were new'),
    });
    expect(judged(givesUp, ...bad, ...later, laterOver(false, { stretch: 7 })).summary).toContain('too busy');
    expect(judged(givesUp, ...bad)).toMatchObject({ status: 'inconclusive' });
  });

  test('is open where no signal was sent, nothing was forked, or nobody waited', () => {
    expect(judged(givesUp, ...two)).toMatchObject({ status: 'inconclusive', judged: 0 });
    expect(judged(givesUp, ...deploy('dies'), ...good)).toMatchObject({ status: 'inconclusive' });
    const unseen = deploy('dies').filter((event) => event.kind !== 'wait' || event.until !== LOOP.givenUp);
    expect(judged(givesUp, ...unseen, ...stillborn(3, 1010), ...good)).toMatchObject({ status: 'inconclusive' });
  });
});

describe('4.6 in a bad deploy', () => {
  const inOrder = forksOneAfterTheOther;

  test('holds where the last one is dead before the next one is forked', () => {
    const each = [...stillborn(3, 1010), ...stillborn(4, 1060)];
    expect(judged(inOrder, ...deploy('dies'), ...each)).toMatchObject({ status: 'holds', judged: 2 });
  });

  test('is broken where it neither listens nor is dead', () => {
    expect(judged(inOrder, ...deploy('hangs'), ...hung(3, 1010, 6000), ...hung(4, 1020, 6000))).toMatchObject({
      status: 'broken',
      observed:
        'worker 4 (pid 1004) was forked 20 ms after SIGHUP, when worker 3 (pid 1003) neither listened nor was dead',
    });
  });

  test('is open without a fork, and without a signal', () => {
    expect(judged(inOrder, ...deploy('dies'))).toMatchObject({ status: 'inconclusive', judged: 0 });
    expect(judged(inOrder, ...two)).toMatchObject({ status: 'inconclusive', judged: 0 });
  });
});
