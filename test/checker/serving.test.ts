// Clauses 0.4, 1.2, 1.3 and 1.4: who takes connections, and who answers.
import { describe, expect, test } from 'vitest';
import type { Event } from '#history';
import { everyWorkerAnswers, onlyWorkersServe, pidsAreTrue, primaryIsSilent, shareOnePort } from '#checker';
import {
  closed,
  exit,
  fault,
  handed,
  lost,
  pidOf,
  PORT,
  PRIMARY,
  primaryDied,
  request,
  start,
  taken,
  upAndListening,
  visit,
  visits,
  wait,
  worker,
  judged,
} from './history.ts';

const two = upAndListening(2);

const inTurn = visits([1, 2, 1, 2, 1, 2], 200);

describe('0.4, 1.3 and 1.4 who serves', () => {
  test('hold where each answer’s pid took its connection', () => {
    for (const property of [onlyWorkersServe, pidsAreTrue, primaryIsSilent])
      expect(judged(property, ...two, ...inTurn)).toMatchObject({ status: 'holds', judged: 6 });
  });

  test('are open where nobody says who took the connections', () => {
    const unseen = request(1, 300);
    expect(judged(onlyWorkersServe, ...two, unseen).status).toBe('inconclusive');
    expect(judged(pidsAreTrue, ...two, unseen).status).toBe('inconclusive');
    expect(judged(primaryIsSilent, ...two, unseen).status).toBe('inconclusive');
  });

  test('forgive them too where the answer names nobody, and its connection was dealt to the killed worker', () => {
    const silent = request(1, 500, { path: '/health', pid: null, body: '{"workers":2}' });
    const killed = [fault('SIGKILL', 1, 502), exit(1, 505)];
    const dealt = (number: number) => [...two, ...inTurn, handed(number, 500, silent.conn ?? 0), silent, ...killed];
    expect(judged(onlyWorkersServe, ...dealt(1)).status).toBe('holds');
    expect(judged(onlyWorkersServe, ...dealt(2)).status).toBe('inconclusive');
  });

  test('forgive the reports that died with a killed worker', () => {
    const unseen = request(1, 300);
    const kill = fault('SIGKILL', 1, 320);
    expect(judged(pidsAreTrue, ...two, ...inTurn, unseen, kill)).toMatchObject({ status: 'holds', judged: 6 });
    expect(judged(onlyWorkersServe, ...two, ...inTurn, unseen, kill)).toMatchObject({ status: 'holds', judged: 6 });
  });

  test('are broken by a pid that is another’s', () => {
    const asked = request(1, 300);
    const opinion = judged(pidsAreTrue, ...two, asked, taken(2, 300, asked.conn));
    expect(opinion.observed).toMatch(/handled by the process with pid 1002, its body said 1001$/);
  });

  test('0.4 is broken by whoever sends connections on', () => {
    const passed = (number: number, t: number, port: number): Event => ({
      kind: 'passed',
      t,
      pid: pidOf(number),
      port,
    });
    const sent = [passed(1, 301, 40_001), passed(2, 302, 40_002), passed(1, 303, 40_003)];
    expect(judged(onlyWorkersServe, ...two, ...inTurn, ...sent)).toMatchObject({
      status: 'broken',
      judged: 6,
      observed: 'worker 1 (pid 1001) sent 2 connections on, over its IPC channel',
      evidence: [...sent, { worker: 1 }],
    });
    expect(judged(onlyWorkersServe, ...two, passed(7, 301, 40_001))).toMatchObject({
      status: 'broken',
      judged: 1,
      observed: 'pid 1007 sent 1 connection on, over its IPC channel',
    });
  });

  test('are broken by a primary that serves', () => {
    const served = visit(0, 300);
    expect(judged(primaryIsSilent, ...two, ...served).observed).toContain(
      'pid 1000 took connections, which is the primary',
    );
    expect(judged(onlyWorkersServe, ...two, ...served).observed).toContain('the primary (pid 1000) took 1 connection');
    expect(judged(primaryIsSilent, ...two, ...visit(7, 300)).cause).toContain('none of the cluster’s workers');
  });

  test('are broken by a worker that forks or takes the port for itself', () => {
    const hello: Event = { kind: 'hello', t: 90, pid: 77, ppid: pidOf(1), role: 'other', worker: null, forked: true };
    expect(judged(onlyWorkersServe, ...two, ...inTurn, hello).observed).toBe('worker pid 1001 forked pid 77');
    const bound: Event = { kind: 'bound', t: 60, pid: pidOf(2), port: PORT };
    expect(judged(onlyWorkersServe, ...two, ...inTurn, bound).status).toBe('broken');
    expect(judged(shareOnePort, ...two, bound).observed).toContain('pid 1002 bound port 40000');
  });

  test('are open where a process fell silent', () => {
    const silent: Event = { kind: 'silent', t: 400, pid: pidOf(1) };
    expect(judged(onlyWorkersServe, ...two, ...inTurn, silent).status).toBe('inconclusive');
  });
});

describe('1.2 every worker answers', () => {
  test('holds, is broken by one that is left out, and open with too little', () => {
    expect(judged(everyWorkerAnswers, ...two, ...inTurn)).toMatchObject({ status: 'holds', judged: 6 });
    const opinion = judged(everyWorkerAnswers, ...two, ...visits([1, 1, 1, 1], 200));
    expect(opinion.observed).toBe('4 answers from pid 1001, none from worker 2 (pid 1002)');
    expect(judged(everyWorkerAnswers, ...two, ...visits([1], 200)).status).toBe('inconclusive');
    expect(judged(everyWorkerAnswers, ...two).status).toBe('inconclusive');
  });

  test('tells of the primary’s end where that is why', () => {
    const opinion = judged(everyWorkerAnswers, ...two, ...visits([1], 200), primaryDied(250));
    expect(opinion.observed).toContain('ended with code 1');
  });
});

describe('0.4 tells who it was', () => {
  const only = (...events: readonly Event[]) => judged(onlyWorkersServe, ...two, ...inTurn, ...events);

  test('a primary or a stranger that takes connections', () => {
    const strange = [taken(7, 310, 1, 2), taken(7, 320, 3)];
    expect(only(...strange)).toMatchObject({
      status: 'broken',
      judged: 9,
      observed: 'a process that is no worker (pid 1007) took 3 connections on 40000',
      evidence: strange,
    });
    expect(only(...strange).cause).toContain('did not fork with cluster.fork()');
    const served = visit(0, 300);
    expect(only(...served).cause).toContain('the primary has a server of its own');
  });

  test('a worker that forks, by the child’s word or its own', () => {
    const hello = (how: object): Event =>
      ({ kind: 'hello', t: 90, pid: 77, ppid: pidOf(1), role: 'other', worker: null, forked: true, ...how }) as Event;
    expect(judged(onlyWorkersServe, ...two, hello({}))).toMatchObject({ status: 'broken', judged: 1 });
    expect(only(hello({}))).toMatchObject({ status: 'broken', judged: 6, evidence: [{ kind: 'hello' }] });
    for (const how of [{ role: 'worker' }, { forked: false }, { ppid: PRIMARY }])
      expect(only(hello(how)).status).toBe('holds');
    const forked = (number: number): Event => ({ kind: 'forked', t: 90, pid: pidOf(number), child: 78 });
    expect(only(forked(2))).toMatchObject({ observed: 'worker pid 1002 forked pid 78', evidence: [forked(2)] });
    expect(only(forked(0)).status).toBe('holds');
  });

  test('a worker that takes the port for itself', () => {
    const bound = (port: number): Event => ({ kind: 'bound', t: 60, pid: pidOf(2), port });
    expect(only(bound(PORT))).toMatchObject({
      status: 'broken',
      judged: 6,
      observed: 'worker pid 1002 bound port 40000 for itself',
      evidence: [bound(PORT)],
    });
    expect(judged(onlyWorkersServe, ...two, bound(PORT))).toMatchObject({ judged: 1 });
    expect(only(bound(9000)).status).toBe('holds');
  });

  test('is open with how much was judged', () => {
    expect(only({ kind: 'silent', t: 400, pid: pidOf(1) })).toMatchObject({ status: 'inconclusive', judged: 6 });
    expect(only(request(1, 300))).toMatchObject({
      status: 'inconclusive',
      judged: 6,
      summary: '1 answer came from a process that does not report to the workbook',
    });
    expect(only(lost('reset', 300))).toMatchObject({ status: 'holds' });
    expect(only(request(1, 300, { pid: null }), fault('SIGKILL', 1, 320)).status).toBe('inconclusive');
  });
});

describe('1.2 tells who was left out', () => {
  const four = visits([1, 1, 1, 1], 200);

  test('with the reason that the pids show', () => {
    const opinion = judged(everyWorkerAnswers, ...two, ...four);
    expect(opinion).toMatchObject({ status: 'broken', judged: 4, evidence: [{ worker: 2 }] });
    expect(opinion.cause).toContain('the same pid each time');
    const three = judged(everyWorkerAnswers, ...upAndListening(3), ...visits([1, 2, 1, 2, 1, 2], 200));
    expect(three.cause).toContain('are dealt no connection');
  });

  test('but not one that never listened, nor one that came later', () => {
    const one = [start(1), ...worker(1, 10, 50), ...worker(2, 11, null), wait('all workers listening', 1, 100)];
    expect(judged(everyWorkerAnswers, ...one, ...four)).toMatchObject({
      status: 'holds',
      summary: '1 pid in 4 answers',
    });
    expect(judged(everyWorkerAnswers, ...two, ...inTurn, ...worker(3, 150, 190)).status).toBe('holds');
  });

  test('but not one that listened too late to be asked', () => {
    const late = [start(1), ...worker(1, 10, 50), ...worker(2, 11, 215), wait('all workers listening', 1, 100)];
    expect(judged(everyWorkerAnswers, ...late, ...four)).toMatchObject({ status: 'inconclusive', judged: 4 });
    expect(judged(everyWorkerAnswers, ...late, ...four, ...visits([1, 1], 240))).toMatchObject({
      status: 'broken',
      judged: 6,
    });
    const third = worker(3, 12, 52);
    const told = judged(everyWorkerAnswers, ...late, ...third, ...visits([1, 1, 1, 1, 1, 1], 200));
    expect(told.observed).toBe('6 answers from pid 1001, none from worker 3 (pid 1003)');
  });

  test('by whole answers with a pid alone', () => {
    const failed = visits([2], 300, { status: 500 });
    const nameless = visits([2], 310, { pid: null });
    expect(judged(everyWorkerAnswers, ...two, ...four, ...failed, ...nameless)).toMatchObject({
      status: 'broken',
      judged: 4,
    });
    expect(judged(everyWorkerAnswers, ...two, ...failed).summary).toBe('no request was answered with a pid');
    expect(judged(everyWorkerAnswers, ...two, ...nameless).summary).toBe('no request was answered with a pid');
    expect(judged(everyWorkerAnswers, ...two, ...four.slice(2))).toMatchObject({ status: 'inconclusive', judged: 3 });
  });

  test('with the end of the program, where it ended', () => {
    const dead = judged(everyWorkerAnswers, ...two, ...four, primaryDied(250));
    expect(dead).toMatchObject({ status: 'broken', judged: 4, evidence: [{ kind: 'ended' }] });
    expect(judged(everyWorkerAnswers, ...two, ...inTurn, primaryDied(290)).status).toBe('holds');
  });
});

describe('1.3 tells who lied', () => {
  const handled = (by: number, said: number | null, how: object = {}) => {
    const asked = request(by, 300, { pid: said, ...how });
    return [asked, taken(by, 300, asked.conn)] as const;
  };

  test('a worker that says another’s pid, a primary, and one who makes up a pid', () => {
    const lie = handled(2, pidOf(1));
    expect(judged(pidsAreTrue, ...two, ...inTurn, ...lie)).toMatchObject({
      status: 'broken',
      judged: 7,
      observed: `request ${lie[0].n} was handled by the process with pid 1002, its body said 1001`,
      cause: 'pid 1002 took the connection and passed the request on, or says another worker’s pid',
    });
    expect(judged(pidsAreTrue, ...two, ...lie).evidence).toMatchObject([lie[0], { worker: 2 }]);
    expect(judged(pidsAreTrue, ...two, ...handled(0, pidOf(1))).observed).toContain('handled by the primary');
    expect(judged(pidsAreTrue, ...two, ...handled(1, 4)).cause).toContain('4 is no worker of this program');
  });

  test('by whole answers with a pid alone', () => {
    const others = [...handled(2, null), ...handled(2, pidOf(1), { outcome: 'cut' })];
    expect(judged(pidsAreTrue, ...two, ...inTurn, ...others)).toMatchObject({ status: 'holds', judged: 6 });
    expect(judged(pidsAreTrue, ...two, ...inTurn, request(1, 300))).toMatchObject({
      status: 'inconclusive',
      judged: 6,
      summary: 'of 1 answer no process reports that it handled them',
    });
  });
});

describe('1.4 tells who served', () => {
  const silent = (...events: readonly Event[]) => judged(primaryIsSilent, ...two, ...inTurn, ...events);

  test('by connections, or by the pid in a body', () => {
    const named = visit(1, 300, { pid: 4 });
    expect(silent(...named)).toMatchObject({
      status: 'broken',
      judged: 7,
      observed: 'pid 4 answered, which the primary did not fork with cluster.fork()',
      cause: 'the body names a process that is none of the cluster’s workers',
      evidence: [named[0]],
    });
    expect(judged(primaryIsSilent, ...two, request(0, 300))).toMatchObject({
      judged: 1,
      observed: 'pid 1000 answered, which is the primary',
      cause: 'the primary has a server of its own: the branch for cluster.isPrimary only forks',
    });
    const strange = taken(7, 300, 1);
    expect(silent(strange)).toMatchObject({ judged: 7, evidence: [strange] });
    expect(silent(strange).cause).toBe('a process that is none of the cluster’s workers serves the port');
    expect(silent(strange).observed).toBe(
      'pid 1007 took connections, which the primary did not fork with cluster.fork()',
    );
  });

  test('but by no loss, and no answer without a pid', () => {
    expect(silent(lost('cut', 300, { pid: 4 })).status).toBe('holds');
    expect(silent(...visit(1, 300, { pid: null }))).toMatchObject({ status: 'holds', judged: 7 });
  });
});

describe('who has the server’s end of a connection', () => {
  const held = (event: Event, ...numbers: readonly number[]): Event => {
    if (event.kind !== 'request' || event.conn === null) throw new Error('a look is at the connection of a request');
    return { kind: 'held', t: event.end + 1, port: event.conn, pids: numbers.map(pidOf) };
  };
  const hello = (number: number, t: number): Event => ({
    kind: 'hello',
    t,
    pid: pidOf(number),
    ppid: PRIMARY,
    role: 'other',
    worker: null,
    forked: false,
  });
  /** Requests that worker 1 answers and takes by its own report, one every 10 ms, and who had each connection. */
  const looks = (...holders: readonly (readonly number[])[]): Event[] =>
    holders.flatMap((numbers, i) => {
      const [asked, report] = visit(1, 300 + 10 * i);
      return [asked as Event, report as Event, held(asked as Event, ...numbers)];
    });
  const of3 = (...events: readonly Event[]) =>
    [onlyWorkersServe, pidsAreTrue, primaryIsSilent].map(
      (property) => judged(property, ...two, ...inTurn, ...events).status,
    );
  const ALL_HOLD = ['holds', 'holds', 'holds'];
  const ALL_OPEN = ['inconclusive', 'inconclusive', 'inconclusive'];

  test('is the worker, or for a moment the primary too, or alone where the worker was quicker', () => {
    expect(of3(...looks([1], [1, 0], [0], [1]))).toEqual(ALL_HOLD);
  });

  test('is the primary alone, each time: it cannot be told who answers', () => {
    expect(of3(...looks([0]))).toEqual(ALL_OPEN);
    expect(judged(onlyWorkersServe, ...two, ...looks([0], [0])).summary).toBe(
      'the primary alone had every connection that was looked up (2)',
    );
    expect(of3(...looks([0], [0], [1]))).toEqual(ALL_HOLD);
  });

  test('is nobody: it cannot be told who answers', () => {
    expect(of3(...looks([1], []))).toEqual(ALL_OPEN);
  });

  test('is a process that was there before, to which nobody dealt it: the program hands sockets on', () => {
    const strange = looks([7]);
    expect(of3(hello(7, 299), ...strange)).toEqual(['broken', 'inconclusive', 'inconclusive']);
    const opinion = judged(onlyWorkersServe, ...two, hello(7, 299), ...strange);
    expect(opinion).toMatchObject({ judged: 1, evidence: [strange[0], strange[2], undefined] });
    expect(opinion.observed).toMatch(
      /^request \d+ was answered on a connection that pid 1007 had, to which the cluster did not deal it$/,
    );
    // also beside the worker, and where it never reports itself: it was seen before
    expect(of3(hello(7, 299), ...looks([1, 7]))[0]).toBe('broken');
    expect(of3(...looks([1, 7], [1, 7]))[0]).toBe('broken');
    expect(of3(...looks([2]))[0]).toBe('inconclusive');
    expect(of3(hello(2, 20), ...looks([2]))[0]).toBe('broken');
  });

  test('may be a child that was born just then, with all that its parent had open', () => {
    expect(of3(...looks([1, 7]))).toEqual(ALL_HOLD);
    expect(of3(hello(7, 300), ...looks([1, 7]))).toEqual(ALL_HOLD);
    expect(of3(...looks([7]))).toEqual(ALL_OPEN);
  });

  test('may be a worker that was dealt it and refused it, or that is going', () => {
    const strange = looks([1, 2]);
    const { port } = strange[2] as { port: number };
    const before = hello(2, 20);
    expect(of3(before, ...strange)[0]).toBe('broken');
    expect(of3(before, ...strange, handed(2, 299, port))).toEqual(ALL_HOLD);
    expect(of3(before, ...strange, handed(2, 299, port + 1))[0]).toBe('broken');
    expect(of3(before, ...strange, closed(2, 299))).toEqual(ALL_HOLD);
  });

  test('is told of the request that was answered there last', () => {
    const [asked, report, look] = looks([1]) as [Event, Event, Event];
    const again = { ...look, t: look.t - 5 };
    expect(of3(asked, report, again)).toEqual(ALL_HOLD);
    const unknownPort = { kind: 'held', t: 310, port: 1, pids: [pidOf(7)] } as const;
    expect(of3(hello(7, 10), unknownPort)).toEqual(ALL_HOLD);
    const failed = lost('cut', 300, { conn: 60_000 });
    expect(of3(hello(7, 10), failed, held(failed, 7))).toEqual(ALL_HOLD);
  });

  test('says nothing of a worker that was not there to be dealt it', () => {
    const late = [...worker(3, 200, 301), ...visit(3, 300)];
    const [asked] = late.filter((event) => event.kind === 'request');
    expect(of3(...late, held(asked as Event))).toEqual(ALL_HOLD);
    const gone = looks([]);
    expect(of3(...gone, exit(1, 301))).toEqual(ALL_HOLD);
  });
});

test('0.4 is open where a program writes to the workbook’s channel', () => {
  const forged = (pid: number | null): Event => ({ kind: 'forged', t: 150, pid, what: 'what is no report' });
  const only = (...events: readonly Event[]) => judged(onlyWorkersServe, ...two, ...inTurn, ...events);
  expect(only(forged(pidOf(1)))).toMatchObject({
    status: 'inconclusive',
    judged: 6,
    summary:
      'pid 1001 writes to the workbook’s own channel (what is no report), so that nothing it reports can be trusted',
  });
  expect(only(forged(null)).summary).toMatch(/^the program writes/);
  expect(only(forged(null), ...visit(0, 300)).status).toBe('broken');
});
