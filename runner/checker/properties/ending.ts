// The end of the program: clause 0.6.
import { of, type History } from '#history';
import { excessOf } from '../death.ts';
import { broken, holds, tooBusy, unknown, type Opinion } from '../finding.ts';
import { isGone } from '../lives.ts';
import { sceneOf } from '../scene.ts';
import { endOf, listed, named, time } from '../words.ts';

/** Contract 0.6. */
const LIMIT_MS = 2000;

/** 0.6: 2 s after the primary's end, however it ended, nothing of the program is left. */
export function endsWithItsPrimary(history: History): Opinion {
  const scene = sceneOf(history);
  const left = of(history, 'left')[0];
  const ended = of(history, 'ended')[0];
  if (left === undefined || ended === undefined) return unknown('the end of the program was not seen');
  const excess = excessOf(scene);
  if (excess !== null) return unknown(`${excess.death.observed}; ${excess.death.cause}`);
  if (scene.lives.length === 0 && left.pids.length === 0) return unknown('no worker was there to outlive its primary');
  const judged = scene.lives.length + 1;
  // the harness waits longer where the machine is slow, and what took so long there may be the program's own doing
  if (left.pids.length === 0 && left.after > LIMIT_MS)
    return tooBusy('whether the workers end with their primary', judged);
  if (left.pids.length === 0)
    return holds(judged, `nothing left ${time(left.after)} after the primary’s end (${endOf(ended)})`);
  const lives = left.pids.map((pid) => scene.lifeOf(pid));
  const who = left.pids.map((pid, i) => (lives[i] === undefined ? `pid ${pid}` : named(lives[i])));
  return broken({
    judged,
    expected: '2 s after the primary’s end, however it ends, no process of the program is left',
    observed: `${time(left.after)} after the primary’s end (${endOf(ended)}) ${listed(who)} still ran${left.port ? ' and held the port' : ''}`,
    cause: lives.some((life) => life !== undefined && isGone(life, ended.t))
      ? "a worker that is leaving by disconnect() no longer ends by itself when its primary goes: it needs process.on('disconnect') or a deadline of its own"
      : 'these processes do not notice that their primary is gone',
    evidence: [ended, left, ...lives],
  });
}
