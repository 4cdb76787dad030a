// What the register tells of workers that a signal has ended: clause 5.3.
import type { History, Life } from '#history';
import { broken, holds, unknown, type Opinion } from '../../finding.ts';
import { faultsOf } from '../../moments.ts';
import { sceneOf } from '../../scene.ts';
import { named, plural } from '../../words.ts';
import { afterwards, type Ending } from './ending.ts';

const SIGKILLED: Ending = { code: null, signal: 'SIGKILL', planned: false };

/** 5.3: a killed worker is told as exited, with its signal, whether or not it was disconnected before. */
export function tellsTheKilled(history: History): Opinion {
  const scene = sceneOf(history);
  // one that was just leaving is another matter
  const victims = faultsOf(history, 'SIGKILL').flatMap(({ pid, landed }) => {
    const life = landed ? scene.lifeOf(pid) : undefined;
    return life === undefined || life.planned === true ? [] : [life];
  });
  if (victims.length === 0) return unknown('no worker could be killed');
  let judged = 0;
  for (const victim of victims) {
    const after = afterwards(scene, victim, SIGKILLED);
    if (after.kind === 'unread') return unknown(after.why, judged);
    judged += after.judged;
    if (after.kind === 'wrong')
      return broken({
        judged,
        expected: after.expected,
        observed: after.observed,
        cause: causeOf(victim, after.state),
        evidence: after.evidence,
      });
  }
  const silent = victims.filter(({ disconnected }) => disconnected === null).length;
  return holds(
    judged,
    `${plural(victims.length, 'worker')} killed${silent > 0 ? `, ${silent} without a disconnect event` : ''}: ${victims.map(named).join(', ')}`,
  );
}

function causeOf({ disconnected }: Life, state: string): string {
  if (state !== 'exited')
    return disconnected === null
      ? 'no disconnect event came for it: only the exit event is sure'
      : 'its exit event is not written down, or not told';
  return 'the exit event gives code and signal, and one of them is null; planned is worker.exitedAfterDisconnect';
}
