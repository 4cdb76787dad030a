// What a scenario's store is, whichever it is: where a program finds it, and how it is made not to answer.
import type { Guard } from '../guard.ts';
import type { PortRange } from '../port.ts';

export type StoreKind = 'sqlite' | 'redis';

export interface OpenedStore {
  /** What tells a program where it is. */
  readonly env: Readonly<Record<string, string>>;
  /** Who keeps it from answering: this process, or the server itself. */
  readonly pid: number;
  /** From now on it does not answer. False where that could not be brought about. */
  freeze(): Promise<boolean>;
  /** It answers again; also where it was not frozen. */
  thaw(): Promise<boolean>;
  end(): Promise<void>;
}

export interface StoreOptions {
  /** Of the run. */
  readonly folder: string;
  readonly run: string;
  readonly guard: Guard;
  readonly ports?: PortRange | undefined;
}

/** What is not on this machine, and how to get it. */
export interface Unavailable {
  readonly what: string;
  readonly next: string;
}
