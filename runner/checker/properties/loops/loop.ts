// A crash loop as clauses 6.1 to 6.5 look at it: the names of its waits, how workers booted when, and who died of it.
import { of, type Boot, type EventOf, type History, type Life } from '#history';
import type { Scene } from '../../scene.ts';
import { stopOf } from '../../moments.ts';

/** The names of the waits. */
export const LOOP = {
  gone: 'the one that hangs is gone',
  /** The place of a worker that hung at boot is filled. */
  filled: 'as many as cores listen after one that hung',
  recovered: 'as many as cores listen again',
  /** After the kill of a worker that had listened for 5 s. */
  replaced: 'its replacement is forked',
  /** So long after the signal a restart that cannot succeed is to be given up. */
  givenUp: '15 s after the signal',
  later: 'a later restart is over',
} as const;

/** The name of the mark until which nothing may be forked after a restart was given up. */
export const WATCHED = 'watched for forks';

export interface Period {
  readonly how: Boot['how'];
  readonly from: number;
  readonly to: number;
}

/** Times in which every new worker booted so. */
export function periodsOf(history: History, ...ways: readonly Boot['how'][]): Period[] {
  const plans = of(history, 'boots');
  return plans
    .map((plan, i) => ({ how: plan.each.how, from: plan.t, to: plans[i + 1]?.t ?? stopOf(history) }))
    .filter(({ how }) => ways.includes(how));
}

/** Workers that were made to boot so. */
export function bootedSo({ history, lives }: Scene, ...ways: readonly EventOf<'boot'>['how'][]): Life[] {
  return of(history, 'boot')
    .filter(({ how }) => ways.includes(how))
    .flatMap(({ pid, t }) => lives.findLast((life) => life.pid === pid && life.forked <= t) ?? []);
}
