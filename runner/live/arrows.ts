// The program's messages as arrows: what went over one channel at about the same time is one of them, and where there are
// many, "the same time" is longer. They are counted in full.
import { WINDOW_MS } from './columns.ts';
import type { MessageNews } from './show.ts';

export interface Arrows {
  /** Messages of one channel and direction within so many ms are one arrow. */
  readonly every: number;
  /** Of the last two minutes, at most 400. `t` is when the first of its messages arrived. */
  readonly list: readonly MessageNews[];
}

const LEAST_MS = 100;
const MOST = 400;

export const NO_ARROWS: Arrows = { every: LEAST_MS, list: [] };

export function addArrows({ every, list }: Arrows, news: readonly MessageNews[], t: number): Arrows {
  const kept = list.filter((arrow) => arrow.t > t - WINDOW_MS);
  // what is there is joined already: only the last of it can be one with what is new
  const first = Math.floor(Math.min(...news.map((arrow) => arrow.t)) / every) * every;
  const old = kept.findIndex((arrow) => arrow.t >= first);
  const settled = old === -1 ? kept : kept.slice(0, old);
  let joined = news.length === 0 ? kept : [...settled, ...join([...kept.slice(settled.length), ...news], every)];
  let wide = every;
  while (joined.length > MOST) {
    // wider than all that is shown: then there are more channels than arrows
    if (wide > WINDOW_MS) return { every: wide, list: joined.slice(-MOST) };
    wide *= 2;
    joined = join(joined, wide);
  }
  const narrow = joined.length < MOST / 4 && wide > LEAST_MS ? wide / 2 : wide;
  return { every: narrow, list: joined };
}

function join(arrows: readonly MessageNews[], every: number): MessageNews[] {
  const joined = new Map<string, MessageNews>();
  for (const arrow of arrows) {
    const { t, worker, pid, direction, unheard, count, sample } = arrow;
    const key = `${Math.floor(t / every)} ${worker} ${pid} ${direction} ${unheard > 0}`;
    const first = joined.get(key);
    joined.set(
      key,
      first === undefined
        ? arrow
        : {
            ...first,
            t: Math.min(first.t, t),
            count: first.count + count,
            unheard: first.unheard + unheard,
            sample: first.sample === '' ? sample : first.sample,
          },
    );
  }
  return [...joined.values()].toSorted((one, other) => one.t - other.t);
}
