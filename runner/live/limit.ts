// So many a second from one address, and so many from all together; a little more for a moment.

export interface Rate {
  readonly perSecond: number;
  /** At one moment. */
  readonly burst: number;
}

export interface Limit {
  /** Whether one more is granted to this address now; then it is counted. */
  grants(from: string): boolean;
  /** Whether none would be granted to it now. */
  isSpent(from: string): boolean;
}

export interface LimitOptions {
  readonly each: Rate;
  readonly all?: Rate;
  /** ms, of any beginning. */
  readonly now: () => number;
}

interface Bucket {
  left: number;
  at: number;
}

/** Addresses that are remembered; where there are more, those that asked longest ago begin anew. */
const MOST_ADDRESSES = 1000;

export function openLimit({ each, all, now }: LimitOptions): Limit {
  const buckets = new Map<string, Bucket>();
  const whole: Bucket = { left: all?.burst ?? 0, at: now() };

  function isSpent(from: string): boolean {
    const own = buckets.get(from);
    if (own !== undefined) fill(own, each, now());
    if (all !== undefined) fill(whole, all, now());
    return (own?.left ?? each.burst) < 1 || (all !== undefined && whole.left < 1);
  }

  return {
    isSpent,
    grants(from) {
      const own = buckets.get(from) ?? { left: each.burst, at: now() };
      buckets.delete(from);
      buckets.set(from, own);
      const [oldest] = buckets.keys();
      if (buckets.size > MOST_ADDRESSES && oldest !== undefined) buckets.delete(oldest);
      if (isSpent(from)) return false;
      own.left -= 1;
      whole.left -= 1;
      return true;
    },
  };
}

function fill(bucket: Bucket, { perSecond, burst }: Rate, t: number): void {
  bucket.left = Math.min(burst, bucket.left + ((t - bucket.at) * perSecond) / 1000);
  bucket.at = t;
}
