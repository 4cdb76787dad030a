// Trials counted: for each program, for all of them, and whether that is good enough. Pure.
import type { Trialled } from './records.ts';

/** How many of all trials may be inconclusive. A wrong verdict may never be. */
const MOST_INCONCLUSIVE = { idle: 0.01, busy: 0.1 } as const;

export interface Tally {
  readonly program: string;
  readonly runs: number;
  readonly wrong: number;
  readonly faults: number;
  readonly inconclusive: number;
  /** Of trials that gave a verdict; null where there are none. */
  readonly durations: { readonly p50: number; readonly p90: number; readonly max: number } | null;
}

export function tally(program: string, records: readonly Trialled[]): Tally {
  const count = (kind: Trialled['outcome']['kind']) => records.filter(({ outcome }) => outcome.kind === kind).length;
  const times = records
    .filter(({ outcome }) => outcome.kind !== 'fault')
    .map(({ durationMs }) => durationMs)
    .toSorted((a, b) => a - b);
  return {
    program,
    runs: records.length,
    wrong: count('wrong'),
    faults: count('fault'),
    inconclusive: count('inconclusive'),
    durations:
      times.length === 0
        ? null
        : { p50: nearestRank(times, 0.5), p90: nearestRank(times, 0.9), max: times.at(-1) ?? 0 },
  };
}

/** The smallest value that at least this share of them does not exceed. */
export function nearestRank(sorted: readonly number[], share: number): number {
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new Error('there is no percentile of nothing');
  return value;
}

/** What is not good enough about them, a sentence each; none where all is well. */
export function complaints({ runs, wrong, faults, inconclusive }: Tally, busy: boolean): readonly string[] {
  if (runs === 0) return ['nothing was tried'];
  const most = MOST_INCONCLUSIVE[busy ? 'busy' : 'idle'];
  return [
    ...(wrong > 0 ? [`${wrong} wrong ${wrong === 1 ? 'verdict' : 'verdicts'}`] : []),
    ...(faults > 0 ? [`the workbook itself failed ${faults} ${faults === 1 ? 'time' : 'times'}`] : []),
    ...(inconclusive > most * runs
      ? [`${percent(inconclusive / runs)} inconclusive, and at most ${percent(most)} may be`]
      : []),
  ];
}

export function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`;
}

/** The program whose turn it is: the first of those with the fewest runs; null where all have theirs. */
export function nextOf(runs: readonly number[], wanted: number): number | null {
  const fewest = Math.min(...runs);
  return fewest < wanted ? runs.indexOf(fewest) : null;
}
