// Whether a worker that does not come to listen is killed in time, and a slow one left alone: clause 6.4.
import { grantedFor, of, type History, type Life } from '#history';
import { deathOf } from '../../death.ts';
import { broken, holds, tooBusy, unknown, type Opinion } from '../../finding.ts';
import { conclusive, metLate, stopOf, stretchOf, waitOf } from '../../moments.ts';
import { sceneOf } from '../../scene.ts';
import { named, plural, time } from '../../words.ts';
import { notReached } from './fork-rate.ts';
import { bootedSo, LOOP } from './loop.ts';

/** Contract 6.4, from its fork. */
const EARLIEST_MS = 5000;
const LATEST_MS = 7000;
/** A fork is told to the program a little before it is told to the workbook. */
const EARLY_MS = 100;

const EXPECTED =
  'a worker that has not come to listen is killed between 5 and 7 s after its fork and counts as one that died at boot; one that needs 4 s is left alone';
const WHETHER = 'when a worker that hangs at boot is killed';

/** 6.4: a worker that has not come to listen is killed between 5 and 7 s after its fork. */
export function killsWhatHangsAtBoot(history: History): Opinion {
  const scene = sceneOf(history);
  const stop = Math.min(stopOf(history), scene.died?.t ?? Infinity);
  const latest = grantedFor(LATEST_MS, stretchOf(history));
  const [hung, slow] = [bootedSo(scene, 'hangs'), bootedSo(scene, 'slow')];
  const judged = hung.length + slow.length;
  if (judged === 0) return notReached(history);
  const ended = (life: Life): number => Math.min(life.exited ?? Infinity, stop);
  const age = (life: Life): number => ended(life) - life.forked;
  const otherwise = (life: Life, observed: string, cause: string): Opinion =>
    broken({ judged, expected: EXPECTED, observed: `${named(life)}, ${observed}`, cause, evidence: [life] });

  for (const life of [...slow, ...hung]) {
    const isKilled = life.exited !== null && life.exited < stop && life.listening === null;
    if (isKilled && age(life) < EARLIEST_MS - EARLY_MS)
      return otherwise(
        life,
        `${slow.includes(life) ? 'which takes 4 s to boot' : 'which hung at boot'}, was gone ${time(age(life))} after its fork`,
        'the deadline for the boot is too short: whoever boots slowly is killed again and again, and never serves',
      );
  }
  const late = of(history, 'wait').filter((wait) => wait.until === LOOP.gone && !wait.met && conclusive(wait));
  const tooLate = hung.find(
    (life) =>
      age(life) > latest ||
      late.some(({ t, stretch }) => t < ended(life) && t - life.forked > grantedFor(LATEST_MS, stretch)),
  );
  if (tooLate !== undefined)
    return otherwise(
      tooLate,
      tooLate.exited === null || tooLate.exited >= stop
        ? `which hung at boot, was still there ${time(age(tooLate))} after its fork`
        : `which hung at boot, was killed only ${time(age(tooLate))} after its fork`,
      'nobody waits for its listening with a deadline: a worker that hangs neither listens nor exits, so that no event ever comes',
    );
  // what ends it later is another clause's matter
  const death = waitOf(history, LOOP.filled)?.met === true ? null : deathOf(scene);
  if (death !== null) return broken({ judged, expected: EXPECTED, ...death });
  // a machine that boots so slowly takes more than 5 s for it
  if (slow.some((life) => life.listening === null && life.exited !== null && life.exited < stop))
    return tooBusy('whether a worker that needs 4 s is left alone', judged);
  if (slow.some((life) => life.listening === null)) return unknown('the slow worker was not waited for', judged);
  if (hung.some((life) => age(life) > LATEST_MS)) return tooBusy(WHETHER, judged);
  if (hung.some((life) => ended(life) === stop))
    return unknown('a worker that hung at boot was not waited for', judged);
  for (const wait of of(history, 'wait').filter(({ until }) => until === LOOP.filled)) {
    if (wait.met && !metLate(wait)) continue;
    if (wait.met || !conclusive(wait)) return tooBusy('whether the place of one that hung would be filled', judged);
    return broken({
      judged,
      expected: EXPECTED,
      observed: `${time(wait.t - wait.from)} after a worker that had hung was gone its place was still empty`,
      cause: 'a worker that is killed at its deadline is not replaced: it counts as one that died at boot',
      evidence: [wait, ...hung],
    });
  }
  if (waitOf(history, LOOP.filled) === undefined)
    return unknown('the place of one that hung was not waited for', judged);
  if (hung.length === 0) return unknown('no worker hung at boot', judged);
  return holds(
    judged,
    `${plural(hung.length, 'hung worker')} killed ${hung.map((life) => time(age(life))).join(', ')} after the fork${slow.length > 0 ? `, ${slow.length === 1 ? 'the slow one' : `${slow.length} slow ones`} left alone` : ''}`,
  );
}
