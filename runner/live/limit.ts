// So many a second from one address, and so many from all together; a little more for a moment.

export interface Rate {
  readonly perSecond: number;
  /** At one moment. */
  readonly burst: number;
}

export interface Limit {
  /** Whether one more is granted to this address now; then it is counted. */
  grants(from: string): boolean;
}

interface Bucket {
  left: number;
  at: number;
}

/** Addresses that are remembered; where there are more, those that asked longest ago begin anew. */
const MOST_ADDRESSES = 1000;

export function openLimit({
  each,
  all,
  now,
}: {
  readonly each: Rate;
  readonly all: Rate;
  /** ms, of any beginning. */
  readonly now: () => number;
}): Limit {
  const buckets = new Map<string, Bucket>();
  const whole: Bucket = { left: all.burst, at: now() };
  return {
    grants(from) {
      const own = buckets.get(from) ?? { left: each.burst, at: now() };
      buckets.delete(from);
      buckets.set(from, own);
      const [oldest] = buckets.keys();
      if (buckets.size > MOST_ADDRESSES && oldest !== undefined) buckets.delete(oldest);
      fill(own, each, now());
      fill(whole, all, now());
      if (own.left < 1 || whole.left < 1) return false;
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
