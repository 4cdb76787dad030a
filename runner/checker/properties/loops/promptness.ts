// How soon a worker that was all right is replaced: clause 6.1.
import { grantedFor, type History } from '#history';
import { deathOf } from '../../death.ts';
import { broken, holds, tooBusy, unknown, type Opinion } from '../../finding.ts';
import { conclusive, faultsOf, waitOf } from '../../moments.ts';
import { sceneOf } from '../../scene.ts';
import { named, time } from '../../words.ts';
import { bootedSo, LOOP } from './loop.ts';

/** Contract 6.1. */
const LISTENED_MS = 5000;
const FORKED_WITHIN_MS = 1000;

const WHETHER = 'how soon a replacement is forked';

/** 6.1: a worker that had listened for 5 s and crashes is replaced within 1 s. */
export function replacesTheStableAtOnce(history: History): Opinion {
  const scene = sceneOf(history);
  const wait = waitOf(history, LOOP.replaced);
  const kill = faultsOf(history, 'SIGKILL').findLast(({ t, pid, landed }) => {
    const since = scene.lifeOf(pid)?.listening ?? null;
    return landed && since !== null && t - since >= LISTENED_MS && t <= (wait?.from ?? -Infinity);
  });
  const victim = scene.lifeOf(kill?.pid ?? null);
  if (wait === undefined || kill === undefined || victim === undefined)
    return unknown('no worker was killed that had listened for 5 s');
  const expected = `a worker that had listened for 5 s or more is replaced when it crashes: its replacement is forked within ${time(FORKED_WITHIN_MS)}`;
  // what is forked after the wait is forked for something else
  const heir = scene.lives.find((life) => life.forked > kill.t && (wait.met || life.forked <= wait.t));
  const loop = bootedSo(scene, 'dies').filter((life) => life.forked < kill.t);
  if (heir === undefined) {
    const death = deathOf(scene);
    if (death !== null) return broken({ judged: 1, expected, ...death });
    if (!conclusive(wait)) return tooBusy(WHETHER);
  } else {
    const after = heir.forked - kill.t;
    if (after <= FORKED_WITHIN_MS)
      return holds(1, `${named(victim)}, SIGKILL → ${named(heir)} forked ${time(after)} later`);
    if (after <= grantedFor(FORKED_WITHIN_MS, wait.stretch)) return tooBusy(WHETHER, 1);
  }
  return broken({
    judged: 1,
    expected,
    observed: `${named(victim)} was killed after ${time(kill.t - (victim.listening ?? kill.t))} of listening, and ${heir === undefined ? `${time(wait.t - kill.t)} later nothing was forked` : `its replacement forked ${time(heir.forked - kill.t)} later`}`,
    cause:
      heir === undefined && faultsOf(history, 'SIGHUP').some(({ t }) => t < kill.t)
        ? 'since the restart that was given up, a death of those that stayed is taken for the goodbye of a worker that was to go'
        : loop.length > 0
          ? 'the pause of the crash loop before it is still in force: forget the deaths when a worker has listened for a while'
          : 'the pause after a first death is too long, or nothing is forked at all',
    evidence: [kill, victim, heir, ...loop],
  });
}
