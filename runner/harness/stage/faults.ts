// What a scenario does to a program: it kills workers, signals the primary, and puts itself between them.
import type { Boots, Life } from '../history.ts';
import { openInjecting, type InjectingOptions } from '../injecting.ts';
import type { Load } from '../ledger.ts';
import type { Pace } from '../pace.ts';
import type { Waiting } from './waiting.ts';

export interface KillOptions {
  /** Which of the listening workers; the one forked first by default. */
  readonly choose?: (listening: readonly Life[]) => Life | undefined;
  /** Waits until it has requests in hand, and records how many it had. */
  readonly inHand?: boolean;
  /** The primary learns of the exit only when the program has sent to the dead worker, or after so many ms. */
  readonly lateExit?: number;
  /** The primary learns that it is disconnected so many ms after it learned of its exit, an order that Node allows. */
  readonly lateDisconnect?: number;
}

export interface Faults {
  /** SIGKILL to a worker. Gives its life, or null where there was none to kill. */
  kill(options?: KillOptions): Promise<Life | null>;
  /**
   * Waits until as many workers listen as before the last kill, 5 s at most. Where nothing comes under load, the loads are stopped,
   * since a program at rest can be proven to be at rest. The wait is recorded under this name.
   */
  replacement(name: string, loads: readonly Load[]): Promise<boolean>;
  /** A signal to the primary; with `group` to all of the program's process group, as from a terminal. */
  signal(name: 'SIGHUP' | 'SIGTERM' | 'SIGINT' | 'SIGKILL', to?: { readonly group: true }): void;
  /** Stops a worker's process, and lets it go on. */
  freeze(life: Life): void;
  thaw(life: Life): void;
  /** Keeps a worker's event loop busy for so many ms. Says whether it began. */
  block(life: Life, ms: number): Promise<boolean>;
  /** How every worker boots that is forked from now on. */
  boots(how: Boots): void;
  /** Messages that are not the program's: up from this worker to the primary, or down to it. */
  junk(direction: 'up' | 'down', life: Life, messages: readonly unknown[]): Promise<void>;
  /** Holds the program's messages from (up) or to (down) this worker back, until released. */
  hold(direction: 'up' | 'down', life: Life): Promise<() => Promise<void>>;
}

export interface FaultsOptions extends InjectingOptions {
  readonly pace: Pace;
  readonly waiting: Waiting;
}

/** A killed worker is replaced within 5 s (contract 2.3). */
const REPLACED_MS = 5000;
const PATIENCE_UNDER_LOAD_MS = 1500;

export function openFaults(options: FaultsOptions): Faults {
  const { program, pace, workers } = options;
  const injecting = openInjecting(options);
  const { now, record } = options.recorder;
  const { check, until } = options.waiting;
  /** How many listened when the last kill was aimed. */
  let listenedBefore = 0;

  return {
    async kill({
      choose = (candidates: readonly Life[]) => candidates[0],
      inHand: wantsInHand = false,
      lateExit,
      lateDisconnect,
    } = {}) {
      const victim = choose(workers.listening());
      if (victim === undefined) return null;
      listenedBefore = workers.listening().length;
      // what it has witnessed until now would die with it
      await program.order(victim.pid, { do: 'flush' });
      if (lateExit !== undefined)
        await program.order(program.pid, { do: 'late-exit', worker: victim.worker, ms: lateExit });
      if (lateDisconnect !== undefined)
        await program.order(program.pid, { do: 'late-disconnect', worker: victim.worker, ms: lateDisconnect });
      const inHand = (): number => injecting.inHand(victim.pid);
      if (wantsInHand)
        await until(`worker ${victim.worker} has a request in hand`, () => inHand() > 0, { limit: 2000, every: 1 });
      injecting.signal('SIGKILL', victim, {
        inHand: wantsInHand,
        detail: [
          ...(lateExit === undefined ? [] : ['the news of its exit came late']),
          ...(lateDisconnect === undefined ? [] : ['the news of its disconnect came late']),
        ].join(', '),
      });
      return victim;
    },

    async replacement(name, loads) {
      const asBefore = (): boolean => workers.listening().length >= listenedBefore;
      const from = now();
      if (await until('replacement under load', asBefore, { limit: PATIENCE_UNDER_LOAD_MS })) {
        record({
          kind: 'wait',
          t: now(),
          until: name,
          met: true,
          from,
          limit: REPLACED_MS,
          stretch: pace.stretch(from),
          quiescent: false,
        });
        return true;
      }
      await Promise.all(loads.map((load) => load.stop()));
      return until(name, asBefore, { limit: REPLACED_MS - PATIENCE_UNDER_LOAD_MS, quiet: true });
    },

    signal(name, { group = false }: { readonly group?: boolean } = {}) {
      check();
      injecting.signal(name, null, { group });
    },

    freeze(life) {
      injecting.signal('SIGSTOP', life, { fault: 'freeze' });
    },

    thaw(life) {
      injecting.signal('SIGCONT', life, { fault: 'thaw' });
    },

    block: injecting.block,
    boots: program.boots,

    async junk(direction, life, messages) {
      await injecting.junk(direction, life, messages);
    },

    async hold(direction, life) {
      const at = direction === 'up' ? life.pid : program.pid;
      const worker = direction === 'up' ? null : life.worker;
      const tell = async (on: boolean): Promise<void> => {
        const done = await program.order(at, { do: 'hold', worker, on });
        record({
          kind: 'fault',
          t: now(),
          fault: on ? `hold-${direction}` : 'release',
          pid: life.pid,
          worker: life.worker,
          inHand: 0,
          landed: done?.ok === true,
          detail: done?.detail ?? 'no answer',
        });
      };
      await tell(true);
      return () => tell(false);
    },
  };
}
