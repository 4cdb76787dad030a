// Whether retired workers go: clause 4.5.
import { of, type History, type Life } from '#history';
import { deathOf } from '../../death.ts';
import { broken, holds, tooBusy, unknown, type Opinion } from '../../finding.ts';
import { isGone } from '../../lives.ts';
import { conclusive } from '../../moments.ts';
import { isAnswered } from '../../requests.ts';
import type { Scene } from '../../scene.ts';
import { listed, named, time } from '../../words.ts';
import { notTried, restartOf } from './restart.ts';

/** Contract 4.5. */
const GONE_MS = 10_000;
const JUST_NOW_MS = 1000;

/** 4.5: 10 s after the last signal no worker from before the first one is alive. */
export function retiredWorkersGo(history: History): Opinion {
  const restart = restartOf(history);
  if (restart === null) return notTried(history);
  const { scene, old, forks, last, over } = restart;
  if (forks.length === 0) return unknown('no restart took place');
  if (over === undefined) return unknown('the restart was not waited for');
  const alive = old.filter((life) => life.exited === null || life.exited > over.t);
  const leaving = alive.filter((life) => isGone(life, over.t));
  if (alive.length === 0) {
    const latest = Math.max(...old.map((life) => life.exited as number));
    const late = old.filter((life) => (life.exited as number) - last.t > GONE_MS);
    if (late.length > 0 && latest - last.t <= GONE_MS * over.stretch)
      return tooBusy('whether the retired workers go in time', old.length);
    if (late.length > 0)
      return broken({
        judged: old.length,
        expected: `${time(GONE_MS)} after the signal no worker from before it is alive`,
        observed: `${listed(late.map(named))} went only ${time(latest - last.t)} after it`,
        cause: 'the restart begins late, or gives its workers too much time to go',
        evidence: [last, ...late],
      });
    return holds(old.length, `the last of ${old.length} was gone ${time(latest - last.t)} after the signal`);
  }
  if (!over.met && deathOf(scene) !== null) return unknown('the program did not live to let its workers go');
  // one that was never told to go is 4.2's matter
  if (leaving.length === 0) return unknown('the old workers were not told to go');
  // whoever still answers has had the time to notice that its own is up
  if (!conclusive(over) && !leaving.some((life) => answersStill(scene, life, over.t)))
    return tooBusy('whether the retired workers would go', old.length);
  return broken({
    judged: old.length,
    expected: '10 s after the signal no worker from before it is alive',
    observed: `${time(over.t - last.t)} after the signal ${listed(leaving.map(named))} still lived, told to go ${time(over.t - (leaving[0]?.closed ?? leaving[0]?.disconnected ?? over.t))} before`,
    cause:
      'a worker that is told to disconnect lives as long as its clients keep their connections: tell them to go (Connection: close), and set a deadline',
    evidence: [last, ...leaving],
  });
}

/** It was told to go longer ago than it may take, and has answered just now. */
function answersStill({ history, requests }: Scene, life: Life, t: number): boolean {
  const told = Math.min(life.closed ?? Infinity, life.disconnected ?? Infinity);
  const isLate = (pid: number | null, at: number): boolean => pid === life.pid && at > t - JUST_NOW_MS && at <= t;
  if (t - told < GONE_MS) return false;
  return (
    of(history, 'answers').some((event) => isLate(event.pid, event.t)) ||
    requests.some((request) => isAnswered(request) && isLate(request.pid, request.end))
  );
}
