// Faults, done to a process of the program and recorded with what they met there.
import { TO_ALL, type Fault, type Life } from './history.ts';
import type { Ledger } from './ledger.ts';
import type { Program } from './program.ts';
import type { Recorder } from './recorder.ts';
import type { Workers } from './stage/workers.ts';

export interface Injecting {
  /** Requests that a worker has in hand, by the clients' account. */
  inHand(pid: number): number;
  /** A signal to a worker; to the primary where there is none. Says whether it was sent. */
  signal(name: NodeJS.Signals, life: Life | null, how?: SignalOptions): boolean;
  /** Messages that are not the program's: up from this worker to the primary, or down to it. */
  junk(direction: 'up' | 'down', life: Life, messages: readonly unknown[]): Promise<boolean>;
  /** Keeps a worker's event loop busy for so many ms. */
  block(life: Life, ms: number): Promise<boolean>;
}

export interface SignalOptions {
  /** What it is called, where that is not the signal's name. */
  readonly fault?: Fault;
  /** To all of the program's process group, which the primary leads: as from a terminal. */
  readonly group?: boolean;
  /** It lands only where the worker has requests in hand. */
  readonly inHand?: boolean;
  readonly detail?: string;
}

export interface InjectingOptions {
  readonly program: Program;
  readonly recorder: Recorder;
  readonly ledger: Ledger;
  readonly workers: Workers;
}

export function openInjecting({ program, recorder, ledger, workers }: InjectingOptions): Injecting {
  const { now, record } = recorder;

  function inHand(pid: number): number {
    return ledger.inHand().filter(({ conn, opened, before }) => (before ?? workers.ownerSince(conn, opened)) === pid)
      .length;
  }

  return {
    inHand,

    signal(name, life, { fault = name as Fault, group = false, inHand: wantsInHand = false, detail = '' } = {}) {
      const had = life === null ? ledger.inHand().length : inHand(life.pid);
      if (life !== null && name === 'SIGKILL') workers.killed(life.pid);
      // before it is sent: the program may act on it before this process goes on
      const t = now();
      const pid = life?.pid ?? program.pid;
      const sent = sendSignal(pid, name, group);
      record({
        kind: 'fault',
        t,
        fault,
        pid,
        worker: life?.worker ?? null,
        inHand: had,
        landed: sent && (!wantsInHand || had > 0),
        detail: group ? TO_ALL : detail,
      });
      return sent;
    },

    async junk(direction, life, messages) {
      const to = direction === 'up' ? life.pid : program.pid;
      const done = await program.order(to, { do: 'junk', worker: direction === 'up' ? null : life.worker, messages });
      const landed = done?.ok === true;
      record({
        kind: 'fault',
        t: now(),
        fault: `junk-${direction}`,
        pid: direction === 'up' ? program.pid : life.pid,
        worker: life.worker,
        inHand: 0,
        landed,
        detail: `${messages.length} messages`,
      });
      return landed;
    },

    async block(life, ms) {
      const had = inHand(life.pid);
      const done = await program.order(life.pid, { do: 'block', ms });
      const landed = done?.ok === true;
      record({
        kind: 'fault',
        t: landed ? recorder.since(done.at) : now(),
        fault: 'block',
        pid: life.pid,
        worker: life.worker,
        inHand: had,
        landed,
        detail: `${ms} ms`,
      });
      return landed;
    },
  };
}

/**
 * Only a pid that the primary reported as its living worker, or the primary's own, comes here. A worker that could not be
 * started has the pid 0, which would be our own process group.
 */
function sendSignal(pid: number, name: NodeJS.Signals, group: boolean): boolean {
  if (!Number.isInteger(pid) || pid <= 1) return false;
  try {
    return process.kill(group ? -pid : pid, name);
  } catch {
    return false;
  }
}
