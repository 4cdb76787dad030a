// What a scenario does about the store outside of the program: keeps it from answering, and starts the program on it twice.
import type { StoreKind, OpenedStore } from '../store/store.ts';
import type { Recorder } from '../recorder.ts';
import { startTwin, type Twin, type TwinOptions } from '../twin.ts';

export interface StoreStage {
  /** The store outside of the program. */
  readonly store: {
    readonly kind: StoreKind;
    /** From now on it does not answer: SQLite's file is locked by somebody else, Redis is stopped. */
    freeze(): Promise<void>;
    thaw(): Promise<void>;
  };
  /**
   * Starts the same program once more, on the same store and another port, and waits until its workers listen. Also after
   * the program itself has ended. It is ended with the scenario.
   */
  twin(): Promise<Twin>;
}

export interface StoreStageOptions extends Omit<TwinOptions, 'store'> {
  readonly kind: StoreKind;
  readonly opened: OpenedStore;
}

/** All workers listen 10 s after the start (contract 0.1). */
const LISTENING_MS = 10_000;

export function openStoreStage(options: StoreStageOptions): StoreStage & { close(): Promise<void> } {
  const { kind, opened, recorder, stretch, cores, signal } = options;
  const twins: Twin[] = [];

  return {
    store: {
      kind,
      freeze: () => inject(recorder, opened, 'store-freeze', opened.freeze),
      thaw: () => inject(recorder, opened, 'store-thaw', opened.thaw),
    },
    async twin() {
      const twin = await startTwin({ ...options, store: opened.env });
      twins.push(twin);
      const { now } = recorder;
      for (const since = now(); now() - since < LISTENING_MS * stretch();) {
        signal.throwIfAborted();
        if (twin.listening() >= cores || twin.over) break;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      return twin;
    },
    async close() {
      await opened.thaw();
      await Promise.all(twins.map((twin) => twin.end()));
    },
  };
}

async function inject(
  { now, record }: Recorder,
  { pid }: OpenedStore,
  fault: 'store-freeze' | 'store-thaw',
  act: () => Promise<boolean>,
): Promise<void> {
  // a store that is let go on is there from the first moment, one that is stopped is away when that is done
  const before = now();
  const landed = await act();
  record({
    kind: 'fault',
    t: fault === 'store-thaw' ? before : now(),
    fault,
    pid,
    worker: null,
    inHand: 0,
    landed,
    detail: '',
  });
}
