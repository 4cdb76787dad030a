// Clause 0.2: what the answers say, and whether every request gets one.
import { describe, expect, test } from 'vitest';
import type { Event } from '#history';
import { saysHello, saysHelloTruly } from '#checker';
import { greets } from '../../runner/checker/properties/greeting.ts';
import {
  answers,
  begun,
  ending,
  exit,
  fault,
  historyOf,
  lost,
  pressure,
  primaryDied,
  request,
  taken,
  upAndListening,
  visit,
  visits,
  judged,
} from './history.ts';

const two = upAndListening(2);

const inTurn = visits([1, 2, 1, 2, 1, 2], 200);

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

describe('0.2 every request is answered', () => {
  const says = (...events: readonly Event[]) => judged(saysHello, ...two, ...inTurn, ...events);

  test('is broken by one that is lost while nothing is broken', () => {
    const gone = lost('reset', 300);
    expect(says(gone, lost('refused', 310), lost('unfinished', 320))).toMatchObject({
      status: 'broken',
      judged: 7,
      observed: `1 request of 7 lost although nothing was broken; request ${gone.n} was reset before its answer`,
      evidence: [gone],
    });
    for (const outcome of ['closed', 'cut', 'hanging'] as const)
      expect(says(lost(outcome, 300))).toMatchObject({ status: 'broken', judged: 7 });
  });

  test('is not asked of what is lost once something was done to the program, or it ended', () => {
    const gone = lost('reset', 300, { end: 310 });
    const bounded: Event = { kind: 'bounded', t: 310, what: 'time', detail: '' };
    for (const name of ['SIGKILL', 'SIGHUP', 'SIGTERM', 'SIGINT'] as const)
      expect(says(gone, fault(name, 1, 310)).status, name).toBe('holds');
    for (const event of [bounded, exit(1, 310), primaryDied(310)]) expect(says(gone, event).status).toBe('holds');
    expect(says(gone, ...ending(310)).status).toBe('holds');
    expect(says(gone, fault('junk-up', 1, 200), fault('SIGKILL', 1, 311)).status).toBe('broken');
  });

  test('is not asked of other paths', () => {
    expect(says(lost('reset', 300, { path: '/stats' })).status).toBe('holds');
    const odd = request(1, 300, { path: '/stats', status: 500, pid: null, body: 'no' });
    expect(says(odd)).toMatchObject({ status: 'holds', judged: 6 });
  });

  test('is broken where some hang and none is answered', () => {
    const hanging = [300, 310, 320].map((t) => lost('hanging', t));
    const opinion = judged(saysHello, ...two, ...hanging);
    expect(opinion).toMatchObject({ status: 'broken', judged: 3, evidence: hanging });
    expect(opinion.observed).toContain('3 requests of GET / reached a port');
    expect(judged(saysHello, ...two, ...hanging.slice(1))).toMatchObject({
      status: 'inconclusive',
      summary: 'GET / was never answered',
    });
    const other = hanging.map((each) => ({ ...each, path: '/stats' }));
    expect(judged(saysHello, ...two, ...other).status).toBe('inconclusive');
    expect(judged(saysHello, ...two, ...hanging.map((each) => ({ ...each, outcome: 'refused' as const }))).status).toBe(
      'inconclusive',
    );
  });
});

describe('0.2 under load', () => {
  const under = (how: object, ...events: readonly Event[]) =>
    judged(saysHello, ...two, ...inTurn, pressure(500, 300, how), ...events);

  test('is broken by a worker that begins requests and never finishes them', () => {
    const opinion = under({ sent: 303 }, begun(1, 480, 9, 9), begun(2, 460, 9, 7), begun(2, 470, 5, 4));
    expect(opinion).toMatchObject({ status: 'broken', judged: 9 });
    expect(opinion.observed).toBe(
      'under load worker 2 (pid 1002) began 3 requests that it never answered, although nothing was broken',
    );
    expect(opinion.evidence).toMatchObject([{ kind: 'pressure' }, { worker: 2 }]);
  });

  test('holds where all that was sent came back, whatever a worker has still to tell', () => {
    expect(under({}, begun(2, 460, 9, 7)).status).toBe('holds');
    expect(under({ sent: 303, other: 3 }, begun(2, 460, 9, 7)).status).toBe('holds');
    // what it begins later is another load's
    expect(under({ sent: 303 }, begun(2, 501, 9, 7)).status).toBe('holds');
    expect(under({ sent: 303 }, begun(2, 460, 9, 9)).status).toBe('holds');
    expect(under({ sent: 303 }, begun(2, 500, 9, 8)).status).toBe('broken');
  });

  test('looks at each load', () => {
    expect(under({}, begun(1, 460, 9, 9), pressure(900, 300, { sent: 301 }), begun(1, 800, 9, 8)).status).toBe(
      'broken',
    );
  });

  test('is not judged by the loads of another path', () => {
    const work = request(1, 300, { path: '/work' });
    const greeted = greets(
      historyOf([...two, work, pressure(500, 300, { sent: 303 }), begun(2, 460, 9, 7), answers(1, 400, 50)]),
      (path) => path === '/work',
      'GET /work',
    );
    expect(greeted).toMatchObject({ status: 'holds', judged: 1 });
  });
});

describe('0.2 the shape of an answer', () => {
  const odd = (how: object) => judged(saysHello, ...two, ...visit(1, 300, { pid: null, ...how }));

  test('is told with its cause', () => {
    expect(odd({ status: 500, body: 'no' }).cause).toBe('the status is 500 instead of 200');
    expect(odd({ body: 'Hello from worker 1001' }).cause).toContain('the line end is missing');
    for (const body of [null, 'Hello from worker 1001\n\n', 'Hello from worker x', 'so: Hello from worker 1001'])
      expect(odd({ body }).cause, String(body)).toContain('of another shape');
  });

  test('is shown, and cut where it is long', () => {
    expect(odd({ body: null }).observed).toBe('GET / answered 200 and an empty body, by worker 1 (pid 1001)');
    expect(odd({ body: '' }).observed).toContain('an empty body');
    expect(odd({ body: 'x'.repeat(60) }).observed).toContain(`"${'x'.repeat(60)}"`);
    expect(odd({ body: 'x'.repeat(61) }).observed).toContain(`"${'x'.repeat(60)}…"`);
  });

  test('is told without a worker where none had it', () => {
    const stray = request(1, 300, { pid: null, body: 'hi' });
    const opinion = judged(saysHello, ...two, stray);
    expect(opinion).toMatchObject({ observed: 'GET / answered 200 and "hi"', judged: 1 });
    expect(opinion.evidence).toContain(stray);
    expect(judged(saysHello, ...two, ...visit(1, 300, { status: 201 })).status).toBe('broken');
  });
});

describe('0.2 where no other clause asks for true pids', () => {
  test('is broken by a lie, and says which answers', () => {
    const asked = request(1, 300);
    const opinion = judged(saysHelloTruly, ...two, asked, taken(2, 300, asked.conn));
    expect(opinion).toMatchObject({ status: 'broken' });
    expect(opinion.observed).toContain('its body said 1001');
    const under = judged(saysHelloTruly, ...two, ...inTurn, answers(1, 350, 5), answers(9, 400, 5));
    expect(under).toMatchObject({ status: 'broken', judged: 16, evidence: [{ pid: 1009 }] });
  });

  test('is open or broken as the answers themselves are, and not judged by what is unseen', () => {
    expect(judged(saysHelloTruly, ...two).status).toBe('inconclusive');
    expect(judged(saysHelloTruly, ...two, answers(9, 400, 5), request(1, 300, { status: 500 })).observed).toContain(
      'answered 500',
    );
    expect(judged(saysHelloTruly, ...two, request(1, 300))).toMatchObject({ status: 'holds', judged: 1 });
  });
});
