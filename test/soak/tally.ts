// What rounds came to, counted. Pure.
import type { LossClass, RequestEvent } from '#history';
import { lossOf } from '../../runner/harness/clients.ts';

/** By the ways in which requests are lost. */
export type Losses = Readonly<Partial<Record<LossClass, number>>>;

export interface Round {
  /** Answered or lost; those that may come to nothing (after a shutdown) are in neither. */
  readonly requests: number;
  readonly lost: Losses;
  /** Why it did not come to its end; null where it did. */
  readonly open: string | null;
  /** Processes that outlived the program. */
  readonly left: number;
  readonly durationMs: number;
}

export interface Tally {
  readonly rounds: number;
  readonly requests: number;
  readonly lost: Losses;
  readonly lossy: number;
  readonly open: number;
  readonly left: number;
  /** Why rounds did not come to their end, with how often. */
  readonly reasons: ReadonlyMap<string, number>;
}

/** What of it was lost. What the clients gave up themselves was not. */
export function lossesOf(requests: readonly RequestEvent[]): Losses {
  const lost: Partial<Record<LossClass, number>> = {};
  for (const request of requests) {
    const how = lossOf(request);
    if (how !== null && how !== 'unfinished') lost[how] = (lost[how] ?? 0) + 1;
  }
  return lost;
}

export function sumOf(lost: Losses): number {
  return Object.values(lost).reduce((sum, count) => sum + count, 0);
}

export function tally(rounds: readonly Round[]): Tally {
  const lost: Partial<Record<LossClass, number>> = {};
  const reasons = new Map<string, number>();
  for (const round of rounds) {
    for (const [how, count] of Object.entries(round.lost) as [LossClass, number][])
      lost[how] = (lost[how] ?? 0) + count;
    if (round.open !== null) reasons.set(round.open, (reasons.get(round.open) ?? 0) + 1);
  }
  return {
    rounds: rounds.length,
    requests: rounds.reduce((sum, { requests }) => sum + requests, 0),
    lost,
    lossy: rounds.filter((round) => sumOf(round.lost) > 0).length,
    open: rounds.filter(({ open }) => open !== null).length,
    left: rounds.reduce((sum, { left }) => sum + left, 0),
    reasons,
  };
}

/** Nothing was lost, all came to its end and nothing is left; of no round that cannot be said. */
export function isClean({ rounds, lossy, open, left }: Tally): boolean {
  return rounds > 0 && lossy === 0 && open === 0 && left === 0;
}
