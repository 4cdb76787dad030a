// Clause 2.3: what becomes of a killed worker.
import { describe, expect, test } from 'vitest';
import { replacementWait, replacesTheKilled } from '#checker';
import {
  answers,
  ending,
  exit,
  fault,
  mark,
  primaryDied,
  range,
  uncaught,
  upAndListening,
  visits,
  wait,
  worker,
  judged,
} from './history.ts';

const three = upAndListening(3);

describe('2.3 a killed worker is replaced', () => {
  const killed = [...three, fault('SIGKILL', 1, 1000), exit(1, 1003)];
  const met = wait(replacementWait(1), 1001, 1100);
  const replaced = [...killed, ...worker(4, 1010, 1080), met];
  const visited = [mark('replacement is visited', 1200), ...visits([2, 3, 4, 2, 3, 4], 1210)];
  const unmet = (how: object = {}) => wait(replacementWait(1), 1001, 6000, false, how);

  test('holds', () => {
    const opinion = judged(replacesTheKilled, ...replaced, ...visited);
    expect(opinion).toMatchObject({ status: 'holds', judged: 1 });
    expect(opinion.summary).toBe('worker 1 (pid 1001), SIGKILL → worker 4 (pid 1004) after 80 ms');
  });

  test('is broken where nothing is forked, or does not listen', () => {
    expect(judged(replacesTheKilled, ...killed, unmet()).observed).toContain('nothing was forked in its place');
    const opinion = judged(replacesTheKilled, ...killed, ...worker(4, 1010, null), unmet());
    expect(opinion.cause).toBe('worker 4 (pid 1004) does not come to listen');
  });

  test('is broken by two for one, but not by what is forked after the end', () => {
    const second = worker(5, 1012, 1085);
    expect(judged(replacesTheKilled, ...replaced, ...second, ...visited).observed).toContain('2 workers forked for it');
    const late = [...ending(1500), exit(2, 1503), ...worker(6, 1510, null)];
    expect(judged(replacesTheKilled, ...replaced, ...visited, ...late).status).toBe('holds');
    // one that crashed by itself has a replacement of its own
    expect(judged(replacesTheKilled, ...replaced, exit(2, 1005), ...second, ...visited).status).toBe('holds');
  });

  test('is broken by a replacement that is dealt nothing', () => {
    const others = visits([2, 3, 2, 3, 2, 3, 2, 3], 1210);
    const opinion = judged(replacesTheKilled, ...replaced, mark('replacement is visited', 1200), ...others);
    expect(opinion.observed).toContain('worker 4 (pid 1004) listens, and none');
    expect(judged(replacesTheKilled, ...replaced, mark('replacement is visited', 1200)).status).toBe('inconclusive');
  });

  test('is broken by a primary that dies of it', () => {
    expect(judged(replacesTheKilled, ...killed, primaryDied(1004)).observed).toContain('the primary (pid 1000) ended');
    expect(judged(replacesTheKilled, ...replaced, primaryDied(1150)).observed).toContain(
      'the primary (pid 1000) ended',
    );
  });

  test('is open where the kill did not land, was not waited for, or the machine is too busy', () => {
    expect(judged(replacesTheKilled, ...three).status).toBe('inconclusive');
    const missed = [...three, fault('SIGKILL', 1, 1000, { landed: false }), ...worker(4, 1010, 1080), met, ...visited];
    expect(judged(replacesTheKilled, ...missed).status).toBe('inconclusive');
    expect(judged(replacesTheKilled, ...killed, ...worker(4, 1010, 1080), ...visited).status).toBe('inconclusive');
    expect(judged(replacesTheKilled, ...killed, unmet({ stretch: 6 })).status).toBe('inconclusive');
    expect(judged(replacesTheKilled, ...killed, unmet({ stretch: 6, quiescent: true })).status).toBe('broken');
    // as many as before listen, but nothing was forked: a worker was late
    expect(judged(replacesTheKilled, ...killed, met).status).toBe('inconclusive');
  });
});

describe('2.3 tells what came after the kill', () => {
  const kill = fault('SIGKILL', 1, 1000);
  const killed = [...three, kill, exit(1, 1003)];
  const unmet = (how: object = {}) => wait(replacementWait(1), 1001, 6000, false, how);

  test('nothing', () => {
    const opinion = judged(replacesTheKilled, ...killed, unmet());
    expect(opinion).toMatchObject({
      status: 'broken',
      judged: 1,
      observed: 'worker 1 (pid 1001) was killed at 1.0 s; 5.0 s later nothing was forked in its place',
      cause: expect.stringContaining(
        'no listener for the cluster’s exit event forks again, or only for some exit codes',
      ),
    });
    expect(opinion.evidence).toMatchObject([kill, { worker: 1 }, { kind: 'wait' }]);
    expect(judged(replacesTheKilled, ...killed, unmet({ quiescent: true })).observed).toContain(
      '5.0 s later, with nothing more under way, nothing was forked',
    );
  });

  test('nothing for a replacement, or for another worker, where an earlier one was replaced', () => {
    const heir = [...killed, ...worker(4, 1010, 1050), wait(replacementWait(1), 1000, 1060)];
    const late = wait(replacementWait(2), 2000, 7000, false);
    const again = (number: number) =>
      judged(replacesTheKilled, ...heir, fault('SIGKILL', number, 2000), exit(number, 2002), late).cause;
    expect(again(4)).toContain('worker 4 (pid 1004) is a replacement itself, and nobody listens for its exit');
    expect(again(2)).toBe('not every exit is answered with a fork');
  });

  test('a worker that does not come to listen', () => {
    const dumb = [...killed, ...worker(4, 1010, null)];
    const opinion = judged(replacesTheKilled, ...dumb, unmet());
    expect(opinion.observed).toContain('1 worker forked, 5.0 s later as many workers as before did not listen');
    expect(opinion.evidence).toMatchObject([kill, { worker: 1 }, { worker: 4 }, { kind: 'wait' }]);
    const code = exit(4, 1020, { code: 7, signal: null });
    expect(judged(replacesTheKilled, ...dumb, code, unmet()).cause).toBe(
      'worker 4 (pid 1004) ended with code 7 before it listened',
    );
    expect(judged(replacesTheKilled, ...dumb, code, uncaught(4, 1019, 'Error: no'), unmet()).cause).toBe(
      'Error: no (exercise.ts:12)',
    );
  });

  test('the end of the primary', () => {
    const opinion = judged(replacesTheKilled, ...killed, primaryDied(1004));
    expect(opinion.observed).toMatch(/^worker 1 .* was killed at 1.0 s; the primary \(pid 1000\) ended with code 1/);
    expect(opinion.evidence).toMatchObject([kill, { worker: 1 }, { kind: 'ended' }]);
  });

  test('more than one, beyond those for workers that crashed by themselves in between', () => {
    const met = wait(replacementWait(1), 1001, 1100);
    const pair = [...killed, ...worker(4, 1010, 1080), ...worker(5, 1012, 1085), met];
    const visited = [mark('replacement is visited', 1200), ...visits([2, 3, 4, 2, 3, 4], 1210)];
    const opinion = judged(replacesTheKilled, ...pair, ...visited);
    expect(opinion.observed).toContain('2 workers forked for it: worker 4 (pid 1004) and worker 5 (pid 1005)');
    expect(opinion.evidence).toMatchObject([kill, { worker: 1 }, { worker: 4 }, { worker: 5 }]);
    const crash = (t: number, how: object = {}) => judged(replacesTheKilled, ...pair, ...visited, exit(2, t, how));
    expect(crash(1012).status).toBe('holds');
    for (const opinions of [crash(1013), crash(1000), crash(1005, { planned: true })])
      expect(opinions.status).toBe('broken');
    // a crash for a crash, and none for the killed one
    expect(judged(replacesTheKilled, ...pair.filter((event) => event.kind !== 'exit'), ...visited).status).toBe(
      'broken',
    );
  });
});

describe('2.3 counts what is forked for a kill', () => {
  const met = (k: number, t: number) => wait(replacementWait(k), t - 100, t);
  const first = [...three, fault('SIGKILL', 1, 1000), exit(1, 1003), ...worker(4, 1010, 1080), met(1, 1100)];
  const second = [fault('SIGKILL', 4, 1200), exit(4, 1203), ...worker(5, 1210, 1280), met(2, 1300)];
  const visited = [mark('replacement is visited', 1400), ...visits([2, 3, 5, 2, 3, 5], 1410)];

  test('until the next kill', () => {
    expect(judged(replacesTheKilled, ...first, ...second, ...visited)).toMatchObject({
      status: 'holds',
      judged: 2,
      summary: 'worker 1 (pid 1001), SIGKILL → worker 4 (pid 1004) after 80 ms, and 1 time more',
    });
    const third = [fault('SIGKILL', 5, 1500), exit(5, 1503), ...worker(6, 1510, 1580), met(3, 1600)];
    const last = visits([2, 3, 6], 1610);
    expect(judged(replacesTheKilled, ...first, ...second, ...visited, ...third, ...last)).toMatchObject({ judged: 3 });
  });

  test('each by its own wait', () => {
    const unmet = wait(replacementWait(2), 1201, 6000, false);
    expect(judged(replacesTheKilled, ...first, ...second.slice(0, 2), unmet).observed).toContain(
      'worker 4 (pid 1004) was killed at 1.2 s; 4.8 s later nothing was forked',
    );
  });

  test('until a restart begins, or the program is stopped', () => {
    const seen = visits([4], 1150);
    for (const end of [[fault('SIGHUP', 0, 1500)], ending(1500)]) {
      const at = (t: number) => judged(replacesTheKilled, ...first, ...seen, ...end, ...worker(6, t, null)).status;
      expect([at(1500), at(1501)]).toEqual(['broken', 'holds']);
    }
    // what was there before the kill is not for it
    expect(judged(replacesTheKilled, ...first, ...seen, ...worker(7, 1000, 1050)).status).toBe('holds');
  });

  test('not of a kill that hit no worker of the program', () => {
    const stray = fault('SIGKILL', 77, 900);
    expect(judged(replacesTheKilled, ...three, stray).summary).toBe('no worker could be killed');
  });

  test('and says so where a kill that did not land needed none', () => {
    const missed = [...three, fault('SIGKILL', 1, 900, { landed: false }), wait(replacementWait(1), 901, 950)];
    const landed = [fault('SIGKILL', 2, 1000), exit(2, 1003), ...worker(4, 1010, 1080), met(2, 1100)];
    expect(judged(replacesTheKilled, ...missed, ...landed, ...visits([4], 1200))).toMatchObject({
      status: 'holds',
      judged: 1,
      summary: '1 worker killed: as many workers as before',
    });
  });

  test('takes the fork where it was never seen to listen', () => {
    const blind = [...three, fault('SIGKILL', 1, 1000), exit(1, 1003), ...worker(4, 1010, null), met(1, 1100)];
    expect(judged(replacesTheKilled, ...blind, ...visits([4], 1200)).summary).toContain('after 10 ms');
  });
});

describe('2.3 takes its turn', () => {
  const replaced = [
    ...three,
    fault('SIGKILL', 1, 1000),
    exit(1, 1003),
    ...worker(4, 1010, 1080),
    wait(replacementWait(1), 1001, 1100),
  ];
  const asked = mark('replacement is visited', 1200);
  const others = (count: number, t = 1210) =>
    visits(
      range(count).map((i) => 2 + (i % 2)),
      t,
    );

  test('is broken after as many visits as two rounds, and open before', () => {
    const opinion = judged(replacesTheKilled, ...replaced, asked, ...others(6));
    expect(opinion).toMatchObject({ status: 'broken', judged: 1, evidence: [{ worker: 4 }] });
    expect(judged(replacesTheKilled, ...replaced, asked, ...others(5))).toMatchObject({
      status: 'inconclusive',
      judged: 1,
    });
    expect(judged(replacesTheKilled, ...replaced, ...others(6)).status).toBe('inconclusive');
    // batches are at least one connection each
    const batches = range(6).map((i) => answers(2, 1300 + i, 50));
    expect(judged(replacesTheKilled, ...replaced, asked, ...batches).status).toBe('broken');
  });

  test('counts only what could have been dealt to it', () => {
    expect(judged(replacesTheKilled, ...replaced, asked, ...others(3), ...others(3, 200)).status).toBe('inconclusive');
    expect(judged(replacesTheKilled, ...replaced, asked, ...others(5), answers(2, 1080, 9)).status).toBe(
      'inconclusive',
    );
    expect(judged(replacesTheKilled, ...replaced, asked, ...others(5), ...visits([2], 1080)).status).toBe(
      'inconclusive',
    );
    const cut = visits([2], 1300, { outcome: 'cut' });
    expect(judged(replacesTheKilled, ...replaced, asked, ...others(5), ...cut).status).toBe('inconclusive');
  });

  test('holds by one answer, a batch, or a connection of an answer without a pid', () => {
    expect(judged(replacesTheKilled, ...replaced, ...visits([4], 1200)).status).toBe('holds');
    expect(judged(replacesTheKilled, ...replaced, answers(4, 1200, 1)).status).toBe('holds');
    expect(judged(replacesTheKilled, ...replaced, answers(2, 1200, 1)).status).toBe('inconclusive');
    expect(judged(replacesTheKilled, ...replaced, ...visits([4], 1200, { pid: null })).status).toBe('holds');
    expect(judged(replacesTheKilled, ...replaced, ...visits([4], 1200, { outcome: 'cut' })).status).toBe(
      'inconclusive',
    );
  });

  test('is told by the end of the primary, where that is why', () => {
    expect(judged(replacesTheKilled, ...replaced, primaryDied(1150))).toMatchObject({
      status: 'broken',
      judged: 1,
      evidence: [{ kind: 'ended' }],
    });
  });
});
