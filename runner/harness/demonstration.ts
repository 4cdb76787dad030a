// A demonstration: a program that runs for as long as somebody wants to look at it, and what is done to it meanwhile.
// What it does is told event by event, and nothing of that is kept: it may run for hours.
import type { Limits } from './bounds.ts';
import { openClients, type ClientsAccount, type LoadWish, type SlowPath } from './clients.ts';
import type { Boot, Event, Life } from './history.ts';
import { openInjecting } from './injecting.ts';
import { MOST_STRETCH } from './pace.ts';
import { takePlace } from './place.ts';
import { startProgram } from './program.ts';
import { openRecorder } from './recorder.ts';
import type { Rig } from './rig.ts';
import { followWorkers } from './stage/workers.ts';

export interface DemonstrationOptions {
  /** What the program is told of the machine. */
  readonly cores: number;
  /** How connections are dealt, where the program does not say it itself; null: as the platform has it. */
  readonly policy: 'rr' | 'none' | null;
  readonly env?: Readonly<Record<string, string>>;
  /** What slow clients ask for; null where the program has nothing of the kind. */
  readonly slow: SlowPath | null;
  /** Told each event as it comes. */
  readonly onEvent: (event: Event) => void;
  /** Aborted, the program is ended at once. */
  readonly signal: AbortSignal;
}

/** How a program came to its end. */
export type Over =
  | { readonly kind: 'ended'; readonly code: number | null; readonly signal: string | null }
  /** It went beyond its bounds, and was stopped. */
  | { readonly kind: 'bounded'; readonly detail: string };

/** What is done to a worker gives false where there is none of that number that lives, or where it did not land. */
export interface Demonstration {
  /** The primary's. */
  readonly pid: number;
  readonly port: number;
  /** ms since the start. */
  now(): number;
  /** Workers that live, and the last ones that died. */
  readonly lives: readonly Life[];
  /** Takes the place of what the clients did before. The first load begins when the workers listen. */
  load(wish: LoadWish): void;
  account(): ClientsAccount;
  kill(worker: number, signal: 'SIGKILL' | 'SIGTERM'): Promise<boolean>;
  /** SIGHUP to the primary. */
  restart(): boolean;
  /** SIGTERM or SIGINT to the primary, or to all of its process group as from a terminal. The clients go on. */
  shutDown(signal: 'SIGTERM' | 'SIGINT', to: { readonly group: boolean }): boolean;
  /** How every worker boots that is forked from now on. */
  boots(each: Boot): void;
  /** Keeps a worker's event loop busy, at most ten seconds. */
  block(worker: number, ms: number): Promise<boolean>;
  /** SIGSTOP to a worker. */
  freeze(worker: number): boolean;
  /** SIGCONT to a worker that was frozen. */
  thaw(worker: number): boolean;
  isFrozen(worker: number): boolean;
  /** Messages that no program sends: up from this worker to the primary, or down to it. */
  junk(worker: number, direction: 'up' | 'down'): Promise<boolean>;
  /** Resolves when the program is over, whoever ended it. `end` is still to be called. */
  readonly over: Promise<Over>;
  /** Ends the clients and then the program, by SIGTERM or else by force: nothing is left. */
  end(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** Workers that boot, crash and are forked again some twenty times a second are worth showing; a flood of forks is not. */
const LIMITS: Limits = {
  forks: 600,
  starts: 600,
  reports: 200_000,
  reportedBytes: 64 * 2 ** 20,
  withinMs: 10_000,
  ms: null,
};
const MOST_DEAD = 50;

/** The load begins when as many workers listen as there are cores, or so long after the first one. */
const PATIENCE_MS = 2000;
/** What a dying worker has counted is reported within this time, or not at all. */
const FLUSH_MS = 100;
/** For requests that are under way when all is ended. */
const LAST_ANSWERS_MS = 500;
const LONGEST_BLOCK_MS = 10_000;

/** No numbers, and no key that a program would use for its own. */
const JUNK = [null, true, '', [], {}, 'zz-another-program', { 'zz-another-program': 'ready' }, ['zz-another-program']];

/** Rejects with NoPort, or with the signal's reason; nothing of the program is left then. */
export async function openDemonstration(rig: Rig, options: DemonstrationOptions): Promise<Demonstration> {
  const { cores, policy, env = {}, slow, onEvent, signal } = options;
  signal.throwIfAborted();
  const place = await takePlace(rig);
  const recorder = openRecorder({ mostDead: MOST_DEAD });
  const stretch = Math.min(rig.stretch, MOST_STRETCH);
  const { now, lives } = recorder;
  const over = whenOver(recorder.listen);
  recorder.listen(onEvent);
  const program = await startProgram({
    ...rig,
    ...place,
    cores,
    cpus: cores,
    env: { ...env, ...(policy === null ? {} : { NODE_CLUSTER_SCHED_POLICY: policy }) },
    recorder,
    limits: LIMITS,
    forShow: true,
  }).catch((error: unknown) => {
    place.leave();
    throw error;
  });
  const workers = followWorkers(recorder);
  const clients = openClients({ port: place.port, now, record: recorder.record, workers, slow, stretch });
  const injecting = openInjecting({ program, recorder, ledger: clients.ledger, workers });
  /** By their pids. */
  const frozen = new Set<number>();
  let wish: LoadWish | null = null;
  let isServing = false;
  let ending: Promise<void> | null = null;
  const unlisten = recorder.listen((event) => {
    if (event.kind === 'exit') frozen.delete(event.pid);
    if (event.kind === 'listening') serveSoon();
  });
  let patience: NodeJS.Timeout | undefined;
  const abort = (): void => void end('SIGKILL');
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) {
    await end('SIGKILL');
    signal.throwIfAborted();
  }

  function serveSoon(): void {
    if (isServing || workers.listening().length === 0) return;
    if (workers.listening().length >= cores) serve();
    else patience ??= setTimeout(serve, PATIENCE_MS);
  }

  function serve(): void {
    clearTimeout(patience);
    if (isServing || ending !== null) return;
    isServing = true;
    if (wish !== null) clients.load(wish);
  }

  /** Whether anything may still be done to it. */
  function isOpen(): boolean {
    return ending === null && !program.over;
  }

  function living(worker: number): Life | undefined {
    if (!isOpen()) return undefined;
    return lives.find((life) => life.worker === worker && life.exited === null);
  }

  function signalTo(life: Life, name: 'SIGSTOP' | 'SIGCONT'): boolean {
    const sent = injecting.signal(name, life, { fault: name === 'SIGSTOP' ? 'freeze' : 'thaw' });
    if (name === 'SIGCONT') frozen.delete(life.pid);
    else if (sent) frozen.add(life.pid);
    return sent;
  }

  function end(how: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    ending ??= endAll(how);
    return ending;
  }

  async function endAll(how: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    signal.removeEventListener('abort', abort);
    clearTimeout(patience);
    try {
      if (how === 'SIGTERM' && !program.over) await Promise.race([clients.stop(), pause(LAST_ANSWERS_MS)]);
      clients.close();
      // who is stopped cannot end by itself
      for (const life of lives) if (life.exited === null && frozen.has(life.pid)) signalTo(life, 'SIGCONT');
      await program.end(how, { stretch: () => stretch });
    } finally {
      workers.close();
      unlisten();
      place.leave();
    }
  }

  return {
    pid: program.pid,
    port: place.port,
    now,
    lives,
    load(newWish) {
      wish = newWish;
      if (isServing && ending === null) clients.load(newWish);
    },
    account: clients.account,
    async kill(worker, name) {
      const life = living(worker);
      if (life === undefined) return false;
      // what it has witnessed until now would die with it
      if (!frozen.has(life.pid)) await program.order(life.pid, { do: 'flush' }, FLUSH_MS);
      return living(worker) === life && injecting.signal(name, life);
    },
    restart: () => isOpen() && injecting.signal('SIGHUP', null),
    shutDown: (name, { group }) => isOpen() && injecting.signal(name, null, { group }),
    boots(each) {
      if (isOpen()) program.boots({ each });
    },
    async block(worker, ms) {
      const life = living(worker);
      if (life === undefined || frozen.has(life.pid)) return false;
      return injecting.block(life, Math.min(ms, LONGEST_BLOCK_MS));
    },
    freeze(worker) {
      const life = living(worker);
      return life !== undefined && !frozen.has(life.pid) && signalTo(life, 'SIGSTOP');
    },
    thaw(worker) {
      const life = living(worker);
      return life !== undefined && frozen.has(life.pid) && signalTo(life, 'SIGCONT');
    },
    isFrozen(worker) {
      const life = living(worker);
      return life !== undefined && frozen.has(life.pid);
    },
    async junk(worker, direction) {
      const life = living(worker);
      if (life === undefined || (direction === 'up' && frozen.has(life.pid))) return false;
      return injecting.junk(direction, life, JUNK);
    },
    over,
    end,
  };
}

function whenOver(listen: (listener: (event: Event) => void) => () => void): Promise<Over> {
  return new Promise((resolve) => {
    listen((event) => {
      if (event.kind === 'bounded') resolve({ kind: 'bounded', detail: event.detail });
      if (event.kind === 'ended') resolve({ kind: 'ended', code: event.code, signal: event.signal });
    });
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
