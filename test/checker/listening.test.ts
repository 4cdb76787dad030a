// Clauses 0.1 and 1.5: whether the workers come to listen, and where.
import { describe, expect, test } from 'vitest';
import type { Event } from '#history';
import { listensOnPort, shareOnePort } from '#checker';
import {
  ending,
  exit,
  fault,
  lost,
  pidOf,
  PORT,
  primaryDied,
  start,
  taken,
  uncaught,
  upAndListening,
  visits,
  wait,
  worker,
  judged,
} from './history.ts';

const two = upAndListening(2);

const inTurn = visits([1, 2, 1, 2, 1, 2], 200);

const ready = (met: boolean, how: object = {}) => wait('all workers listening', 1, 10_100, met, how);

describe('0.1 listens on PORT', () => {
  const silent = [start(2), ...worker(1, 10, 50), ...worker(2, 11, null)];

  test('holds where all listen', () => {
    expect(judged(listensOnPort, ...two, ...inTurn)).toMatchObject({ status: 'holds', judged: 2 });
  });

  test('is broken by a worker that does not come to listen, and by none that does', () => {
    const opinion = judged(listensOnPort, ...silent, uncaught(2, 80, 'Error: no'), ready(false));
    expect(opinion).toMatchObject({ status: 'broken', cause: 'Error: no (exercise.ts:12)' });
    expect(opinion.observed).toContain('worker 2 (pid 1002) did not listen after 10.1 s');
    const none = judged(listensOnPort, start(2), ready(false, { quiescent: true }));
    expect(none).toMatchObject({ status: 'broken', cause: 'no worker was forked with cluster.fork()' });
  });

  test('is broken by another port, another address and an early end', () => {
    const elsewhere: Event = { kind: 'listening', t: 60, worker: 1, pid: pidOf(1), address: null, port: 8000 };
    const other = judged(listensOnPort, start(1), ...worker(1, 10, null), elsewhere, ready(false));
    expect(other.observed).toContain('worker 1 (pid 1001) listens on 8000');
    const address = judged(listensOnPort, ...two, lost('refused', 300));
    expect(address).toMatchObject({ status: 'broken' });
    expect(address.cause).toContain('another address');
    const dead = judged(listensOnPort, start(2), primaryDied(40), wait('all workers listening', 1, 41, false));
    expect(dead.observed).toContain('ended with code 1 after 40 ms');
  });

  test('is broken by another port that is taken, and says so', () => {
    const taken8000 = uncaught(1, 60, 'Error: listen EADDRINUSE: address already in use :::8000');
    const opinion = judged(listensOnPort, start(1), ...worker(1, 10, null), taken8000, exit(1, 61), primaryDied(70, 0));
    expect(opinion.cause).toBe('the program listens on 8000, which is taken, instead of the port in process.env.PORT');
  });

  test('does not blame the address where the program ended', () => {
    const opinion = judged(listensOnPort, ...two, lost('refused', 300), primaryDied(310));
    expect(opinion.status).toBe('holds');
  });

  test('leaves a worker too many to the clause about their number', () => {
    expect(judged(listensOnPort, ...two, ...worker(3, 12, null)).status).toBe('holds');
  });

  test('is open on a machine that is too busy, and where nobody waited', () => {
    expect(judged(listensOnPort, ...silent, ready(false, { stretch: 6 })).status).toBe('inconclusive');
    expect(judged(listensOnPort, start(2), ready(false, { stretch: 6 })).status).toBe('inconclusive');
    expect(judged(listensOnPort, ...silent).status).toBe('inconclusive');
  });
});

describe('1.5 one port', () => {
  test('holds, and is broken by ports of their own', () => {
    expect(judged(shareOnePort, ...two)).toMatchObject({ status: 'holds', judged: 2 });
    const own = [1, 2].map((number): Event => ({
      kind: 'listening',
      t: 60,
      worker: number,
      pid: pidOf(number),
      address: null,
      port: 8000 + number,
    }));
    const forked = [start(2), ...worker(1, 10, null), ...worker(2, 11, null)];
    expect(judged(shareOnePort, ...forked, ...own, ready(false)).observed).toContain('listens on 8002');
    expect(judged(shareOnePort, ...forked, ...own, ready(false, { stretch: 6 })).status).toBe('inconclusive');
    expect(judged(shareOnePort, ...forked, ready(false)).status).toBe('inconclusive');
  });
});

describe('0.1 which worker listens where', () => {
  const listens = (number: number, port: number): Event => ({
    kind: 'listening',
    t: 60,
    worker: number,
    pid: pidOf(number),
    address: null,
    port,
  });
  const away = [start(2), ...worker(1, 10, null), ...worker(2, 11, null)];

  test('is broken by another port, the same for all or made up by each', () => {
    const same = judged(listensOnPort, ...away, listens(1, 8000), listens(2, 8000), ready(false));
    expect(same).toMatchObject({ status: 'broken', judged: 2, evidence: [{ worker: 1 }, { worker: 2 }] });
    expect(same.cause).toContain('the port is written into the program');
    expect(same.observed).toBe('worker 1 (pid 1001) listens on 8000 and worker 2 (pid 1002) listens on 8000');
    const own = judged(listensOnPort, ...away, listens(1, 8001), listens(2, 8002), ready(false));
    expect(own.cause).toContain('a port of its own');
  });

  test('shares one port, though it is another one', () => {
    const shares = (...ports: readonly number[]) =>
      judged(shareOnePort, ...away, ...ports.map((port, i) => listens(i + 1, port)), ready(false));
    expect(shares(8000, 8000)).toMatchObject({
      status: 'inconclusive',
      summary: 'all workers share one port, 8000, which is not PORT',
    });
    expect(shares(8001, 8002).status).toBe('broken');
    // and the second listens nowhere
    expect(shares(8001).status).toBe('broken');
  });

  test('lets another port pass where as many as cores listen on PORT, or nobody waited', () => {
    expect(judged(listensOnPort, ...two, ...worker(3, 12, null), listens(3, 9000)).status).toBe('holds');
    expect(judged(listensOnPort, ...two, listens(1, 9000), listens(2, 9000)).status).toBe('holds');
    expect(judged(listensOnPort, ...away, listens(1, 8000)).summary).toBe('the program was not waited for');
    expect(judged(listensOnPort, ...away, listens(1, 8000), ready(false, { stretch: 6 })).status).toBe('inconclusive');
    expect(judged(shareOnePort, ...two, listens(1, 9000), listens(2, 9000)).status).toBe('holds');
    expect(judged(shareOnePort, ...away, listens(1, 8000)).summary).toBe('no worker listened');
  });

  test('is broken by the worker that does not listen, not by another port of one that does', () => {
    const half = [start(2), ...worker(1, 10, 50), ...worker(2, 11, null), listens(1, 9000), ready(false)];
    expect(judged(listensOnPort, ...half).observed).toBe('worker 2 (pid 1002) did not listen after 10.1 s');
    expect(judged(shareOnePort, ...half)).toMatchObject({ status: 'holds', judged: 1 });
  });

  test('1.5 is broken by one that takes PORT for itself, not by another port', () => {
    const bound = (port: number): Event => ({ kind: 'bound', t: 60, pid: pidOf(2), port });
    expect(judged(shareOnePort, ...two, bound(9000)).status).toBe('holds');
    const own = bound(PORT);
    expect(judged(shareOnePort, ...two, own)).toMatchObject({ status: 'broken', judged: 2, evidence: [own] });
    expect(judged(shareOnePort, start(2), own)).toMatchObject({ status: 'broken', judged: 1 });
    expect(judged(shareOnePort, ...away, listens(1, 8000), ready(false))).toMatchObject({
      status: 'broken',
      judged: 2,
      evidence: [{ worker: 1 }],
    });
  });

  test('1.5 counts those that listen', () => {
    const one = [start(2), ...worker(1, 10, 50), ...worker(2, 11, null)];
    expect(judged(shareOnePort, ...one)).toMatchObject({ status: 'holds', judged: 1 });
  });
});

describe('0.1 refused', () => {
  const refused = (t: number) => lost('refused', t);

  test('is broken by a refusal while workers listen, until shortly before a process ends', () => {
    const first = refused(300);
    expect(judged(listensOnPort, ...two, first)).toMatchObject({
      status: 'broken',
      judged: 2,
      observed: 'a connection to 127.0.0.1:40000 was refused after 300 ms',
    });
    expect(judged(listensOnPort, ...two, first).evidence).toMatchObject([first, { worker: 1 }, { worker: 2 }]);
    expect(judged(listensOnPort, ...two, lost('reset', 300)).status).toBe('holds');
    expect(judged(listensOnPort, ...two, refused(49)).status).toBe('holds');
    for (const end of [exit(1, 550), primaryDied(550), ...ending(550).slice(0, 1)]) {
      expect(judged(listensOnPort, ...two, refused(299), end).status).toBe('broken');
      expect(judged(listensOnPort, ...two, refused(300), end).status).toBe('holds');
    }
    expect(judged(listensOnPort, ...two, refused(300), fault('SIGKILL', 1, 300)).status).toBe('holds');
    expect(judged(listensOnPort, ...two, refused(300), fault('SIGKILL', 1, 301)).status).toBe('broken');
  });
});

describe('0.1 nobody listens', () => {
  const none = [start(2), ...worker(1, 10, null), ...worker(2, 11, null)];

  test('says how long it waited, and why', () => {
    const opinion = judged(listensOnPort, ...none, ready(false));
    expect(opinion).toMatchObject({
      status: 'broken',
      judged: 1,
      observed: 'nothing listened on 40000 after 10.1 s',
      cause: 'no worker calls listen() on PORT, or it fails',
    });
    expect(opinion.evidence).toMatchObject([{ kind: 'wait' }, undefined, { worker: 1 }, { worker: 2 }]);
    expect(judged(listensOnPort, ...none, ready(false, { quiescent: true })).observed).toBe(
      'nothing listened on 40000 after 10.1 s, and nothing more was under way in the program',
    );
    expect(judged(listensOnPort, ...none, uncaught(1, 60, 'Error: no'), ready(false)).cause).toBe(
      'Error: no (exercise.ts:12)',
    );
    const bound: Event = { kind: 'bound', t: 60, pid: pidOf(1), port: PORT };
    expect(judged(listensOnPort, ...none, bound, ready(false)).cause).toContain('pid 1001 binds port 40000 for itself');
  });

  test('is open where somebody else serves, or the wait says otherwise', () => {
    expect(judged(listensOnPort, ...none, taken(9, 300, 1), ready(false)).summary).toContain('pid 1009 takes');
    expect(judged(listensOnPort, ...none, ready(true)).summary).toBe('the program was not waited for');
    expect(judged(listensOnPort, ...none).summary).toBe('the program was not waited for');
    expect(judged(listensOnPort, ...none, ready(false, { stretch: 6 })).summary).toContain('too busy');
  });

  test('is told by the port that was taken, where that is another than PORT', () => {
    const ends = (error: string) =>
      judged(listensOnPort, start(1), ...worker(1, 10, null), uncaught(1, 60, error), primaryDied(70, 0)).cause;
    expect(ends('Error: listen EADDRINUSE: address already in use 127.0.0.1:8000')).toContain('listens on 8000');
    expect(ends(`Error: listen EADDRINUSE: address already in use :::${PORT}`)).toContain('EADDRINUSE');
    expect(ends('Error: no')).toBe('Error: no (exercise.ts:12)');
  });
});

describe('0.1 some listen', () => {
  const some = [start(3), ...worker(1, 10, 50), ...worker(2, 11, null), ...worker(3, 12, null)];

  test('says which do not, and why', () => {
    const opinion = judged(listensOnPort, ...some, ready(false));
    expect(opinion).toMatchObject({
      status: 'broken',
      judged: 3,
      observed: 'worker 2 (pid 1002) and worker 3 (pid 1003) did not listen after 10.1 s',
      cause: 'it does not come to listen(), or listen() fails',
    });
    expect(opinion.evidence).toMatchObject([{ kind: 'wait' }, { worker: 2 }, { worker: 3 }]);
    expect(judged(listensOnPort, ...some, uncaught(3, 60, 'Error: no'), ready(false)).cause).toContain('listen()');
    const dead = judged(listensOnPort, ...some, primaryDied(90), wait('all workers listening', 1, 91, false));
    expect(dead).toMatchObject({ status: 'broken', judged: 3, evidence: [{ kind: 'ended' }] });
    expect(judged(listensOnPort, ...some).summary).toBe('the program was not waited for');
  });

  test('says when the last one listened', () => {
    expect(judged(listensOnPort, ...two).summary).toBe('2 workers on port 40000 after 51 ms');
  });
});
