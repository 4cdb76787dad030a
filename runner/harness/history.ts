// The history of one scenario: everything that was witnessed while one program ran, in one order of time.
// The harness appends to it, checkers and reports only read it. `t` is always milliseconds since the scenario began.

/** Raised whenever a reader of older files would misread newer ones. */
export const HISTORY_SCHEMA = 3;

/** First line of a saved history. */
export interface HistoryHeader {
  readonly schema: typeof HISTORY_SCHEMA;
  readonly lesson: string;
  readonly scenario: string;
  /** The program's path as the learner would type it. */
  readonly file: string;
  readonly startedAt: string;
  readonly node: string;
  readonly platform: string;
}

export interface History extends HistoryHeader {
  readonly events: readonly Event[];
}

export type Role = 'primary' | 'worker' | 'other';

/** What became of one request, from its client's side. Everything but `answered` is a loss. */
export type Outcome =
  | 'answered' // a whole answer arrived
  | 'refused' // the connection was refused
  | 'reset' // the connection was reset before the answer was whole
  | 'closed' // the connection was closed before the first byte of the answer
  | 'cut' // the connection was closed within the answer
  | 'hanging' // nothing came although its time was long over
  | 'unfinished'; // still under way when the clients were stopped

/** Everything that became of a request but an answer that says that all is well. */
export type LossClass = Exclude<Outcome, 'answered'> | 'answered with an error';

/** One request of the ledger. `conn` is the client's port: with it the same connection is found in the program's processes. */
export interface RequestEvent {
  readonly kind: 'request';
  /** When it was sent (for a refused one: when the connection was tried). */
  readonly t: number;
  readonly stream: string;
  /** Number of this request within the whole scenario, from 1. */
  readonly n: number;
  readonly conn: number | null;
  /** When its connection was begun: whoever took it did so later. */
  readonly opened: number;
  readonly method: string;
  readonly path: string;
  readonly outcome: Outcome;
  /** When the outcome was known. */
  readonly end: number;
  readonly status: number | null;
  /** The pid that the body names; null where it names none. */
  readonly pid: number | null;
  /** The body, at most 4,096 characters; null where there was none. */
  readonly body: string | null;
  /** The pid that answered earlier on this connection, where one did. */
  readonly before: number | null;
  /** The client would have kept its connection, and the answer said `Connection: close`. */
  readonly last?: true;
  /** What the answer's `Retry-After` said, where it had one. */
  readonly retryAfter?: string;
}

/** One request to a twin; its number is one of the twin's own. */
export interface TwinRequestEvent extends Omit<RequestEvent, 'kind'> {
  readonly kind: 'twin-request';
}

export interface Connections {
  readonly ports: readonly number[];
  /** In the order of `ports`; histories of before have none. */
  readonly ages?: readonly number[];
}

export type Event =
  // ── the scenario itself
  | {
      readonly kind: 'start';
      readonly t: number;
      readonly pid: number;
      readonly cores: number;
      /** What `os.cpus().length` says to the program. */
      readonly cpus: number;
      readonly port: number;
      readonly env: Readonly<Record<string, string>>;
    }
  /** A step of the scenario begins; what the learner is told while it runs. */
  | { readonly kind: 'step'; readonly t: number; readonly name: string }
  /** How slow this machine is now: 1 is an idle one, 3 means that everything takes three times as long. */
  | { readonly kind: 'pace'; readonly t: number; readonly stretch: number }
  /** The harness waited for something; `met` says whether it came. `limit` is already stretched by the pace. */
  | {
      readonly kind: 'wait';
      readonly t: number;
      readonly until: string;
      readonly met: boolean;
      readonly from: number;
      readonly limit: number;
      readonly stretch: number;
      readonly quiescent: boolean;
    }
  /** A moment that a property refers to, set by the scenario: from here on the clients are quiet, and the like. */
  | { readonly kind: 'mark'; readonly t: number; readonly name: string }
  /** The program went beyond what the harness allows, and was stopped. */
  | {
      readonly kind: 'bounded';
      readonly t: number;
      readonly what: Bound;
      readonly detail: string;
    }
  /** How the run was ended; then what the operating system still shows 2 s (stretched) after the primary's end. */
  | { readonly kind: 'stop'; readonly t: number; readonly signal: 'SIGTERM' | 'SIGKILL' }
  | {
      readonly kind: 'left';
      readonly t: number;
      readonly after: number;
      readonly pids: readonly number[];
      readonly port: boolean;
    }
  /** After everything was ended by force: what is still there. Not empty means that the workbook failed. */
  | { readonly kind: 'cleaned'; readonly t: number; readonly pids: readonly number[]; readonly port: boolean }
  /** Something of the workbook's own went wrong; the verdict is `fault`. */
  | { readonly kind: 'trouble'; readonly t: number; readonly what: string }

  /** Nothing was run: what the scenario needs is not on this machine. `next` says how to get it. */
  | { readonly kind: 'unavailable'; readonly t: number; readonly what: string; readonly next: string }

  // ── the same program, started once more on the same store: of its processes nothing else is told
  | {
      readonly kind: 'twin';
      readonly t: number;
      readonly state: 'started' | 'listening' | 'over';
      readonly pid: number;
      readonly port: number;
    }
  | TwinRequestEvent

  // ── processes
  | {
      readonly kind: 'hello';
      readonly t: number;
      readonly pid: number;
      readonly ppid: number;
      readonly role: Role;
      readonly worker: number | null;
      readonly forked: boolean;
    }
  /** The probe in a process fell silent while the process lives. */
  | { readonly kind: 'silent'; readonly t: number; readonly pid: number }
  /** Something came, in the name of this process, that no probe wrote: the program lies to the workbook. */
  | { readonly kind: 'forged'; readonly t: number; readonly pid: number | null; readonly what: string }
  /** The primary's own end, as its parent sees it. */
  | {
      readonly kind: 'ended';
      readonly t: number;
      readonly pid: number;
      readonly code: number | null;
      readonly signal: string | null;
    }
  | {
      readonly kind: 'output';
      readonly t: number;
      readonly stream: 'stdout' | 'stderr';
      readonly text: string;
      /** Who wrote it, where that is known; a check does not ask. */
      readonly pid?: number | null;
    }
  | {
      readonly kind: 'uncaught';
      readonly t: number;
      readonly pid: number;
      readonly error: string;
      readonly stack: string;
    }
  | { readonly kind: 'fork'; readonly t: number; readonly worker: number; readonly pid: number }
  | { readonly kind: 'online'; readonly t: number; readonly worker: number; readonly pid: number }
  | {
      readonly kind: 'listening';
      readonly t: number;
      readonly worker: number;
      readonly pid: number;
      readonly address: string | null;
      readonly port: number;
    }
  /** The worker's server on PORT was closed: no more connections are dealt to it. */
  | { readonly kind: 'closed'; readonly t: number; readonly worker: number; readonly pid: number }
  | { readonly kind: 'disconnect'; readonly t: number; readonly worker: number; readonly pid: number }
  | {
      readonly kind: 'exit';
      readonly t: number;
      readonly worker: number;
      readonly pid: number;
      readonly code: number | null;
      readonly signal: string | null;
      /** `worker.exitedAfterDisconnect`. */
      readonly planned: boolean;
    }
  /** From here on workers that are forked boot so. */
  | ({ readonly kind: 'boots'; readonly t: number } & Boots)
  /** This worker was made to boot so: `slow` for so many ms. */
  | {
      readonly kind: 'boot';
      readonly t: number;
      readonly pid: number;
      readonly how: Exclude<Boot['how'], 'fine'>;
      readonly ms: number | null;
    }
  /** A worker's server listens through the cluster; its `listening` event reaches the primary a little later. */
  | { readonly kind: 'serving'; readonly t: number; readonly pid: number; readonly port: number }
  /** A worker bound a port for itself alone (`exclusive`, `reusePort`), past the cluster. */
  | { readonly kind: 'bound'; readonly t: number; readonly pid: number; readonly port: number }

  /** A worker made a child with an IPC channel, as child_process.fork does. */
  | { readonly kind: 'forked'; readonly t: number; readonly pid: number; readonly child: number }

  // ── connections and requests, seen from inside. Ports are the clients' ports on the program's PORT, and `ages` how many ms
  // before `t` each of them was: several are told at once, and a port is used again soon. `claimsOf` tells them apart.
  /** Connections that this process took up. */
  | ({ readonly kind: 'taken'; readonly t: number; readonly pid: number } & Connections)
  /** The program itself sent this connection on, over an IPC channel. */
  | { readonly kind: 'passed'; readonly t: number; readonly pid: number; readonly port: number }
  /** Connections that the primary dealt to a worker (round robin only). */
  | ({ readonly kind: 'handed'; readonly t: number; readonly worker: number; readonly pid: number } & Connections)
  /**
   * Who has the server's end of the connection from this client's port, by the operating system; looked at while a request
   * on it was just answered. The primary may be among them for a moment. Told on Linux alone, and of a few connections.
   */
  | { readonly kind: 'held'; readonly t: number; readonly port: number; readonly pids: readonly number[] }
  /** Requests on PORT that node:http began in this process since its last such event, and answers that it finished. */
  | {
      readonly kind: 'begun';
      readonly t: number;
      readonly pid: number;
      readonly count: number;
      readonly finished: number;
    }
  /** Processor time of a process's main thread for one request, measured while it had no other (request number `n`). */
  | {
      readonly kind: 'worked';
      readonly t: number;
      readonly pid: number;
      readonly n: number;
      readonly path: string;
      readonly cpuMs: number;
    }

  // ── IPC messages of the program (the cluster's own are left out)
  /** `by` wrote them: a worker to its primary (up), or the primary to a worker (down). */
  | {
      readonly kind: 'sent';
      readonly t: number;
      readonly by: number;
      readonly worker: number;
      readonly direction: 'up' | 'down';
      readonly count: number;
      readonly sample: string;
    }
  | {
      readonly kind: 'received';
      readonly t: number;
      readonly by: number;
      readonly worker: number;
      readonly direction: 'up' | 'down';
      readonly count: number;
      /** How many of them no listener heard. */
      readonly unheard: number;
    }

  // ── clients
  | RequestEvent
  /** Answers under load: how many whole answers named `pid` since the last such event of this stream. Never counted as `request` too. */
  | {
      readonly kind: 'answers';
      readonly t: number;
      readonly stream: string;
      readonly pid: number;
      readonly since: number;
      readonly count: number;
    }
  /** A load begins or ends. At its end: sent = answered + lost, all of them listed as `answers` or `request`. */
  | {
      readonly kind: 'load';
      readonly t: number;
      readonly stream: string;
      readonly state: 'begin' | 'end';
      readonly mode: LoadMode;
      readonly connections: number;
      readonly sent: number;
      readonly answered: number;
      readonly lost: number;
    }
  /** What autocannon measured: requests a second and latency in ms. */
  | {
      readonly kind: 'pressure';
      readonly t: number;
      readonly since: number;
      readonly connections: number;
      readonly sent: number;
      readonly ok: number;
      readonly other: number;
      readonly errors: number;
      readonly perSecond: number;
      readonly p50: number;
      readonly p99: number;
    }

  // ── faults
  | {
      readonly kind: 'fault';
      readonly t: number;
      readonly fault: Fault;
      /** Where it was aimed. */
      readonly pid: number;
      readonly worker: number | null;
      /** Requests that the target had in hand, by the clients' account. */
      readonly inHand: number;
      readonly landed: boolean;
      readonly detail: string;
    };

/** How a forked worker boots, after it is online and before its program begins. */
export type Boot =
  | { readonly how: 'fine' }
  /** Its program begins so many ms later. */
  | { readonly how: 'slow'; readonly ms: number }
  /** It exits with code 1. */
  | { readonly how: 'dies' }
  /** Its program never begins. */
  | { readonly how: 'hangs' };

/** How every worker boots that is forked from then on. */
export interface Boots {
  readonly each: Boot;
  /** Those with these ids boot so instead. */
  readonly workers?: Readonly<Record<number, Boot>>;
}

/** What of it was too much; `files`: it changed or removed the workbook's own files. */
export type Bound = 'forks' | 'processes' | 'memory' | 'time' | 'reports' | 'files';

export type Fault =
  | 'SIGKILL'
  | 'SIGHUP'
  | 'SIGTERM'
  | 'SIGINT'
  | 'junk-up'
  | 'junk-down'
  | 'hold-up'
  | 'hold-down'
  | 'release'
  // a worker's event loop kept busy, and its whole process stopped and continued
  | 'block'
  | 'freeze'
  | 'thaw'
  // the store outside of the program does not answer, and answers again
  | 'store-freeze'
  | 'store-thaw';

/** busy: keep-alive, the next request follows the last answer · fresh: a connection for each request · slow: requests that take long. */
export type LoadMode = 'busy' | 'fresh' | 'slow';

/** The `detail` of a signal that went to the primary's whole process group. */
export const TO_ALL = 'to the whole process group';

export type EventOf<K extends Event['kind']> = Extract<Event, { kind: K }>;

/** One worker from its fork to its exit, put together from the primary's events; times are null where the event never came. */
export interface Life {
  readonly worker: number;
  readonly pid: number;
  readonly forked: number;
  online: number | null;
  /** On the program's PORT. */
  listening: number | null;
  /** Another port that it listens on; null where there is none. */
  elsewhere: number | null;
  /** When its server on PORT was closed. */
  closed: number | null;
  disconnected: number | null;
  exited: number | null;
  code: number | null;
  signal: string | null;
  planned: boolean | null;
}

/** Follows events as they come and keeps the workers' lives, in order of their forks; of the dead, the latest so many. */
export function openLives(mostDead = Infinity): { readonly lives: readonly Life[]; follow(event: Event): void } {
  const lives: Life[] = [];
  const byPid = new Map<string, Life>();
  let port = 0;
  return {
    lives,
    follow(event) {
      if (event.kind === 'start') port = event.port;
      if (event.kind === 'serving' && event.port === port) {
        const life = lives.findLast((each) => each.pid === event.pid);
        if (life !== undefined) {
          life.listening ??= event.t;
          // it may close its port and open it again
          if (life.closed !== null && life.closed < event.t) life.closed = null;
        }
        return;
      }
      if (event.kind === 'fork') {
        const life: Life = {
          worker: event.worker,
          pid: event.pid,
          forked: event.t,
          online: null,
          listening: null,
          elsewhere: null,
          closed: null,
          disconnected: null,
          exited: null,
          code: null,
          signal: null,
          planned: null,
        };
        lives.push(life);
        byPid.set(`${event.worker} ${event.pid}`, life);
        return;
      }
      if (
        event.kind !== 'online' &&
        event.kind !== 'listening' &&
        event.kind !== 'closed' &&
        event.kind !== 'disconnect' &&
        event.kind !== 'exit'
      )
        return;
      const life = byPid.get(`${event.worker} ${event.pid}`);
      if (life === undefined) return;
      if (event.kind === 'online') life.online ??= event.t;
      else if (event.kind === 'closed') life.closed ??= event.t;
      else if (event.kind === 'disconnect') life.disconnected ??= event.t;
      else if (event.kind === 'exit') {
        Object.assign(life, { exited: event.t, code: event.code, signal: event.signal, planned: event.planned });
        if (lives.length > mostDead) forget();
      } else if (event.port === port) life.listening ??= event.t;
      else life.elsewhere ??= event.port;
    },
  };

  function forget(): void {
    const dead = lives.filter(({ exited }) => exited !== null);
    for (const life of dead.slice(0, Math.max(0, dead.length - mostDead))) {
      lives.splice(lives.indexOf(life), 1);
      byPid.delete(`${life.worker} ${life.pid}`);
    }
  }
}

export function livesOf(history: History): readonly Life[] {
  const { lives, follow } = openLives();
  for (const event of history.events) follow(event);
  return lives;
}

/** All events of one kind, in order. */
export function of<K extends Event['kind']>(history: History, kind: K): EventOf<K>[] {
  return history.events.filter((event): event is EventOf<K> => event.kind === kind);
}

/** A process had, or was dealt, the connection from this client's port. */
export interface Claim {
  readonly port: number;
  readonly pid: number;
  readonly t: number;
}

/** Each connection of a report at its own time. */
export function claimsOf({ t, pid, ports, ages = [] }: EventOf<'taken' | 'handed'>): Claim[] {
  return ports.map((port, index) => ({ port, pid, t: t - (ages[index] ?? 0) }));
}

/** The limits of the contract are mostly patience; so much of them is work, which takes longer on a slow machine. */
const WORK_IN_A_LIMIT = 0.25;

/** What a limit of the contract is on a machine that is so many times slower than an idle one. */
export function grantedFor(limit: number, stretch: number): number {
  return limit * (1 + (stretch - 1) * WORK_IN_A_LIMIT);
}
