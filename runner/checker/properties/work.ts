// Work that keeps a thread busy, done by two workers side by side: clause 2.1.
import { of, type History, type RequestEvent } from '#history';
import { broken, holds, tooBusy, unknown, type Opinion } from '../finding.ts';
import { stretchOf } from '../moments.ts';
import { answeredAt, isLoss } from '../requests.ts';
import { sceneOf, type Scene } from '../scene.ts';
import { plural, time } from '../words.ts';
import { greets } from './greeting.ts';

/** Judged as at least this long before the answer (contract 2.1). */
const WORK_MS = 40;
/** “Clearly more CPU than GET /”: this many times as much, and at least so many ms. */
const CLEARLY_TIMES = 4;
const CLEARLY_MS = 8;
/** What waits and does not work spends less, by a factor of three. */
const NOTHING_MS = 1;
/** On a machine that is slower than this, a process may be given too little of a core to show what it does. */
const SLOW = 2;

/** 2.1: `GET /work` is work of the answering worker's own thread, before the answer, and two of them run side by side. */
export function worksInParallel(history: History): Opinion {
  const scene = sceneOf(history);
  const form = greets(history, (path) => path === '/work', 'GET /work');
  if (form.status !== 'holds') return form;
  const alone = scene.requests.filter((request) => request.stream === 'alone');
  const works = answeredAt(alone, '/work');
  const hellos = answeredAt(alone, '/');
  if (works.length === 0 || hellos.length === 0) return unknown('GET /work was not measured');
  const quick = works.find((request) => request.end - request.t < WORK_MS);
  if (quick !== undefined) {
    return broken({
      judged: works.length,
      expected: `GET /work is answered after about 50 ms of work (at least ${WORK_MS})`,
      observed: `it was answered after ${time(quick.end - quick.t)}`,
      cause: 'the work is not done before the answer: call burn(50) first, then answer',
      evidence: [quick],
    });
  }
  const slow = stretchOf(history) > SLOW;
  const spent = works.map((request) => cpuOf(history, request, request.pid));
  // a slow machine gives a worker less of a core than it wants: what it spent when it was given most is nearest to that
  const forWork = slow ? Math.max(...spent) : average(spent);
  const forHello = average(hellos.map((request) => cpuOf(history, request, request.pid)));
  if (Number.isNaN(forWork + forHello)) return unknown('this system does not tell the CPU time of a thread');
  if (forWork < Math.max(CLEARLY_MS, CLEARLY_TIMES * forHello)) {
    if (slow && forWork > NOTHING_MS) return tooBusy('how much a request costs', works.length);
    return broken({
      judged: works.length,
      expected: 'GET /work costs the answering worker’s own thread clearly more CPU than GET /',
      observed: `${forWork.toFixed(1)} ms of CPU for GET /work, ${forHello.toFixed(1)} ms for GET /`,
      cause:
        'the time is waited for (a timer), or spent in another thread or process, instead of worked in the worker’s own JavaScript',
      evidence: works,
    });
  }
  return sideBySide(scene, form.judged);
}

function sideBySide(scene: Scene, judged: number): Opinion {
  const pairs = pairsOf(scene.requests);
  const expected = 'two GET /work that are sent together are worked on at the same time, by two workers';
  if (pairs.length === 0) return unknown('no two requests to /work were under way together');
  const same = pairs.find(([first, second]) => first.pid === second.pid);
  if (same !== undefined) {
    const [first, second] = same;
    return broken({
      judged,
      expected,
      observed: `both went to pid ${first.pid}: answered after ${time(first.end - first.t)} and ${time(second.end - second.t)}`,
      cause: 'fresh connections are not dealt in turn',
      evidence: same,
    });
  }
  // how far the second one was when the first was answered
  const measured = pairs.flatMap((pair) => {
    const ms = cpuOf(scene.history, pair[0], pair[1].pid);
    return Number.isNaN(ms) ? [] : [{ pair, ms }];
  });
  if (measured.length === 0) return unknown('this system does not tell the CPU time of a thread');
  const overlapping = measured.filter(({ ms }) => ms >= CLEARLY_MS);
  const [some] = overlapping;
  // The first answer may be noticed late, when the second worker has only just begun: that happens once, not each time.
  const overlap = overlapping.find(({ pair }) => elapsed(pair) < 2 * WORK_MS);
  if (overlap !== undefined || 2 * overlapping.length > measured.length)
    return holds(
      judged,
      `${plural(overlapping.length, 'pair')} side by side, such as on pid ${(overlap ?? some)?.pair.map(({ pid }) => pid).join(' and ')}`,
    );
  if (some !== undefined) return tooBusy('whether two workers work at the same time', judged);
  if (stretchOf(scene.history) > SLOW) return tooBusy('whether two workers work at the same time', judged);
  return broken({
    judged,
    expected,
    observed: `in ${plural(measured.length, 'pair')} the second worker had not begun when the first one answered (${Math.max(...measured.map(({ ms }) => ms)).toFixed(1)} ms of CPU)`,
    cause: 'something lets only one worker work at a time',
    evidence: measured.flatMap(({ pair }) => pair),
  });
}

/** Two requests that were sent together, the one that was answered first in front; without pairs of which one was lost. */
function pairsOf(requests: readonly RequestEvent[]): (readonly [RequestEvent, RequestEvent])[] {
  const asked = requests.filter((request) => request.stream === 'pair').toSorted((one, other) => one.n - other.n);
  return asked.flatMap((one, i) => {
    const other = asked[i + 1];
    if (i % 2 === 1 || other === undefined || isLoss(one) || isLoss(other)) return [];
    return [one.end <= other.end ? ([one, other] as const) : ([other, one] as const)];
  });
}

/** From the sending of both to the later answer: less than two pieces of work one after the other would take, or more. */
function elapsed([one, other]: readonly [RequestEvent, RequestEvent]): number {
  return Math.max(one.end, other.end) - Math.min(one.t, other.t);
}

/** CPU time that this process spent between that request and its answer; NaN where none was told. */
function cpuOf(history: History, { n }: RequestEvent, pid: number | null): number {
  return of(history, 'worked').find((event) => event.n === n && event.pid === pid)?.cpuMs ?? NaN;
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
