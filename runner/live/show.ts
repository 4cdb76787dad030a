// What a live page is told and may ask for: the words between the command that runs programs, the server and the browser.
import type { Boot, LossClass } from '#history';
import type { Beat } from '#workbook';

/** Two programs may run side by side, under the same load: the first and the second of them. */
export type Side = 0 | 1;

/** Of a message: from a worker to the primary, or the other way. */
export type Direction = 'up' | 'down';

export type Policy = 'rr' | 'none';

/** How a program is started. */
export interface Setting {
  /** As it was typed, or as the lesson calls it. */
  readonly file: string;
  readonly cores: number;
  /** Null: the platform's default. */
  readonly policy: Policy | null;
  /** Of a saved run, which of `Show.scenarios` it is. */
  readonly scenario?: string;
}

/** What the clients of all programs do. */
export interface LoadWish {
  /** Clients, each with one request under way at a time; 0 for none. */
  readonly connections: number;
  readonly mode: 'keep-alive' | 'fresh';
  /** Of all clients together; null for as many as can be. */
  readonly perSecond: number | null;
  /** So much of the clients, from 0 to 1, ask for `/slow` where the lesson has it. */
  readonly slowShare: number;
}

/** Since the program was started. `sent` is `answered`, all `lost`, and `inFlight` together, always. */
export interface Account {
  readonly sent: number;
  readonly answered: number;
  readonly lost: Readonly<Partial<Record<LossClass, number>>>;
  readonly inFlight: number;
  /** Answers a second, over the last second. */
  readonly perSecond: number;
  /** ms, over the last two seconds, of those that ask for `/`; null where nothing was answered in them. */
  readonly p50: number | null;
  readonly p99: number | null;
  /** ms, of all answers of the last five seconds, those of `/slow` too; null where there were none, or nobody measured. */
  readonly slowest: number | null;
  /** ms after which a client gives up a request, counted from when its answer was due; null where that is not known. */
  readonly patience: number | null;
  readonly forks: number;
  readonly messages: { readonly up: number; readonly down: number; readonly unheard: number };
}

/** What happened to one process. `t`: ms since its program was started. */
export interface ProcessNews {
  readonly t: number;
  readonly pid: number;
  /** Null for the primary and for a process that is no worker. */
  readonly worker: number | null;
  readonly is:
    | 'started' // the primary
    | 'forked'
    | 'online'
    | 'listening'
    | 'draining' // it closed its server, or was disconnected
    | 'dead'
    | 'frozen'
    | 'thawed'
    | 'other'; // a process that no cluster.fork made
  /** Of a dead one: `SIGKILL`, `code 0`, `as planned`. */
  readonly how: string | null;
}

export interface LossNews {
  readonly t: number;
  readonly n: number;
  readonly class: LossClass;
  /** Whose it was; null where that is not known. */
  readonly pid: number | null;
  readonly path: string;
}

/** Messages over one worker's channel in this tick. */
export interface MessageNews {
  readonly t: number;
  readonly worker: number;
  readonly pid: number;
  readonly direction: Direction;
  readonly count: number;
  readonly unheard: number;
  /** The first of them, in brief; empty where only their arrival was witnessed. */
  readonly sample: string;
}

export interface FaultNews {
  readonly t: number;
  /** As people call it: `SIGKILL`, `SIGHUP`, `blocked for 1 s`, `junk`. */
  readonly what: string;
  /** Where it was aimed; null where at all that come. */
  readonly pid: number | null;
  readonly landed: boolean;
}

export interface OutputNews {
  readonly t: number;
  /** Null where it is not known who wrote it. */
  readonly pid: number | null;
  readonly stream: 'stdout' | 'stderr';
  /** Plain text, to be shown as that. */
  readonly text: string;
}

/** What a worker says of itself. */
export interface SaidNews {
  readonly pid: number;
  readonly value: string;
}

/** What happened to one program in about a tenth of a second. Bounded: what is too much to list is in the account only. */
export interface Tick {
  readonly side: Side;
  /** Raised by each start: what was shown of an earlier one is over. */
  readonly run: number;
  /** ms since the program was started. */
  readonly t: number;
  readonly running: boolean;
  readonly setting: Setting;
  readonly load: LoadWish;
  readonly processes: readonly ProcessNews[];
  readonly answered: readonly { readonly pid: number; readonly count: number }[];
  readonly lost: readonly LossNews[];
  readonly messages: readonly MessageNews[];
  readonly faults: readonly FaultNews[];
  readonly output: readonly OutputNews[];
  readonly account: Account;
  /** How workers boot that are forked now. */
  readonly boots: Boot['how'];
  /** Who deals connections, by what was witnessed: the primary in turn, or the system; null until that is known. */
  readonly dealt: Policy | null;
  /** The latest answers of workers to what the lesson asks of them; those that are new. */
  readonly said: readonly SaidNews[];
  /** How the primary ended, where nobody stopped the program: `code 0`, `SIGTERM`. Its clients go on for a moment. */
  readonly ended: string | null;
  /** What stopped it, where it did not end by itself or as it was asked to: for people. */
  readonly trouble: string | null;
}

/** What a page may ask for. Without a side: of all programs. */
export type Action = { readonly side?: Side } & (
  | { readonly act: 'start' | 'stop' | 'restart' }
  | { readonly act: 'kill'; readonly worker: number; readonly signal: 'SIGKILL' | 'SIGTERM' }
  | { readonly act: 'block'; readonly worker: number; readonly ms: number }
  | { readonly act: 'freeze' | 'thaw'; readonly worker: number }
  | { readonly act: 'junk'; readonly worker: number; readonly direction: Direction }
  | ({ readonly act: 'load' } & LoadWish)
  /** To the primary, or to all of its process group as from a terminal; the clients go on. */
  | { readonly act: 'shut-down'; readonly signal: 'SIGTERM' | 'SIGINT'; readonly group: boolean }
  /** How workers boot that are forked from now on. */
  | { readonly act: 'boots'; readonly how: Boot['how'] }
  /** Starts the program again. */
  | { readonly act: 'set'; readonly cores: number; readonly policy: Policy | null }
  /** Of a saved run: plays that one of its scenarios from its beginning. */
  | { readonly act: 'play'; readonly scenario: number }
);

/** `why` is for people: there is no such worker any more, and the like. */
export type Acted = { readonly ok: true } | { readonly ok: false; readonly why: string };

/** What the server needs of whoever runs the programs. */
export interface Show {
  readonly lesson: { readonly number: number; readonly title: string };
  readonly sides: 1 | 2;
  /** Whether the lesson's programs know `/slow`. */
  readonly knowsSlow: boolean;
  /** Whether all that runs is the lesson's solution, of which its steps tell. */
  readonly solutionOnly: boolean;
  /** What the lesson's programs say of themselves, by its name; null where they are not asked. */
  readonly shows: string | null;
  /** A saved run that is played again: nothing can be done to it. */
  readonly recorded: boolean;
  /** Of a saved run: those that can be played, by name. */
  readonly scenarios: readonly string[];
  readonly beats: readonly Beat[];
  act(action: Action): Promise<Acted>;
  /** Called with each tick, in their order, until the returned function is called. */
  listen(listener: (tick: Tick) => void): () => void;
}
