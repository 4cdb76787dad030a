// What a killed worker leaves behind, and what its replacement adds to it: clause 3.4.
import { of, type EventOf, type History, type Life } from '#history';
import { deathOf, errorOf } from '../../death.ts';
import { broken, holds, tooBusy, unknown, type Opinion } from '../../finding.ts';
import { conclusive, faultsOf, firstKill, stretchOf, waitOf } from '../../moments.ts';
import { answeredAt } from '../../requests.ts';
import { sceneOf, type Scene } from '../../scene.ts';
import { grouped, listed, named, plural } from '../../words.ts';
import { AGREE, answeredBy, readings, settledIn, SLACK_MS, STALE_MS, sum, type Reading } from './stats.ts';
import { unheardCause, unheardOf, type Unheard } from './unheard.ts';

type Kills = readonly EventOf<'fault'>[];

/** 3.4: what a killed worker reported stays, what its replacement answers counts, and the primary survives. */
export function countsTheReplacements(history: History): Opinion {
  const scene = sceneOf(history);
  const kills = faultsOf(history, 'SIGKILL');
  if (kills.length === 0) return unknown('no worker could be killed');
  return (
    primaryDied(scene, kills) ??
    goesBack(scene, kills) ??
    (waitOf(history, AGREE.heir) === undefined ? countsUnderLoad(scene, kills) : countsQuietly(scene))
  );
}

function primaryDied(scene: Scene, kills: Kills): Opinion | null {
  const death = deathOf(scene);
  if (death === null) return null;
  const error = errorOf(scene, scene.start.pid) ?? '';
  const sending = /EPIPE|ERR_IPC_CHANNEL_CLOSED|channel closed/i.test(error);
  return broken({
    judged: kills.length,
    about: 'primary',
    expected: 'the primary survives the death of any worker at any moment, also while it is sending to it',
    observed: `${death.observed}, after ${plural(kills.length, 'kill')}`,
    cause: sending
      ? `it was sending to a dead worker: ${error}; give send() a callback, or the worker an error listener`
      : death.cause,
    evidence: [...kills, ...death.evidence],
  });
}

/** A worker that says less than it said before. */
function goesBack(scene: Scene, kills: Kills): Opinion | null {
  const latest = new Map<number, Reading>();
  for (const reading of readings(scene)) {
    const before = latest.get(reading.pid);
    if (before !== undefined && reading.total < before.total) {
      return broken({
        judged: kills.length,
        about: 'lost',
        expected: 'the total never goes back',
        observed: `pid ${reading.pid} said total ${before.total}, then ${reading.total}`,
        cause: 'the sum is made of the living workers only, or starts again with a worker',
        evidence: [before.request, reading.request],
      });
    }
    latest.set(reading.pid, reading);
  }
  return null;
}

/** Workers that were killed with requests in hand: what they answered in their last 500 ms may be missing. */
function countsUnderLoad(scene: Scene, kills: Kills): Opinion {
  const wait = waitOf(scene.history, AGREE.crashed);
  if (wait === undefined) return unknown('the program did not live to be asked for its totals');
  const settled = settledIn(scene, wait);
  if (settled.length === 0) return unknown('no worker told a total');
  const answered = answeredBy(scene, wait.t);
  const most = Math.max(...settled.map(({ total }) => total));
  const deaf = unheardSurvivor(scene, kills, answered - most);
  if (deaf !== undefined) return missing(scene, settled, answered, most, deaf);
  const excused = kills.reduce((count, kill) => count + answeredJustBefore(scene, kill), 0);
  const low = settled.find(({ total }) => total < answered - excused);
  if (low !== undefined) {
    if (!wait.met && !conclusive(wait)) return tooBusy('whether the totals come to be right', settled.length);
    return missing(scene, settled, answered, low.total, unheardOf(scene)[0]);
  }
  if (!wait.met) return unknown('the totals did not come to agree', settled.length);
  const landed = kills.filter((kill) => kill.landed).length;
  if (landed === 0) return unknown('no kill hit a worker with requests in hand', answered);
  return holds(
    answered,
    `${plural(answered, 'request')} over ${plural(landed, 'kill')} and ${plural(heirsIn(scene).length, 'replacement')}, none forgotten`,
  );
}

/** Requests are missing in the total, perhaps since messages of one worker were not heard. */
function missing(
  scene: Scene,
  settled: readonly Reading[],
  answered: number,
  total: number,
  unheard: Unheard | undefined,
): Opinion {
  const told =
    unheard === undefined
      ? {
          expected: 'what the killed workers had reported and what their replacements answered',
          observed: '',
        }
      : {
          expected: `the ${plural(answersOf(scene, unheard.life), 'request')} that worker ${unheard.life.worker} answered`,
          observed: `; ${plural(unheard.count, 'message')} of ${named(unheard.life)} reached the primary, and no listener heard them`,
        };
  return broken({
    judged: answered,
    about: unheard === undefined ? 'lost' : 'replacement',
    expected: `total ${grouped(answered)}, with ${told.expected}`,
    observed: `total ${grouped(total)}: ${grouped(answered - total)} are missing${told.observed}`,
    cause:
      unheardCause(scene) ?? 'what a worker had reported is lost with it, or what its replacement reports is not added',
    evidence: [unheard?.life, ...heirsIn(scene), ...settled.map(({ request }) => request)],
  });
}

function heirsIn({ history, lives }: Scene): Life[] {
  return lives.filter((life) => life.forked > firstKill(history));
}

function answersOf({ history }: Scene, { pid }: Life): number {
  return sum(of(history, 'answers').filter((event) => event.pid === pid));
}

/** A worker that was not killed and of whom most was not heard, and as many requests missing as it answered: no kill excuses that. */
function unheardSurvivor(scene: Scene, kills: Kills, lacking: number): Unheard | undefined {
  return unheardOf(scene).find(({ life, count }) => {
    const sent = of(scene.history, 'sent').filter((event) => event.worker === life.worker && event.direction === 'up');
    const own = answersOf(scene, life);
    return kills.every((kill) => kill.pid !== life.pid) && count >= sum(sent) / 2 && own > 0 && lacking >= own;
  });
}

/** What this worker answered so late before it was killed that it need not have reported it. */
function answeredJustBefore({ history, requests }: Scene, { pid, t }: EventOf<'fault'>): number {
  const from = t - STALE_MS - SLACK_MS * stretchOf(history);
  const batches = of(history, 'answers').filter((event) => event.pid === pid && event.t >= from);
  const single = answeredAt(requests, '/').filter((request) => request.pid === pid && request.end >= from);
  return sum(batches) + single.length;
}

/** A worker that was killed while all was told, and its replacement: then nothing at all may be missing. */
function countsQuietly(scene: Scene): Opinion {
  const { history } = scene;
  for (const name of [AGREE.heir, AGREE.inherited]) {
    const wait = waitOf(history, name);
    if (wait === undefined) return unknown('the replacement was not asked to count');
    if (wait.met) continue;
    if (!conclusive(wait)) return tooBusy('whether the totals come to be right');
    const settled = settledIn(scene, wait);
    const answered = answeredBy(scene, wait.t);
    const lost = name === AGREE.heir;
    // only the replacement does not know it: that is 3.1's matter
    if (lost && settled.filter(({ total }) => total !== answered).length < 2)
      return unknown('the replacement was not told the total');
    return broken({
      judged: answered,
      about: lost ? 'lost' : 'replacement',
      expected: `total ${answered} on all workers, with what the killed worker had reported and what its replacement answers`,
      observed: listed(
        settled.map(({ pid, total }) => `pid ${pid} says ${total}`),
        4,
      ),
      cause: lost
        ? 'what a worker had reported is lost with it: the sum is made of the living workers only'
        : (unheardCause(scene) ?? 'what the replacement reports is not added'),
      evidence: [...heirsIn(scene), ...settled.map(({ request }) => request)],
    });
  }
  const answered = answeredBy(scene, waitOf(history, AGREE.inherited)?.t ?? 0);
  return holds(answered, `${plural(answered, 'request')} with a replacement, none forgotten`);
}
