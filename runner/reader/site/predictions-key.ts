// What a page knows of the answer to a prediction, before it is guessed.

export interface Key {
  /** What every run says: a number, or the value of a choice. */
  readonly answer: number | string;
  /** What one run said; null where none is recorded. */
  readonly recorded: Told | null;
}

/** What a run said, and which run that was. */
export interface Told {
  readonly value: number | string;
  /** In its own pids and times. */
  readonly seen: string;
  /** `recorded on Node 20.19.0, 2 cores, 31 January 2026` */
  readonly when: string;
}
