// How long answers took lately, in a bounded space whatever their number: counted in classes that are 5 % wide.

export interface Latencies {
  /** An answer that took so many ms. */
  add(ms: number): void;
  /** Of the last two seconds, in ms; null where nothing was answered in them. */
  percentiles(): Percentiles;
}

export interface Percentiles {
  readonly p50: number | null;
  readonly p99: number | null;
}

/** The slowest of the last five seconds, in ms; null where nothing was answered in them. */
export interface Slowest {
  add(ms: number): void;
  ms(): number | null;
}

const SLOWEST_SLICES = 10;
const SLOWEST_SLICE_MS = 500;

/** `now` in ms. */
export function openSlowest(now: () => number): Slowest {
  let slices: { readonly number: number; readonly most: number }[] = [];
  const current = (): number => Math.floor(now() / SLOWEST_SLICE_MS);
  const lately = () => slices.filter(({ number }) => number > current() - SLOWEST_SLICES);
  return {
    add(ms) {
      const number = current();
      const last = slices.at(-1);
      if (last?.number === number) slices[slices.length - 1] = { number, most: Math.max(last.most, ms) };
      else slices = [...lately(), { number, most: ms }];
    },
    ms: () => lately().reduce<number | null>((most, each) => Math.max(most ?? 0, each.most), null),
  };
}

const SLICES = 10;
const SLICE_MS = 200;
/** The first class ends here, and each of the others is so much wider than the one before. */
const FIRST_MS = 0.05;
const WIDENING = 1.05;
/** The last one begins at about a minute. */
const CLASSES = 288;

/** `now` in ms. */
export function openLatencies(now: () => number): Latencies {
  const slices = Array.from({ length: SLICES }, () => new Uint32Array(CLASSES));
  /** Of the slice that is being filled: its number since the beginning of time. */
  let filled = Math.floor(now() / SLICE_MS);

  function turn(): Uint32Array {
    const current = Math.floor(now() / SLICE_MS);
    const passed = Math.min(current - filled, SLICES);
    for (let n = 0; n < passed; n += 1) sliceAt(current - n).fill(0);
    filled = Math.max(filled, current);
    return sliceAt(filled);
  }

  function sliceAt(number: number): Uint32Array {
    return slices[number % SLICES] as Uint32Array;
  }

  return {
    add(ms) {
      const slice = turn();
      const at = classOf(ms);
      slice[at] = (slice[at] ?? 0) + 1;
    },
    percentiles() {
      turn();
      const sums = Array.from({ length: CLASSES }, (_, at) => slices.reduce((sum, each) => sum + (each[at] ?? 0), 0));
      const all = sums.reduce((sum, each) => sum + each, 0);
      return { p50: valueAt(sums, all, 0.5), p99: valueAt(sums, all, 0.99) };
    },
  };
}

function classOf(ms: number): number {
  const at = Math.ceil(Math.log(ms / FIRST_MS) / Math.log(WIDENING));
  return Math.min(CLASSES - 1, Math.max(0, at));
}

/** The middle of the class in which this share of all is reached. */
function valueAt(sums: readonly number[], all: number, share: number): number | null {
  if (all === 0) return null;
  let left = all * share;
  const at = sums.findIndex((count) => (left -= count) <= 0);
  return FIRST_MS * WIDENING ** (at - 0.5);
}
