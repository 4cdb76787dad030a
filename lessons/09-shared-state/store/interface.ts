// What every store of lesson 9 can do.

export interface Options {
  /** For how many ms the number is kept; for ever where it is not given. */
  ttlMs?: number;
  /** Aborted, the method rejects with the signal's reason. What was asked may be done all the same, later. */
  signal?: AbortSignal;
}

export interface Added {
  /** The sum. */
  value: number;
  /** How many ms are left; null: it is kept for ever. */
  ttlMs: number | null;
}

/** Each method waits as long as the store does, unless its `signal` aborts it: deadlines are the program's. */
export interface Store {
  /** Null where the key is absent or has expired. */
  get(key: string, options?: Options): Promise<number | null>;
  set(key: string, value: number, options?: Options): Promise<void>;
  /** Atomic: nobody else comes between the reading and the writing. `ttlMs` is set only where the key is new. */
  add(key: string, by: number, options?: Options): Promise<Added>;
  close(): Promise<void>;
}
