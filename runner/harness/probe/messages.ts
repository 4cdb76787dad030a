// What the probe and the harness say to each other: one JSON object a line over a Unix socket. Before each of the probe's
// stands a word, the same in all lines of a process and told to nobody else.
// `at` is the machine's monotonic clock in ms (process.hrtime), the same in every process.
import type { Boot, Connections } from '../history.ts';

/** What each process of the program is given by its environment: the probe's preloading, and marks to be found by. */
export type Travels = Readonly<Record<string, string>> & { readonly NODE_OPTIONS: string };

/** `probe.json`, in the folder of the probe itself. */
export interface ProbeSettings {
  readonly socket: string;
  /** The pid of the checker, which starts the primary. */
  readonly checker: number;
  readonly travels: Travels;
  readonly port: number;
  readonly cores: number;
  readonly cpus: number;
  /** Of a demonstration: each process tells what it writes to its output, and does not count its requests. */
  readonly forShow?: boolean;
  /** Real path of a source file → the JavaScript that was made from it. */
  readonly shadows: Readonly<Record<string, string>>;
  /** Name → real path of what the program may import by it. */
  readonly given: Readonly<Record<string, string>>;
}

export type Direction = 'up' | 'down';

interface From {
  readonly at: number;
  readonly pid: number;
}

/** From a process of the program to the harness. */
export type Report = From &
  (
    | {
        readonly say: 'hello';
        readonly ppid: number;
        readonly role: 'primary' | 'worker' | 'other';
        readonly worker: number | null;
        readonly forked: boolean;
      }
    | { readonly say: 'fork' | 'online' | 'closed' | 'disconnect'; readonly worker: number; readonly workerPid: number }
    | {
        readonly say: 'listening';
        readonly worker: number;
        readonly workerPid: number;
        readonly address: string | null;
        readonly port: number;
      }
    | {
        readonly say: 'exit';
        readonly worker: number;
        readonly workerPid: number;
        readonly code: number | null;
        readonly signal: string | null;
        readonly planned: boolean;
      }
    | { readonly say: 'boot'; readonly how: Exclude<Boot['how'], 'fine'>; readonly ms: number | null }
    | { readonly say: 'bound' | 'serving'; readonly port: number }
    /** A child without an IPC channel, such as a shell; it may soon be gone, and what it started not. */
    | { readonly say: 'spawned'; readonly child: number }
    | { readonly say: 'forked'; readonly child: number }
    /** The program sent a connection on PORT over an IPC channel; `port` is the client's. */
    | { readonly say: 'passed'; readonly port: number }
    | ({ readonly say: 'taken' } & Required<Connections>)
    | ({ readonly say: 'handed'; readonly worker: number; readonly workerPid: number } & Required<Connections>)
    | { readonly say: 'begun'; readonly count: number; readonly finished: number }
    | {
        readonly say: 'sent';
        readonly worker: number;
        readonly direction: Direction;
        readonly count: number;
        readonly sample: string;
      }
    | {
        readonly say: 'received';
        readonly worker: number;
        readonly direction: Direction;
        readonly count: number;
        readonly unheard: number;
      }
    /** It writes so many characters now, of which these are the first. */
    | {
        readonly say: 'wrote';
        readonly stream: 'stdout' | 'stderr';
        readonly text: string;
        readonly length: number;
      }
    | { readonly say: 'uncaught'; readonly error: string; readonly stack: string }
    | {
        readonly say: 'done';
        readonly order: number;
        readonly ok: boolean;
        readonly detail: string;
        readonly resources?: readonly string[];
        readonly cpuMs?: number;
      }
  );

/** From the harness to a process of the program; each is answered by a `done` with the same number. */
export type Order = { readonly order: number } & (
  | { readonly do: 'mode'; readonly each: boolean }
  /** Reports all that was counted so far. */
  | { readonly do: 'flush' }
  /** Which resources keep the event loop alive, and the CPU time of the main thread. */
  | { readonly do: 'look' }
  /** In a worker: sends the messages to the primary. In the primary: to the worker of that number. */
  | { readonly do: 'junk'; readonly worker: number | null; readonly messages: readonly unknown[] }
  /** Keeps the event loop busy for so many ms; answered before. */
  | { readonly do: 'block'; readonly ms: number }
  /** Holds the program's messages back, or lets all that were held go in their order. */
  | { readonly do: 'hold'; readonly worker: number | null; readonly on: boolean }
  /** In the primary: tells of this worker's exit only when the program has sent to it once more, or after `ms`. */
  | { readonly do: 'late-exit'; readonly worker: number; readonly ms: number }
  /** In the primary: tells that this worker is disconnected only so many ms after its exit, which Node may do too. */
  | { readonly do: 'late-disconnect'; readonly worker: number; readonly ms: number }
);
