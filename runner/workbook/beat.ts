// A lesson's demonstration in class, step by step, as data: what is done to the program, what to ask, what appears.

export interface Beat {
  /** What is done, in a few words. */
  readonly title: string;
  readonly actions: readonly BeatAction[];
  /** How much time the picture shows then; as it was where it is not given. */
  readonly seconds?: 10 | 30 | 120;
  /** To the class, before it is done. */
  readonly ask: string;
  /** What appears then, and what it shows. */
  readonly appears: string;
}

/** Of the workers that listen, when it is played: forked first, forked last, or with the most answers in the last second. */
export type Whom = 'first' | 'last' | 'busiest';

/** As on the live page; of all programs where two run side by side. */
export type BeatAction =
  | { readonly act: 'start' | 'stop' | 'restart' }
  /** To the primary, with the clients still there; to the whole process group as from a terminal. */
  | { readonly act: 'shut-down'; readonly signal: 'SIGTERM' | 'SIGINT'; readonly group: boolean }
  /** How workers boot that are forked from then on. */
  | { readonly act: 'boots'; readonly how: 'fine' | 'slow' | 'dies' | 'hangs' }
  | { readonly act: 'kill'; readonly worker: Whom; readonly signal: 'SIGKILL' | 'SIGTERM' }
  | { readonly act: 'block'; readonly worker: Whom; readonly ms: number }
  | { readonly act: 'freeze' | 'thaw'; readonly worker: Whom }
  | { readonly act: 'junk'; readonly worker: Whom; readonly direction: 'up' | 'down' }
  | {
      readonly act: 'load';
      /** Clients, each with one request under way at a time; 0 ends the load. */
      readonly connections: number;
      readonly mode: 'keep-alive' | 'fresh';
      /** Of all clients together; null for as many as can be. */
      readonly perSecond: number | null;
      /** So much of the clients, from 0 to 1, ask for `/slow` where the lesson has it. */
      readonly slowShare: number;
    }
  /** Starts the program again. */
  | { readonly act: 'set'; readonly cores: number; readonly policy: 'rr' | 'none' | null };
