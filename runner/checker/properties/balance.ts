// How work and connections are dealt to the workers: clauses 2.1 and 2.2.
import { of, type History, type RequestEvent } from '#history';
import { broken, holds, unknown, type Opinion } from '../finding.ts';
import { isGone, isLoss, listed, listeningAt, named, plural, sceneOf, time, type Scene } from '../scene.ts';
import { greets } from './answers.ts';

/** Judged as at least this long before the answer (contract 2.1). */
const WORK_MS = 40;
/** “Clearly more CPU than GET /”: this many times as much, and at least so many ms. */
const CLEARLY_TIMES = 4;
const CLEARLY_MS = 8;

/** 2.1: `GET /work` is work of the answering worker's own thread, before the answer, and two of them run side by side. */
export function worksInParallel(history: History): Opinion {
  const scene = sceneOf(history);
  const path = '/work';
  const form = greets(history, (each) => each === path, `GET ${path}`);
  if (form.status !== 'holds') return form;
  const alone = scene.requests.filter((request) => request.stream === 'alone' && request.outcome === 'answered');
  const works = alone.filter((request) => request.path === path);
  const hellos = alone.filter((request) => request.path === '/');
  if (works.length === 0 || hellos.length === 0) return unknown('GET /work was not measured');
  const quick = works.find((request) => request.end - request.t < WORK_MS);
  if (quick !== undefined) {
    return broken({
      judged: works.length,
      expected: `GET ${path} is answered after about 50 ms of work (at least ${WORK_MS})`,
      observed: `it was answered after ${time(quick.end - quick.t)}`,
      cause: 'the work is not done before the answer: call burn(50) first, then answer',
    });
  }
  const cpu = (requests: readonly RequestEvent[]): number =>
    average(requests.map((request) => cpuOf(history, request)));
  const [forWork, forHello] = [cpu(works), cpu(hellos)];
  if (Number.isNaN(forWork) || Number.isNaN(forHello))
    return unknown('this system does not tell the CPU time of a thread');
  if (forWork < Math.max(CLEARLY_MS, CLEARLY_TIMES * forHello)) {
    // a machine that gives the worker only a part of a core may explain a little work, never none
    if (slowestPace(history) > 2 && forWork > 2 * forHello && forWork > CLEARLY_MS / 2)
      return unknown('this machine is too busy to tell how much a request costs', works.length);
    return broken({
      judged: works.length,
      expected: `GET ${path} costs the answering worker’s own thread clearly more CPU than GET /`,
      observed: `${forWork.toFixed(1)} ms of CPU for GET ${path}, ${forHello.toFixed(1)} ms for GET /`,
      cause:
        'the time is waited for (a timer), or spent in another thread or process, instead of worked in the worker’s own JavaScript',
    });
  }
  return sideBySide(scene, path, form.judged);
}

function sideBySide(scene: Scene, path: string, judged: number): Opinion {
  const asked = scene.requests
    .filter((request) => request.stream === 'pair' && request.path === path)
    .toSorted((one, other) => one.n - other.n);
  const pairs = asked.flatMap((one, i) => {
    const other = asked[i + 1];
    if (i % 2 === 1 || other === undefined || isLoss(one) || isLoss(other)) return [];
    return [one.end <= other.end ? ([one, other] as const) : ([other, one] as const)];
  });
  const expected = `two GET ${path} that are sent together are worked on at the same time, by two workers`;
  if (pairs.length === 0) return unknown('no two requests to /work were under way together');
  const same = pairs.find(([first, second]) => first.pid === second.pid);
  if (same !== undefined) {
    const [first, second] = same;
    return broken({
      judged,
      expected,
      observed: `both went to pid ${first.pid}: answered after ${time(first.end - first.t)} and ${time(second.end - second.t)}`,
      cause: 'fresh connections are not dealt in turn',
    });
  }
  // how far the second one was when the first was answered
  const progress = pairs.map(([first, second]) => cpuOf(scene.history, first, second.pid));
  const overlapped = pairs.find((_, i) => (progress[i] ?? 0) >= CLEARLY_MS);
  if (overlapped === undefined) {
    if (slowestPace(scene.history) > 2)
      return unknown('this machine is too busy to tell whether two workers work at the same time', judged);
    return broken({
      judged,
      expected,
      observed: `in ${plural(pairs.length, 'pair')} the second worker had not begun when the first one answered (${Math.max(...progress).toFixed(1)} ms of CPU)`,
      cause: 'something lets only one worker work at a time',
    });
  }
  return holds(
    judged,
    `${plural(progress.filter((ms) => ms >= CLEARLY_MS).length, 'pair')} side by side, such as on pid ${overlapped[0].pid} and ${overlapped[1].pid}`,
  );
}

function slowestPace(history: History): number {
  return Math.max(1, ...of(history, 'pace').map((event) => event.stretch));
}

function cpuOf(history: History, { n, pid: answerer }: RequestEvent, pid: number | null = answerer): number {
  return of(history, 'worked').find((event) => event.n === n && event.pid === pid)?.cpuMs ?? NaN;
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of all windows as long as there are workers, so many show each worker once. Round robin was measured at all of them, the system's own dealing at under a third. */
const IN_TURN = 0.9;
const NOT_IN_TURN = 0.7;

/** How many stretches of as many visits as there are workers meet each of them once. */
function roundsOf(scene: Scene, visits: readonly RequestEvent[]): { readonly whole: number; readonly all: number } {
  const size = listeningAt(scene.lives, visits[0]?.t ?? 0).length;
  if (size < 2) return { whole: 0, all: 0 };
  const takers = visits.map((request) => scene.taker(request) ?? request.pid);
  const rounds = takers.slice(size - 1).map((_, i) => new Set(takers.slice(i, i + size)).size === size);
  return { whole: rounds.filter(Boolean).length, all: rounds.length };
}

/** 2.2: fresh connections, one after the other, visit the workers in rotation; under concurrent load none is idle. */
export function dealsInTurn(history: History): Opinion {
  const scene = sceneOf(history);
  const { start } = scene;
  const visits = scene.requests.filter(
    (request) => request.stream === 'rotation' && request.outcome === 'answered' && request.pid !== null,
  );
  // before and after the kills: as many workers in a round as listen then
  const kill = of(history, 'fault').find((fault) => fault.fault === 'SIGKILL')?.t ?? Infinity;
  const rounds = [visits.filter((request) => request.t < kill), visits.filter((request) => request.t > kill)].map(
    (part) => roundsOf(scene, part),
  );
  const whole = rounds.reduce((sum, each) => sum + each.whole, 0);
  const all = rounds.reduce((sum, each) => sum + each.all, 0);
  if (start.cores < 3) return unknown('two workers cannot show a rotation');
  if (all < 2 * start.cores) return unknown('too few connections were answered', visits.length);
  const share = whole / all;
  const expected =
    'fresh connections, one after the other, visit the workers in rotation, also where the platform’s default is another';
  if (share < IN_TURN) {
    if (share >= NOT_IN_TURN && slowestPace(history) > 2)
      return unknown('this machine is too busy to tell the order of the connections', visits.length);
    const order = visits.slice(0, 8).map((request) => scene.lifeOf(request.pid ?? 0)?.worker ?? '?');
    return broken({
      judged: visits.length,
      expected,
      observed: `worker ${order.join(', ')}, … (${whole} of ${all} rounds met every worker once)`,
      cause:
        'the operating system deals the connections: set cluster.schedulingPolicy = cluster.SCHED_RR before the first fork',
    });
  }
  const pressure = of(history, 'pressure')[0];
  if (pressure === undefined || pressure.ok === 0) return unknown('the program was not put under load', visits.length);
  const busy = new Set(
    [...of(history, 'begun'), ...of(history, 'taken')]
      .filter((event) => event.t >= pressure.since && event.t <= pressure.t + 100)
      .map((event) => event.pid),
  );
  const idle = scene.lives.filter(
    (life) =>
      life.listening !== null &&
      life.listening < pressure.since &&
      !isGone(life, pressure.since) &&
      !busy.has(life.pid),
  );
  if (idle.length > 0) {
    return broken({
      judged: visits.length,
      expected: 'under concurrent load no worker is idle',
      observed: `${listed(idle.map(named))} had nothing of ${plural(pressure.ok, 'request')} on ${plural(pressure.connections, 'connection')}`,
      cause: 'the connections are not dealt to all workers',
    });
  }
  return holds(visits.length, `${plural(visits.length, 'connection')} in turn over ${plural(start.cores, 'worker')}`);
}
