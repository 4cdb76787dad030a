// Whether a program comes back when workers can boot again: clause 6.3.
import type { History } from '#history';
import { deathOf } from '../../death.ts';
import { broken, holds, tooBusy, unknown, type Opinion } from '../../finding.ts';
import { listeningAt } from '../../lives.ts';
import { conclusive, metLate, waitOf } from '../../moments.ts';
import { sceneOf } from '../../scene.ts';
import { plural, time } from '../../words.ts';
import { notReached } from './fork-rate.ts';
import { bootedSo, LOOP, periodsOf } from './loop.ts';

const WHETHER = 'whether as many as cores would listen again in time';

/** 6.3: within 10 s of the moment from which workers can boot again, as many as cores listen. */
export function recovers(history: History): Opinion {
  const scene = sceneOf(history);
  const { cores } = scene.start;
  const [loop] = periodsOf(history, 'dies');
  if (loop === undefined) return notReached(history);
  const died = bootedSo(scene, 'dies');
  if (died.length === 0) return unknown('no worker was forked while new ones would have died');
  const wait = waitOf(history, LOOP.recovered);
  if (wait?.met === true)
    return metLate(wait)
      ? tooBusy(WHETHER, died.length)
      : holds(died.length, `${cores} listened ${time(wait.t - loop.to)} after the last reason to die was gone`);
  const expected = `within 10 s of the moment from which workers can boot again ${plural(cores, 'worker')} listen`;
  const death = deathOf(scene);
  if (death !== null) return broken({ judged: died.length, expected, ...death });
  if (wait === undefined) return unknown('nobody waited for the workers to come back');
  if (!conclusive(wait)) return tooBusy(WHETHER, died.length);
  const since = scene.lives.filter((life) => life.forked >= loop.to);
  const last = died.at(-1);
  return broken({
    judged: died.length,
    expected,
    observed: `${time(wait.t - loop.to)} later ${listeningAt(scene.lives, wait.t).length} listened: ${since.length === 0 ? `nothing was forked since the last death, ${time(wait.t - (last?.exited ?? loop.to))} before` : `${plural(since.length, 'worker')} forked`}`,
    cause:
      since.length === 0
        ? 'after some deaths it is given up for good, or the pause between two forks has no upper bound: go on trying, at intervals that stop growing'
        : 'not every empty place is filled again',
    evidence: [wait, ...died, ...since],
  });
}
