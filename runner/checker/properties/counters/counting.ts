// Whether the numbers are right: clause 3.1.
import type { EventOf, History, RequestEvent } from '#history';
import { deathOf } from '../../death.ts';
import { broken, holds, tooBusy, unknown, type Opinion } from '../../finding.ts';
import { conclusive, firstKill, markOf, waitOf } from '../../moments.ts';
import { answeredAt } from '../../requests.ts';
import { sceneOf, type Scene } from '../../scene.ts';
import { grouped, listed, named, plural, time } from '../../words.ts';
import { toldWhileItCounts } from './staleness.ts';
import { AGREE, answeredBy, readings, settledIn, SLACK_MS, STALE_MS, statsOf, type Reading } from './stats.ts';
import { unheardCause } from './unheard.ts';

/** 3.1: each `GET /` is counted once, and `/stats` says so. */
export function countsEachRequest(history: History): Opinion {
  if (markOf(history, 'trickle begins') !== undefined) return toldWhileItCounts(history);
  const scene = sceneOf(history);
  const expected =
    'GET /stats answers JSON { "pid", "local", "total" }: local what this worker answered, total what all answered, each GET / counted once';
  const asked = answeredAt(scene.requests, '/stats');
  const odd = asked.find((request) => statsOf(request) === undefined);
  if (odd !== undefined) {
    return broken({
      judged: asked.length,
      expected,
      observed: `GET /stats answered ${odd.status} and ${odd.body === null ? 'nothing' : JSON.stringify(odd.body.slice(0, 80))}`,
      cause: odd.status === 404 ? 'the path has no handler' : 'the three numbers are to be there, as numbers',
      evidence: [odd],
    });
  }
  const wait = waitOf(history, AGREE.counted);
  const death = wait?.met === true ? null : deathOf(scene);
  if (wait === undefined) {
    return death === null
      ? unknown('the program was not asked for its numbers')
      : broken({ judged: Math.max(1, asked.length), expected, ...death });
  }
  const liar = readings(scene).find(({ pid, request }) => (scene.taker(request) ?? pid) !== pid);
  if (liar !== undefined) {
    return broken({
      judged: asked.length,
      expected,
      observed: `pid ${scene.taker(liar.request)} answered /stats with "pid": ${liar.pid}`,
      cause: '"pid" is to be process.pid of the worker that answers',
      evidence: [liar.request],
    });
  }
  const settled = settledIn(scene, wait);
  if (death !== null) return broken({ judged: Math.max(1, settled.length), expected, ...death });
  const greetings = answeredAt(scene.requests, '/').filter((request) => request.end <= wait.t);
  if (greetings.length === 0 || settled.length === 0) return unknown('no numbers could be compared');
  for (const { pid, local, request } of settled) {
    const own = greetings.filter((each) => (each.pid ?? scene.taker(each)) === pid).length;
    if (local === own) continue;
    return broken({
      judged: greetings.length,
      expected,
      observed: `worker pid ${pid} answered ${plural(own, 'request')} and says "local": ${local}`,
      cause:
        local > own
          ? 'something else is counted too (GET /stats, or a request twice)'
          : 'not every answer is counted in the worker that gives it',
      evidence: [request],
    });
  }
  return (
    wrongTotal(scene, wait, settled, greetings.length) ??
    lateTotal(scene, wait, greetings) ??
    wrongHeir(scene) ??
    holds(
      greetings.length,
      `${plural(greetings.length, 'request')}, total ${grouped(greetings.length)} on all ${plural(settled.length, 'worker')}`,
    )
  );
}

/** Some worker that came to rest with another total than what was answered. */
function wrongTotal(
  scene: Scene,
  wait: EventOf<'wait'>,
  settled: readonly Reading[],
  answered: number,
): Opinion | null {
  if (settled.every(({ total }) => total === answered)) return null;
  if (!conclusive(wait)) return tooBusy('whether the totals come to be right');
  const says = settled.map(({ pid, total }) => `${pid} says ${total}`);
  return broken({
    judged: answered,
    expected: `total ${answered} on every worker`,
    observed: `${time(wait.t - wait.from)} after ${plural(answered, 'answered request')} pid ${listed(says, 4)}`,
    cause: causeOfTotal(scene, settled, answered),
    evidence: settled.map(({ request }) => request),
  });
}

function causeOfTotal(scene: Scene, settled: readonly Reading[], answered: number): string {
  if (settled.every(({ total, local }) => total === local))
    return 'each worker’s total is its own count: the primary does not tell it the sum';
  if (settled.every(({ total }) => total === 0)) return 'no total ever reaches the workers';
  if (settled.some(({ total }) => total > answered)) return 'some requests are counted more than once';
  return unheardCause(scene) ?? 'some of what the workers report does not arrive in the sum';
}

/** A total that came to be right, but was wrong for too long after the last answer. */
function lateTotal(scene: Scene, wait: EventOf<'wait'>, greetings: readonly RequestEvent[]): Opinion | null {
  const last = Math.max(...greetings.map((request) => request.end));
  const late = readings(scene).findLast(
    ({ total, request: { t } }) => t <= wait.t && t > last + STALE_MS + SLACK_MS && total < greetings.length,
  );
  if (late === undefined) return null;
  if (late.request.t <= last + STALE_MS + SLACK_MS * wait.stretch)
    return tooBusy('how old a total is', greetings.length);
  return broken({
    judged: greetings.length,
    expected: `a total that is at most ${STALE_MS} ms old`,
    observed: `${time(late.request.t - last)} after the last answer pid ${late.pid} still said "total": ${late.total} instead of ${greetings.length}`,
    cause: 'the totals are told too rarely',
    evidence: [late.request],
  });
}

/** A replacement that has listened for 500 ms knows the total, also when no request comes; and it has answered nothing yet. */
function wrongHeir(scene: Scene): Opinion | null {
  const { history, lives } = scene;
  const wait = waitOf(history, AGREE.heir);
  if (wait === undefined) return null;
  const settled = settledIn(scene, wait);
  const kill = firstKill(history);
  const heir = lives.find((life) => life.forked > kill && settled.some(({ pid }) => pid === life.pid));
  const says = settled.find(({ pid }) => pid === heir?.pid);
  if (heir === undefined || says === undefined) return null;
  const own = answeredAt(scene.requests, '/').filter(({ pid, end }) => pid === heir.pid && end <= wait.t).length;
  if (says.local !== own) {
    return broken({
      judged: settled.length,
      expected: 'local is what this worker process itself has answered',
      observed: `the replacement ${named(heir)} answered ${plural(own, 'request')} and says "local": ${says.local}`,
      cause: 'the replacement goes on with the count of the worker that died: its own begins at 0',
      evidence: [heir, says.request],
    });
  }
  const right = answeredBy(scene, wait.t);
  const wrong = settled.filter(({ total }) => total !== right);
  // where the others are wrong too, it is not the replacement that was not told (3.4)
  if (wait.met || wrong.length !== 1 || wrong[0] !== says) return null;
  if (!conclusive(wait)) return tooBusy('whether a replacement comes to know the total', settled.length);
  return broken({
    judged: settled.length,
    expected: `a worker that has listened for ${STALE_MS} ms knows the total, ${grouped(right)}`,
    observed: `the replacement ${named(heir)} says "total": ${says.total}, ${time(wait.t - (heir.listening ?? heir.forked))} after it listened`,
    cause:
      'the total is told only when it changes: a worker that comes later is to be told too, when it listens or in fork(env)',
    evidence: [heir, says.request],
  });
}
