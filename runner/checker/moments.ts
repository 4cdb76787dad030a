// Moments of a history by their names: faults, waits, marks, the stop. A moment that never came is at infinity.
import { grantedFor, of, type EventOf, type Fault, type History } from '#history';

export function faultsOf(history: History, ...names: readonly Fault[]): EventOf<'fault'>[] {
  return of(history, 'fault').filter(({ fault }) => names.includes(fault));
}

/** Pids of the workers that the checker killed: what they had not yet reported is not in the history. */
export function killedIn(history: History): ReadonlySet<number> {
  return new Set(faultsOf(history, 'SIGKILL').map(({ pid }) => pid));
}

export function firstKill(history: History): number {
  return faultsOf(history, 'SIGKILL')[0]?.t ?? Infinity;
}

export function firstFault(history: History): number {
  return of(history, 'fault')[0]?.t ?? Infinity;
}

export function waitOf(history: History, until: string): EventOf<'wait'> | undefined {
  return of(history, 'wait').find((wait) => wait.until === until);
}

export function markOf(history: History, name: string): EventOf<'mark'> | undefined {
  return of(history, 'mark').find((mark) => mark.name === name);
}

export function stopOf(history: History): number {
  return of(history, 'stop')[0]?.t ?? Infinity;
}

/** A machine that is so many times slower than an idle one keeps no time: nothing is held against a program there. */
export const OVERLOADED = 6;

/** Whether a wait that was not met may be held against the program: its time was up on a machine that can keep time, or nothing could come. */
export function conclusive(wait: EventOf<'wait'>): boolean {
  return wait.quiescent || wait.stretch < OVERLOADED;
}

/** Met, after the time that a machine at rest grants: on this one it is not told whether the program took it, or the machine. */
export function metLate({ met, from, t, limit, stretch }: EventOf<'wait'>): boolean {
  return met && t - from > limit / grantedFor(1, stretch);
}

/** How slow this machine was at its slowest: 1 is an idle one. */
export function stretchOf(history: History): number {
  return Math.max(1, ...of(history, 'pace').map((pace) => pace.stretch));
}
