// Clauses 0.1 to 1.5: who is forked, who listens, who answers what, and what is left at the end.
import { describe, expect, test } from 'vitest';
import type { Event } from '#history';
import {
  endsWithItsPrimary,
  everyWorkerAnswers,
  forksPerCore,
  listensOnPort,
  oneListensPerCore,
  onlyWorkersServe,
  pidsAreTrue,
  primaryIsSilent,
  saysHello,
  saysHelloTruly,
  shareOnePort,
} from '#checker';
import {
  answers,
  ending,
  exit,
  fault,
  historyOf,
  lost,
  pidOf,
  PORT,
  PRIMARY,
  primaryDied,
  request,
  start,
  taken,
  uncaught,
  upAndListening,
  visit,
  visits,
  wait,
  worker,
} from './history.ts';

const judged = (property: typeof saysHello, ...events: readonly Event[]) => property(historyOf(events));
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

describe('0.3 and 1.1 as many workers as cores', () => {
  test('hold', () => {
    expect(judged(forksPerCore, ...two)).toMatchObject({ status: 'holds', judged: 2 });
    expect(judged(oneListensPerCore, ...two)).toMatchObject({ status: 'holds', judged: 2 });
  });

  test('are broken by the number of the machine', () => {
    const opinion = judged(forksPerCore, ...upAndListening(2, 6, 6));
    expect(opinion).toMatchObject({ status: 'broken', judged: 6 });
    expect(opinion.observed).toContain('6 workers forked');
    expect(opinion.cause).toContain('os.cpus()');
  });

  test('are broken by a constant, too', () => {
    const opinion = judged(forksPerCore, ...upAndListening(3, 2, 6));
    expect(opinion.cause).toContain('the program forks 2, whatever the number of cores');
    expect(judged(oneListensPerCore, ...upAndListening(3, 2, 6)).status).toBe('broken');
  });

  test('are broken by one more that is forked after all listen', () => {
    const opinion = judged(forksPerCore, ...two, ...worker(3, 101, 140), ...ending(500));
    expect(opinion).toMatchObject({ status: 'broken' });
    expect(opinion.observed).toContain('worker 3 (pid 1003)');
  });

  test('allow a replacement of one that ended by itself, or was killed', () => {
    expect(judged(forksPerCore, ...two, exit(1, 150), ...worker(3, 160, 200)).status).toBe('holds');
    expect(judged(forksPerCore, ...two, fault('SIGKILL', 1, 150), ...worker(3, 160, 200)).status).toBe('holds');
    const atBoot = [start(2), ...worker(1, 10, null), exit(1, 20), ...worker(2, 11, 50), ...worker(3, 25, 70)];
    expect(judged(forksPerCore, ...atBoot, wait('all workers listening', 1, 100)).status).toBe('holds');
  });

  test('are open on a machine that is too busy, and where nobody waited', () => {
    const one = [start(2), ...worker(1, 10, 50)];
    expect(judged(forksPerCore, ...one, ready(false, { stretch: 6 })).status).toBe('inconclusive');
    expect(judged(oneListensPerCore, ...one).status).toBe('inconclusive');
  });

  test('are broken by processes past the cluster', () => {
    const hello: Event = { kind: 'hello', t: 20, pid: 77, ppid: PRIMARY, role: 'other', worker: null, forked: true };
    expect(judged(forksPerCore, start(2), hello, ready(false)).cause).toContain('child_process.fork()');
  });
});

describe('0.2 the answer', () => {
  test('holds where each is a greeting, and counts those under load', () => {
    expect(judged(saysHello, ...two, ...inTurn)).toMatchObject({ status: 'holds', judged: 6 });
    expect(judged(saysHello, ...two, ...inTurn, answers(1, 400, 90))).toMatchObject({ judged: 96 });
  });

  test('is broken by another body or status', () => {
    const odd = (how: object) => judged(saysHello, ...two, ...visit(1, 300, how));
    expect(odd({ pid: null, body: 'Hello from worker 1001' }).cause).toContain('line end');
    expect(odd({ pid: null, body: 'hi' }).observed).toBe('GET / answered 200 and "hi", by worker 1 (pid 1001)');
    expect(odd({ status: 404, pid: null, body: '' })).toMatchObject({ cause: 'the path has no handler' });
  });

  test('is open where nothing was answered', () => {
    expect(judged(saysHello, ...two, lost('reset', 300)).status).toBe('inconclusive');
  });

  test('is broken by a pid that is no worker’s, also under load', () => {
    expect(judged(saysHelloTruly, ...two, ...inTurn).status).toBe('holds');
    expect(judged(saysHelloTruly, ...two, ...inTurn, answers(9, 400, 5)).observed).toContain('said pid 1009');
  });
});

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

describe('0.6 nothing outlives the primary', () => {
  test('holds where nothing is left', () => {
    expect(judged(endsWithItsPrimary, ...two, ...ending(500))).toMatchObject({ status: 'holds', judged: 3 });
  });

  test('is broken by a worker that is left', () => {
    const opinion = judged(endsWithItsPrimary, ...two, ...ending(500, [pidOf(2), 77]));
    expect(opinion).toMatchObject({ status: 'broken' });
    expect(opinion.observed).toContain('worker 2 (pid 1002) and pid 77 still ran');
  });

  test('is open where the end was not seen, or was the workbook’s', () => {
    expect(judged(endsWithItsPrimary, ...two).status).toBe('inconclusive');
    const bounded: Event = { kind: 'bounded', t: 200, what: 'memory', detail: '' };
    expect(judged(endsWithItsPrimary, ...two, bounded, ...ending(500)).status).toBe('inconclusive');
    expect(judged(endsWithItsPrimary, start(2), ...ending(500)).status).toBe('inconclusive');
  });
});
