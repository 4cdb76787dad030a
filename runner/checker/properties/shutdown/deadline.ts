// Workers that do not come to an end: clause 7.4.
import { grantedFor, type EventOf, type History, type Life } from '#history';
import { broken, holds, tooBusy, unknown, type Opinion, type Witness } from '../../finding.ts';
import { conclusive, faultsOf, stretchOf } from '../../moments.ts';
import { endOf, listed, named, plural, time } from '../../words.ts';
import { endedBySignal, notTold, shutdownOf } from './shutdown.ts';

// Contract 7.4.
const SOONEST_MS = 4500;
const LATEST_MS = 6000;
const OVER_MS = 7000;
/** Two processes read their clocks a little apart. */
const EARLY_MS = 5;
const EXPECTED = `a worker that does not come to an end is killed ${time(SOONEST_MS)} to ${time(LATEST_MS)} after the signal; all is over within ${time(OVER_MS)}, with code 1`;

/** 7.4: a worker that does not come to an end is killed in time, and the primary ends with code 1. */
export function killsAtTheDeadline(history: History): Opinion {
  const shutdown = shutdownOf(history);
  if (shutdown === null) return notTold(history);
  const { scene, first, ended, over } = shutdown;
  const faults = faultsOf(history, 'freeze', 'block').filter(({ landed, t }) => landed && t <= first.t);
  const stuck = faults.flatMap((fault) => {
    const life = scene.lifeOf(fault.pid);
    return life === undefined ? [] : [{ fault, life, name: `${HOW[fault.fault] ?? fault.fault} ${named(life)}` }];
  });
  if (stuck.length === 0) return unknown('no worker could be stopped or blocked');
  const judged = stuck.length;
  const otherwise = (observed: string, cause: string, ...evidence: readonly Witness[]): Opinion =>
    broken({ judged, expected: EXPECTED, observed, cause, evidence: [...faults, first, ended, ...evidence] });

  const unheard = endedBySignal(shutdown);
  if (unheard !== null) return otherwise(`the primary ended by ${first.fault}`, unheard);
  const stretch = stretchOf(history);
  const after = (t: number): string => `${time(t - first.t)} after ${first.fault}`;
  const early = stuck.find(({ life }) => life.exited !== null && life.exited < first.t + SOONEST_MS - EARLY_MS);
  if (early !== undefined)
    return otherwise(
      `the ${early.name} ended by ${endOf(early.life)} ${after(early.life.exited ?? 0)}`,
      'the deadline is too short: what takes long and is in hand is to be waited for',
      early.life,
    );
  if (ended !== undefined && ended.t < first.t + SOONEST_MS - EARLY_MS)
    return otherwise(
      `the primary ended ${after(ended.t)} (${endOf(ended)}), while the ${stuck[0]?.name} had not come to an end`,
      'the primary is to wait for the exit of its last worker, up to the deadline; cluster.workers cannot tell it, since a worker that was told to disconnect is no longer in there',
      ...stuck.map(({ life }) => life),
    );
  const isAlive = ({ life }: { readonly life: Life }): boolean => life.exited === null;
  if (ended === undefined) {
    if (over === undefined) return unknown('the end of the program was not waited for');
    if (!conclusive(over)) return tooBusy('whether the deadline is kept', judged);
    const alive = stuck.filter(isAlive);
    return otherwise(
      `${after(over.t)} ${alive.length > 0 ? `the ${alive[0]?.name} still lived` : 'the primary still ran'}`,
      alive.length > 0
        ? causeOfLife(alive.map(({ fault }) => fault))
        : 'the primary is to exit when its last worker has',
      ...stuck.map(({ life }) => life),
    );
  }
  const latest = Math.max(...stuck.map(({ life }) => life.exited ?? ended.t)) - first.t;
  if (latest > grantedFor(LATEST_MS, stretch) || ended.t - first.t > grantedFor(OVER_MS, stretch))
    return otherwise(
      `the last of them ended ${time(latest)} after ${first.fault}, and the primary ${after(ended.t)}`,
      'the deadline is too long',
      ...stuck.map(({ life }) => life),
    );
  if (latest > LATEST_MS || ended.t - first.t > OVER_MS) return tooBusy('whether the deadline is kept', judged);
  if (ended.code !== 1)
    return otherwise(
      `${plural(judged, 'worker')} had to be killed, and the primary ended with ${endOf(ended)}`,
      'who started the program is to learn that it did not end in order: code 1 after a kill by the deadline',
      ...stuck.map(({ life }) => life),
    );
  return holds(judged, `${listed(stuck.map(({ name }) => name))} killed ${time(latest)} after ${first.fault}, code 1`);
}

const HOW: Readonly<Partial<Record<EventOf<'fault'>['fault'], string>>> = { freeze: 'stopped', block: 'blocked' };

function causeOfLife(faults: readonly EventOf<'fault'>[]): string {
  return faults.some(({ fault }) => fault === 'freeze')
    ? 'a process that is stopped acts on no signal but SIGKILL, and no timer in it fires: the primary is to send SIGKILL'
    : 'a worker that is blocked reads no message and no timer in it fires: the primary is to kill it';
}
